"""What the pages about rights, courses and the log show, as frozen values."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.admin import service, words
from app.admin.queries import COURSES_A_PAGE, EVENTS_A_PAGE, MOST_FOUND, CourseAsking
from app.membership.models import Platform, User
from app.membership.roles import Right
from app.web.texts import gettext as _


@dataclass(frozen=True)
class RightRow:
    """Somebody's right."""

    uuid: UUID
    name: str
    right: str
    since: datetime
    by: str | None
    is_own_key: bool


@dataclass(frozen=True)
class PersonRow:
    """Somebody whom a search found, and what may be done about them."""

    uuid: UUID
    name: str
    email: str | None
    lms: str
    is_office: bool
    is_reader: bool
    kept_out_since: datetime | None


@dataclass(frozen=True)
class RightsPage:
    """Who may what, who is kept out, and whom a search found (None: nothing was searched for)."""

    rights: tuple[RightRow, ...]
    kept_out: tuple[PersonRow, ...]
    words: str
    found: tuple[PersonRow, ...] | None
    has_more: bool


def make_rights_page(
    grants: Sequence[Any], kept_out: Sequence[Any], *, reader: User, searched: str, found: Sequence[Any] | None
) -> RightsPage:
    """`grants`, `kept_out` and `found` as `queries` gives them."""
    rows = [
        RightRow(
            grant.uuid,
            tell_name(user),
            words.tell_right(grant.kind),
            grant.granted_at,
            giver and tell_name(giver),
            service.is_own_key(grant, reader),
        )
        for grant, user, giver in grants
    ]
    office = {user.id for grant, user, _giver in grants if grant.kind == Right.OFFICE}

    def row_of(user: User, platform: Platform) -> PersonRow:
        is_reader = user.id == reader.id
        name, is_office = tell_name(user), user.id in office
        return PersonRow(user.uuid, name, user.email, platform.name, is_office, is_reader, user.blocked_at)

    shown = None if found is None else tuple(itertools.starmap(row_of, found[:MOST_FOUND]))
    has_more = found is not None and len(found) > MOST_FOUND
    return RightsPage(tuple(rows), tuple(itertools.starmap(row_of, kept_out)), searched, shown, has_more)


@dataclass(frozen=True)
class CourseRow:
    """A course, who of its staff opened Cairn first, and what was decided (None: nothing yet).

    `copied_from` names the training course that it is a copy of.
    """

    uuid: UUID
    title: str
    lms: str
    asker: str
    asked_at: datetime
    is_training: bool | None
    decided_at: datetime | None
    copied_from: str | None


@dataclass(frozen=True)
class CoursesPage:
    """Courses that wait, one page of them, and the last decisions."""

    waiting: tuple[CourseRow, ...]
    decided: tuple[CourseRow, ...]
    following: int | None
    is_first: bool


def make_courses_page(
    waiting: Sequence[CourseAsking], decided: Sequence[CourseAsking], *, is_first: bool
) -> CoursesPage:
    shown = waiting[:COURSES_A_PAGE]
    following = shown[-1].context.id if len(waiting) > COURSES_A_PAGE else None
    return CoursesPage(tuple(map(_make_course, shown)), tuple(map(_make_course, decided)), following, is_first)


def _make_course(asking: CourseAsking) -> CourseRow:
    context = asking.context
    decided_at = context.marked_at or context.declined_at
    return CourseRow(
        uuid=context.uuid,
        title=context.title or context.label or _("A course without a name"),
        lms=asking.platform.name,
        asker=tell_name(asking.asker),
        asked_at=asking.asked_at,
        is_training=None if decided_at is None else context.marked_at is not None,
        decided_at=decided_at,
        copied_from=asking.copied_from,
    )


@dataclass(frozen=True)
class EventRow:
    """A line of the log."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True)
class LogPage:
    """One page of the log, and where the next begins."""

    events: tuple[EventRow, ...]
    following: int | None
    is_first: bool


def make_log_page(found: Sequence[Any], *, is_first: bool) -> LogPage:
    """`found` as `queries.list_events` gives it."""
    shown = found[:EVENTS_A_PAGE]
    events = tuple(
        EventRow(
            event.at,
            tell_name(actor) if actor else _("The operator"),
            words.tell_event(event.kind, about=tell_name(about) if about else "", detail=event.detail),
        )
        for event, actor, about in shown
    )
    return LogPage(events, shown[-1][0].id if len(found) > EVENTS_A_PAGE else None, is_first)


def tell_name(user: User) -> str:
    return user.name or _("Name not shared by the LMS")
