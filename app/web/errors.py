"""Errors that a person can read: what happened, what to do now, a code to tell somebody, and the right status."""

from collections.abc import Mapping
from http import HTTPStatus

from app.web.texts import lazy as _


class AppError(Exception):
    """A page instead of the asked one. Subclasses say status, title and sentences; with `code` one asks for help."""

    status: int = HTTPStatus.BAD_REQUEST
    code = "bad-request"
    title = _("This request could not be read")
    what = _("The page sent something that Cairn does not understand.")
    now = _("Go back, and try once more. If it happens again, tell your faculty development office the code below.")
    headers: Mapping[str, str] = {}

    def __init__(self, *, what: str | None = None, now: str | None = None) -> None:
        super().__init__(self.code)
        if what is not None:
            self.what = what
        if now is not None:
            self.now = now


class BadForm(AppError):
    code = "bad-form"


class FormTooLarge(AppError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too-large"
    title = _("That was too much at once")
    what = _("The text sent is larger than Cairn accepts in one go. Nothing was changed.")
    now = _("Go back, shorten it, and save again.")


class FormTooSlow(AppError):
    status = HTTPStatus.REQUEST_TIMEOUT
    code = "too-slow"
    title = _("That took too long to arrive")
    what = _("The connection was too slow, or it broke. Nothing was changed.")
    now = _("Go back, copy what you have written, and send it again where the connection is better.")


class UnsupportedForm(AppError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported-form"


class NotFound(AppError):
    status = HTTPStatus.NOT_FOUND
    code = "not-found"
    title = _("There is nothing here")
    what = _("This address leads nowhere, or to something that is not yours to see.")
    now = _("Go to your home page, or open Cairn from your course again.")


class NotSignedIn(AppError):
    status = HTTPStatus.UNAUTHORIZED
    code = "session-ended"
    title = _("Please open Cairn from your course again")
    what = _("Your visit here has ended, or it was never begun in this window. What was saved is safe.")
    now = _("Go back to your course page and open Cairn there. Reloading this page does not help.")


class FormAfterEnd(NotSignedIn):
    """What was sent can be sent again: a form of the same day and person counts in a later visit."""

    what = _("Your visit here had ended before this was sent, so it was not saved. What was saved earlier is safe.")
    now = _(
        "Leave this page open, and open Cairn from your course in another tab. Then come here again and send it once"
        " more: reload this page, or go back one page to what you wrote."
    )


class ConsoleClosed(AppError):
    status = HTTPStatus.UNAUTHORIZED
    code = "console-closed"
    title = _("The console is closed")
    what = _("Its link works once, within 15 minutes, and its session ends after half an hour without a click.")
    now = _("On the server, run “cairn admin-link”, and open the link that it prints.")


class FormNotOurs(AppError):
    status = HTTPStatus.FORBIDDEN
    code = "form-not-ours"
    title = _("This form could not be accepted")
    what = _("It was not sent by a page of Cairn that is open here today. Nothing was changed.")
    now = _("Open the page again from your home page, and send the form from there.")


class SignedInAsAnother(AppError):
    status = HTTPStatus.CONFLICT
    code = "someone-else"
    title = _("Somebody else is signed in now")
    now = _("Nothing was saved. If that is not you, leave, and open Cairn from your own course page.")


class ViewOnly(AppError):
    status = HTTPStatus.FORBIDDEN
    code = "view-only"
    title = _("You are acting as somebody else")
    what = _(
        "Your LMS says that you act in another person's name. Their private pages are closed, and nothing is written."
    )
    now = _("Stop acting as this person in your LMS, and open Cairn again.")


class TicketSpent(AppError):
    status = HTTPStatus.FORBIDDEN
    code = "ticket-spent"
    title = _("This way into a new tab is closed")
    what = _("It works once, within one minute, and only from a page of Cairn.")
    now = _("Go back to your course, open Cairn there again, and press “Open in a new tab” within a minute.")


class Failed(AppError):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "failed"
    title = _("Something broke on our side")
    what = _("Cairn met an error that nobody foresaw. What you saved earlier is safe; this last step was not saved.")
    now = _("Try again in a minute. If it happens again, tell your faculty development office the code below.")
