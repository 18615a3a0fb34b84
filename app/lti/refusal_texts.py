"""What a person reads when a login or a launch is refused: what happened, and what to do now."""

from typing import NamedTuple

from app.lti.refusals import Reason
from app.web.texts import lazy as _


class Words(NamedTuple):
    """A page's title and its two sentences. `what` may hold {detail}: a word or a number of our own."""

    title: str
    what: str
    now: str


_AGAIN = _("Go back to your course and open Cairn there again. Reloading this page does not help.")
_ADMIN = _("This is for the people who run your LMS. Please tell them the code below.")

_BROKEN = Words(
    _("Your LMS sent something that cannot be trusted"),
    _("The message that opens Cairn is incomplete or was altered on its way, so it was not accepted."),
    _AGAIN,
)
_NOT_FOR_US = Words(
    _("This message is not for this Cairn"),
    _("Your LMS signed a message, but not for this connection. Something is set up differently on the two sides."),
    _ADMIN,
)
_UNREADABLE = Words(
    _("Your LMS sent a message that Cairn cannot read"),
    _("A part of the message is missing or has another form than the standard asks for: {detail}."),
    _ADMIN,
)

WORDS: dict[Reason, Words] = {
    Reason.BAD_LOGIN: Words(
        _("Cairn opens from your course"),
        _("This address is for your LMS. What arrived here is not a complete request to open Cairn."),
        _("Go to your course and open Cairn there."),
    ),
    Reason.UNKNOWN_PLATFORM: Words(
        _("Cairn does not know this LMS"),
        _("Your LMS asked to open Cairn, but it is not registered here, or not with this client id."),
        _ADMIN,
    ),
    Reason.FOREIGN_TARGET: Words(
        _("This link leads somewhere else"),
        _("The link in your course names an address that does not belong to this Cairn."),
        _("Tell the person who made the link: it needs to be made anew, or its address corrected."),
    ),
    Reason.BAD_LAUNCH: Words(
        _("Cairn opens from your course"),
        _("What arrived here is not a complete message of an LMS."),
        _("Go to your course and open Cairn there."),
    ),
    Reason.PLATFORM_ERROR: Words(
        _("Your LMS reported an error"),
        _("Your LMS stopped while it was opening Cairn. It says: {detail}."),
        _("Go back to your course, sign in to your LMS again if it asks you to, and open Cairn once more."),
    ),
    Reason.TOKEN_TOO_LARGE: Words(
        _("Your LMS sent too much at once"),
        _("The message that opens Cairn is far larger than any LMS needs, so it was not read."),
        _ADMIN,
    ),
    Reason.STATE_INVALID: _BROKEN,
    Reason.STATE_EXPIRED: Words(
        _("This took too long"),
        _("More than ten minutes passed between your click and your LMS's answer, so the answer no longer counts."),
        _AGAIN,
    ),
    Reason.COOKIES_BLOCKED: Words(
        _("Your browser keeps no cookie here"),
        _("Cairn needs one cookie to be sure that it is you who clicked. Your browser did not bring it back."),
        _("Go back to your course and open Cairn in a new tab or window, or allow cookies for this site."),
    ),
    Reason.OTHER_BROWSER: Words(
        _("This was begun in another window"),
        _("The message of your LMS belongs to another browser or another visit, so nobody was signed in."),
        _AGAIN,
    ),
    Reason.ALREADY_USED: Words(
        _("This link was already used"),
        _("Each click in your course opens Cairn once. This one has been used before."),
        _AGAIN,
    ),
    Reason.TOKEN_MALFORMED: _BROKEN,
    Reason.ALGORITHM: _BROKEN,
    Reason.KEY_UNKNOWN: Words(
        _("Your LMS's signature could not be checked"),
        _("Your LMS signed with a key that it does not publish, or publishes only since a moment ago."),
        _("Wait half a minute, then open Cairn from your course again."),
    ),
    Reason.KEYS_UNREACHABLE: Words(
        _("Your LMS's signature could not be checked"),
        _("Cairn asked your LMS for its public keys and got no answer."),
        _("Wait half a minute, then open Cairn from your course again."),
    ),
    Reason.SIGNATURE: _BROKEN,
    Reason.ISSUER: _NOT_FOR_US,
    Reason.AUDIENCE: _NOT_FOR_US,
    Reason.NONCE: _BROKEN,
    Reason.CLOCK_SKEW: Words(
        _("The clocks do not agree"),
        _("Your LMS's message comes from the future: its clock is {detail} seconds ahead of Cairn's."),
        _ADMIN,
    ),
    Reason.TOKEN_EXPIRED: Words(
        _("This took too long"),
        _("Your LMS's message was good for a short time only, and that time is over."),
        _AGAIN,
    ),
    Reason.TOKEN_TOO_OLD: Words(
        _("This took too long"),
        _("Your LMS made its message more than ten minutes ago. Only fresh ones are accepted."),
        _AGAIN,
    ),
    Reason.TOKEN_TIMES: Words(
        _("Your LMS sent a message without proper times"),
        _("The message does not say when it was made and until when it counts, or says it in a way that cannot be."),
        _ADMIN,
    ),
    Reason.MESSAGE_TYPE: Words(
        _("Cairn does not know this kind of link"),
        _("Your LMS asked for something other than opening a page. This Cairn opens pages."),
        _ADMIN,
    ),
    Reason.VERSION: Words(
        _("Your LMS speaks another version"),
        _("Cairn speaks LTI 1.3. The message that arrived names another version, or none."),
        _ADMIN,
    ),
    Reason.CLAIM_MISSING: _UNREADABLE,
    Reason.CLAIM_MALFORMED: _UNREADABLE,
    Reason.NO_USER: Words(
        _("Your LMS did not say who you are"),
        _("Cairn keeps your progress for you alone, so it cannot open for somebody without a name badge."),
        _("Sign in to your LMS, then open Cairn from your course. If you are, tell LMS support the code below."),
    ),
    Reason.DEPLOYMENT_DIFFERS: _NOT_FOR_US,
    Reason.DEPLOYMENT_PENDING: Words(
        _("Cairn is not set up for this part of your LMS yet"),
        _("Your LMS opened Cairn from a place that is new here. The people who run Cairn can see it."),
        _("Please try again later. Nothing is lost."),
    ),
    Reason.DEPLOYMENT_CLOSED: Words(
        _("Cairn is closed for this part of your LMS"),
        _("Your LMS opened Cairn from a place that the people who run Cairn for your institution have not let in."),
        _("If Cairn should open here, tell LMS support the code below. What you saved elsewhere is kept."),
    ),
    Reason.REGISTRATION_CLOSED: Words(
        _("The connection with your LMS is closed"),
        _("Cairn was connected with this LMS, and the connection was switched off."),
        _ADMIN,
    ),
    Reason.PERSON_BLOCKED: Words(
        _("Cairn is closed for you"),
        _("Your access was switched off by the people who run Cairn for your institution."),
        _("Please ask your faculty development office. What you saved is kept."),
    ),
    Reason.CONTENT_UNKNOWN: Words(
        _("This content has moved"),
        _("The link in your course names something that this Cairn does not have, or has no longer."),
        _("Tell the person who runs the course: the link needs to be made anew. Your progress is kept."),
    ),
    Reason.INVITATION: Words(
        _("This invitation cannot be used"),
        _("An invitation works once, for 72 hours. This one was used, is too old, or was never made."),
        _("Ask the people who run Cairn for a new one."),
    ),
    Reason.BAD_REGISTRATION: Words(
        _("The LMS and Cairn could not agree"),
        _("The registration stopped: {detail}."),
        _("Nothing was changed here, and the invitation still works. Mend the cause, then start again in your LMS."),
    ),
    Reason.OTHER_INSTITUTION: Words(
        _("This LMS is already registered"),
        _("The connection that your LMS named belongs to another institution here, so it was left as it is."),
        _("Ask the people who run Cairn."),
    ),
}
