"""The pages of sharing: of the coach whose goal it is, and of the one person who may read it."""

from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.assessment import sharing, sharing_forms, sharing_queries
from app.assessment import sharing_pages as pages
from app.assessment.desk import AtDesk
from app.assessment.models import Goal
from app.assessment.sharing import CodeProblem
from app.assessment.sharing_forms import PostedShare
from app.assessment.sharing_pages import Agreed, Filled, History
from app.assessment.sharing_queries import Received
from app.assessment.sharing_rules import Standing, tell_standing
from app.membership.models import User
from app.web.errors import AppError, BadForm, NotFound
from app.web.forms import PostedForm
from app.web.templating import render, see_other
from app.web.texts import gettext as _
from app.web.texts import lazy

router = APIRouter()
OF_GOAL = "/plan/{goal}/sharing"
SHARED = "/shared"
ONE = f"{SHARED}/{{received}}"
PROBLEMS = {
    CodeProblem.WRONG: lazy(
        "This code opens nothing: it may be mistyped, used, or older than a day. Ask the person for a new one."
    ),
    CodeProblem.TOO_MANY_TRIES: lazy(
        "Those were too many wrong codes. Wait an hour, then ask the person for a new one."
    ),
    CodeProblem.OWN: lazy("This code is your own. Ask the person who is to read the goal for theirs."),
    CodeProblem.TOO_MANY_READERS: lazy(
        "Fifty people may read this goal, and no more can at once. End sharing with one of them, then share it anew."
    ),
}


class NoLongerShared(AppError):  # noqa: N818  a sentence
    """Somebody could read this goal once."""

    status = HTTPStatus.GONE
    code = "no-longer-shared"
    title = lazy("This goal is no longer shared with you")
    what = lazy("It was shared until a day, and that day has passed, or the person whose goal it is ended it.")
    now = lazy("If you still need it, ask them to share it again. Nothing of it was kept for you.")


@router.get(OF_GOAL, name="assessment.sharing")
def show_sharing(at: AtDesk, goal: UUID) -> Response:
    return _render(at, at.goal(goal), pages.fill_anew(at.now.date()))


@router.post(OF_GOAL, name="assessment.sharing")
def share(at: AtDesk, goal: UUID, form: PostedForm) -> Response:
    """Shows first with whom and what; the second time, from that page, it is shared."""
    found = at.goal(goal)
    posted = sharing_forms.read_share(form, at.now.date())
    reader = _find_reader(at, found, posted)
    if isinstance(reader, str):
        return _refuse(at, found, posted, {"code": reader, **posted.problems})
    if posted.until is None or posted.problems:
        return _refuse(at, found, posted, posted.problems)
    if form.one("step") != "share":
        agreed = Agreed(reader, posted.scope, posted.until, posted.code)
        page = pages.make_preview(at.library.framework, found, agreed)
        return render(at.request, "assessment/share_preview.html", page=page)
    is_done = sharing.share(
        at.db, goal=found, reader=reader, typed=posted.code, scope=posted.scope,
        until=posted.until, now=at.now,
    )  # fmt: skip
    if not is_done:
        return _refuse(at, found, posted, {"code": _(PROBLEMS[CodeProblem.WRONG])})
    return see_other(at.request, "assessment.sharing", goal=found.uuid)


@router.post(f"{OF_GOAL}/{{share}}", name="assessment.share")
def change_share(at: AtDesk, goal: UUID, share: UUID, form: PostedForm) -> Response:
    """Changes an open share or ends it. Ending one that is over already changes nothing."""
    found = at.goal(goal)
    kept = sharing_queries.find_share(at.db, goal=found, uuid=share)
    if kept is None:
        raise NotFound
    act = form.one("act")
    if act == "revoke":
        sharing.revoke(at.db, share=kept, now=at.now)
    elif act == "change":
        posted = sharing_forms.read_share(form, at.now.date())
        is_open = tell_standing(kept, at.now.date()) is Standing.OPEN
        wrong = _("Sharing with this person is over. To go on, share the goal again.")
        if posted.until is None or posted.problems or not is_open:
            wrong = posted.problems.get("until", wrong)
            return _render(at, found, replace(pages.fill_anew(at.now.date()), wrong=wrong))
        sharing.change(at.db, share=kept, scope=posted.scope, until=posted.until, now=at.now)
    else:
        raise BadForm
    return see_other(at.request, "assessment.sharing", goal=found.uuid)


@router.get(SHARED, name="assessment.shared")
def show_shared(at: AtDesk) -> Response:
    reader = at.here.user
    received = sharing_queries.list_received(at.db, reader=reader, today=at.now.date())
    code = sharing_queries.find_code_of(at.db, user=reader, now=at.now)
    page = pages.make_shared(at.request, received, code.expires_at if code else None)
    return render(at.request, "assessment/shared.html", page=page)


@router.post(f"{SHARED}/code", name="assessment.reader_code")
def make_code(at: AtDesk) -> Response:
    """Shows the code once, in the answer itself: only its hash is kept."""
    code = sharing.make_code(at.db, user=at.here.user, now=at.now)
    return render(at.request, "assessment/reader_code.html", code=code)


@router.get(ONE, name="assessment.received")
def show_received(at: AtDesk, received: UUID) -> Response:
    """The goal, for two hours after it was opened; before and after that, the button that opens it."""
    found = _find_received(at, received)
    page = pages.make_received(at.request, at.library.framework, found, at.now)
    return render(at.request, "assessment/received.html", page=page)


@router.post(ONE, name="assessment.received")
def open_received(at: AtDesk, received: UUID) -> Response:
    found = _find_received(at, received)
    sharing.note_opening(at.db, received=found, reader=at.here.user, now=at.now)
    return see_other(at.request, "assessment.received", received=found.share.uuid)


def _find_received(at: AtDesk, uuid: UUID) -> Received:
    """Raises NotFound for everybody but its reader, NoLongerShared for a reader of before."""
    is_held = at.request.method == "POST"
    found = sharing_queries.find_received(at.db, reader=at.here.user, uuid=uuid, is_held=is_held)
    if found is None:
        raise NotFound
    if tell_standing(found.share, at.now.date()) is not Standing.OPEN:
        raise NoLongerShared
    return found


def _find_reader(at: AtDesk, goal: Goal, posted: PostedShare) -> User | str:
    """Whose code it is, or what is wrong with it."""
    found = sharing.find_reader(at.db, user=at.here.user, goal=goal, typed=posted.code, now=at.now)
    return found if isinstance(found, User) else _(PROBLEMS[found])


def _refuse(at: AtDesk, goal: Goal, posted: PostedShare, problems: dict[str, str]) -> Response:
    return _render(at, goal, Filled(posted.code, posted.scope, posted.until_text, problems))


def _render(at: AtDesk, goal: Goal, filled: Filled) -> Response:
    shares = [(row[0], row[1]) for row in sharing_queries.list_shares(at.db, goal=goal, today=at.now.date())]
    history = History(shares, sharing_queries.list_events(at.db, goal=goal) if shares else [])
    page = pages.make_sharing(at.request, goal, history, filled, at.now)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if filled.problems or filled.wrong else HTTPStatus.OK
    return render(at.request, "assessment/sharing.html", status=status, page=page)
