"""Who may open a page. Each route names exactly one guard; a test walks them all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.db.direct import Executes
from app.membership import queries as membership_queries
from app.membership.models import Context, User
from app.membership.roles import Right
from app.web import csrf, operators, session
from app.web.cookies import OPERATOR, SESSION, read_cookie
from app.web.deps import READING_METHODS, DbSession, write_transaction
from app.web.errors import ConsoleClosed, FormAfterEnd, FormNotOurs, NotFound, NotSignedIn, SignedInAsAnother, ViewOnly
from app.web.forms import Form, read_form
from app.web.headers import NOBODY
from app.web.house import House, house_of
from app.web.models import OperatorSession, WebSession
from app.web.texts import gettext as _
from app.web.texts import use_locale

SAME_ORIGIN = frozenset({"same-origin", "none"})


@dataclass(frozen=True)
class Visitor:
    """Who is here: the person, the session they came with, and what they are granted by name."""

    user: User
    session: WebSession
    rights: frozenset[Right] = frozenset()


@dataclass(frozen=True)
class Staff:
    """A member of staff of a marked context, and that context."""

    user: User
    context: Context


class Guard:
    """Marks a dependency that decides who may pass."""


class PublicGuard(Guard):
    """Everybody: protocol endpoints, health, and what holds no personal data."""

    async def __call__(self) -> None:
        return None


class LearnerGuard(Guard):
    """Everybody who launched, whatever their role: sees own data only. A posted form must be one of ours."""

    async def __call__(self, request: Request, db: DbSession) -> Visitor:
        house = house_of(request)
        found = await run_in_threadpool(admit, request, db, house)
        await stay(request, house, None if request.method in READING_METHODS else db)
        if request.method not in READING_METHODS:
            _check_form(house, request, await _form_of(request), found)
        return found


class StaffGuard(Guard):
    """Staff of the context named in the path, where the office has marked it as a training course.

    With `needs_mark` False also where it has not: for pages that say nothing about people. Membership and role are
    read on each request; everybody else learns nothing of the context, not even that it exists.
    """

    def __init__(self, *, needs_mark: bool = True) -> None:
        self._needs_mark = needs_mark

    async def __call__(self, request: Request, db: DbSession, context: UUID) -> Staff:
        visitor = await learner_guard(request, db)
        found = await run_in_threadpool(membership_queries.find_membership, db, user=visitor.user, context_uuid=context)
        if found is None or not found[1].is_staff or (self._needs_mark and found[0].marked_at is None):
            raise NotFound
        return Staff(visitor.user, found[0])


class RightGuard(Guard):
    """Whoever was granted that right by name; nobody who acts in such a person's name. Others find a missing page."""

    def __init__(self, right: Right) -> None:
        self._right = right

    async def __call__(self, request: Request, db: DbSession) -> Visitor:
        visitor = await learner_guard(request, db)
        if self._right not in visitor.rights or visitor.session.is_masqueraded or not self._role_fits(visitor):
            raise NotFound
        return visitor

    def _role_fits(self, visitor: Visitor) -> bool:
        """An LMS admin is one only while the LMS says so: a launch without the role opens no page of theirs."""
        return self._right is not Right.LMS_ADMIN or visitor.session.is_administrator


class OperatorGuard(Guard):
    """Whoever came by a link of the command line, in a tab of its own: never framed, never by another site's link."""

    async def __call__(self, request: Request, db: DbSession) -> OperatorSession:
        house = house_of(request)
        request.state.frame_origins = NOBODY
        console = await run_in_threadpool(_find_console, request, db, house.clock())
        request.state.console = console
        if request.method in READING_METHODS:
            await _stay_in_console(house, console)
            return console
        form = await _form_of(request)
        _check_origin(house, request)
        if csrf.judge_token(house.signer, console, form.one(csrf.FIELD), house.clock()) is not csrf.Verdict.OURS:
            raise FormNotOurs
        await run_in_threadpool(operators.touch, db, console=console, now=house.clock())
        return console


def _find_console(request: Request, db: Session, now: datetime) -> OperatorSession:
    token = read_cookie(request.cookies, OPERATOR)
    console = operators.find_console(db, token=token, now=now) if token else None
    if console is None:
        raise ConsoleClosed
    return console


async def _stay_in_console(house: House, console: OperatorSession) -> None:
    now = house.clock()
    if now - console.seen_at > operators.TOUCH_AFTER:
        async with write_transaction(house) as own:
            await run_in_threadpool(operators.touch, own, console=console, now=now)


def admit(request: Request, db: Executes, house: House) -> Visitor:
    """Who is here, known to the rest of the request. Raises NotSignedIn."""
    token = read_cookie(request.cookies, SESSION)
    found = session.find_session(db, token=token, now=house.clock()) if token else None
    if found is None:
        raise NotSignedIn if request.method in READING_METHODS else FormAfterEnd
    visitor = Visitor(user=found.user, session=found.session, rights=found.rights)
    request.state.visitor = visitor
    request.state.frame_origins = visitor.session.frame_origins
    use_locale(visitor.session.locale)
    return visitor


async def stay(request: Request, house: House, db: Executes | None = None) -> None:
    """What follows for whoever was admitted: their language for the rest of the request, and a session that lives on.

    The session is prolonged in `db`, or in a transaction of its own where the request only reads.
    """
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return
    use_locale(visitor.session.locale)
    now = house.clock()
    if not session.needs_touch(visitor.session, now):
        return
    if db is not None:
        await run_in_threadpool(session.touch_session, db, session=visitor.session, now=now)
        return
    async with write_transaction(house) as own:
        await run_in_threadpool(session.touch_session, own, session=visitor.session, now=now)


def close_to_actors(here: Visitor) -> None:
    """Private pages are closed to somebody who acts in this person's name. Raises ViewOnly."""
    if here.session.is_masqueraded:
        raise ViewOnly


async def _form_of(request: Request) -> Form:
    known: Form | None = getattr(request.state, "form", None)
    return known if known is not None else await read_form(request)


def _check_form(house: House, request: Request, form: Form, visitor: Visitor) -> None:
    _check_origin(house, request)
    verdict = csrf.judge_token(house.signer, visitor.user, form.one(csrf.FIELD), house.clock())
    if verdict is csrf.Verdict.SOMEBODY_ELSES:
        name = visitor.user.name or _("somebody whose name your LMS does not share")
        raise SignedInAsAnother(what=_("In this browser you are now signed in as {name}.").format(name=name))
    if verdict is csrf.Verdict.FORGED:
        raise FormNotOurs
    if visitor.session.is_masqueraded:
        raise ViewOnly


def _check_origin(house: House, request: Request) -> None:
    if request.headers.get("sec-fetch-site", "same-origin") not in SAME_ORIGIN or not _origin_is_ours(house, request):
        raise FormNotOurs


def _origin_is_ours(house: House, request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or origin == house.settings.origin


public_guard = PublicGuard()
learner_guard = LearnerGuard()
staff_guard = StaffGuard()
lms_admin_guard = RightGuard(Right.LMS_ADMIN)
office_guard = RightGuard(Right.OFFICE)
operator_guard = OperatorGuard()
unmarked_staff_guard = StaffGuard(needs_mark=False)

Public = Depends(public_guard)
Learner = Annotated[Visitor, Depends(learner_guard)]
CourseStaff = Annotated[Staff, Depends(staff_guard)]
LmsAdmin = Annotated[Visitor, Depends(lms_admin_guard)]
Office = Annotated[Visitor, Depends(office_guard)]
Operator = Annotated[OperatorSession, Depends(operator_guard)]
AnyCourseStaff = Annotated[Staff, Depends(unmarked_staff_guard)]
