"""What administrators read: rights, outcomes of a code, lines of the log."""

from app.admin.rules import EventKind
from app.lti.policies import DeploymentPolicy
from app.lti.scopes import NOTICE_SCOPE, ROSTER_SCOPE
from app.membership.codes import Outcome
from app.membership.roles import Right
from app.web.texts import gettext
from app.web.texts import lazy as _

RIGHTS = {Right.LMS_ADMIN.value: _("LMS admin"), Right.OFFICE.value: _("Office")}

OUTCOMES = {
    Outcome.WRONG: _("This code is not known here. It may have been used, or be too old. Ask for a new one."),
    Outcome.TOO_MANY_TRIES: _("That was the fifth wrong code. For an hour no code is accepted from you."),
    Outcome.NOT_AN_ADMINISTRATOR: _(
        "This code is for an administrator of your LMS, and your LMS did not open Cairn with that role. "
        "Open Cairn from the administrator's account, and enter the code there. It is still unused."
    ),
}

EVENTS = {
    EventKind.CODE_MADE: _("made a code for the right “{detail}”"),
    EventKind.RIGHT_BY_CODE: _("entered a code and has the right “{detail}”"),
    EventKind.RIGHT_GRANTED: _("gave {about} the right “{detail}”"),
    EventKind.RIGHT_REVOKED: _("took the right “{detail}” back from {about}"),
    EventKind.PERSON_KEPT_OUT: _("keeps {about} out"),
    EventKind.PERSON_LET_IN: _("let {about} in again"),
    EventKind.COURSE_MARKED: _("marked “{detail}” as a training course"),
    EventKind.COURSE_DECLINED: _("decided that “{detail}” is not a training course"),
    EventKind.COURSE_REOPENED: _("took back the decision about “{detail}”"),
    EventKind.GROUP_LEAST_SET: _("set the fewest coaches in a figure of the coaching picture to {detail}"),
    EventKind.GROUP_COURSE_PARTED: _("has “{detail}” shown by itself in the coaching picture"),
    EventKind.GROUP_COURSE_JOINED: _("no longer has “{detail}” shown by itself in the coaching picture"),
    EventKind.CONNECTION_CLOSED: _("closed the connection to {detail}"),
    EventKind.CONNECTION_OPENED: _("opened the connection to {detail} again"),
    EventKind.DEPLOYMENT_ASSIGNED: _("assigned deployment {detail} to this institution"),
    EventKind.DEPLOYMENT_LET_IN: _("let deployment {detail} in"),
    EventKind.DEPLOYMENT_CLOSED: _("closed deployment {detail}"),
    EventKind.POLICY_CHANGED: _("changed what happens to new deployments: {detail}"),
    EventKind.ANONYMOUS_ALLOWED: _("lets launches without a user open a page on {detail}"),
    EventKind.ANONYMOUS_REFUSED: _("refuses launches without a user on {detail}"),
    EventKind.ORIGIN_ADDED: _("allowed {detail} to show Cairn in a frame"),
    EventKind.ORIGIN_REMOVED: _("no longer lists {detail} among the allowed frames"),
    EventKind.SERVICES_ACCEPTED: _("said that new addresses of services are the LMS's own: {detail}"),
    EventKind.SCORES_RESENT: _("asked for waiting completions to be sent again: {detail}"),
    EventKind.RECORD_ASKED: _("asked to record their own next launch"),
    EventKind.DIAGNOSIS_TAKEN: _("downloaded the diagnosis"),
    EventKind.INVITED: _("made a registration link"),
    EventKind.PERIODS_CHANGED: _("changed how long data are kept: {detail}"),
    EventKind.PERSON_ERASED: _("had the data of one person removed"),
    EventKind.KEY_ROTATED: _("moved the signing keys on"),
}

POLICIES = {
    DeploymentPolicy.AUTOMATIC.value: _("New deployments are let in by themselves"),
    DeploymentPolicy.APPROVAL.value: _("New deployments wait for an LMS admin"),
    DeploymentPolicy.CLOSED.value: _("New deployments are refused"),
}

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCOPES = {
    f"{_AGS}lineitem": _("Make and find its own gradebook columns"),
    f"{_AGS}lineitem.readonly": _("See its gradebook columns"),
    f"{_AGS}result.readonly": _("See whether a completion arrived"),
    f"{_AGS}score": _("Send completions"),
    ROSTER_SCOPE: _("Read the list of a course's members"),
    NOTICE_SCOPE: _("Hear of copied courses"),
}


def tell_right(right: str) -> str:
    return gettext(RIGHTS.get(right, right))


def tell_event(kind: str, *, about: str, detail: str) -> str:
    """A line of the log after its actor's name."""
    said = gettext({**RIGHTS, **POLICIES}.get(detail, detail)) if detail else ""
    return gettext(EVENTS[EventKind(kind)]).format(about=about, detail=said)
