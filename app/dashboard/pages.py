"""What the completion list shows: frozen, and made of status, dates and deliveries only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.dashboard.queries import PAGE_SIZE, After, Counts, Listed, Who
from app.dashboard.service import CourseReading
from app.membership.models import Context, Roster
from app.membership.rosters import may_ask_for_roster_at
from app.programs.rules import Standing, program_status, status


@dataclass(frozen=True)
class Row:
    """One person on the list."""

    name: str | None
    has_opened: bool
    standing: Standing
    parts_met: int
    receipt_state: str | None
    receipt_at: datetime | None


class Trouble(StrEnum):
    """Why a roster was not read, as far as staff can do something about it."""

    NOT_ALLOWED = "not-allowed"
    UNREADABLE = "unreadable"
    NO_ANSWER = "no-answer"


_NOT_ALLOWED = frozenset({"forbidden", "unauthorized", "not-found"})
_UNREADABLE = frozenset({"unreadable", "page-loop", "next-elsewhere", "too-many-pages", "too-large", "empty"})


@dataclass(frozen=True)
class RosterLine:
    """What the page says of the roster. `ask_again_at` is None where it may be asked for now."""

    read_at: datetime | None
    people: int | None
    is_awaited: bool
    trouble: Trouble | None
    reason: str | None
    ask_again_at: datetime | None
    names_only_openers: bool


@dataclass(frozen=True)
class CoursePage:
    """The list of one course, one page of it."""

    context: Context
    rows: tuple[Row, ...]
    parts: int
    who: Who
    counts: Counts
    roster: RosterLine | None
    following: After | None
    is_first: bool


def make_course_page(reading: CourseReading, *, is_first: bool, now: datetime) -> CoursePage:
    """At most a page of people, in the order that they were read in."""
    return CoursePage(
        context=reading.context,
        rows=tuple(_make_row(reading, person) for person in reading.people[:PAGE_SIZE]),
        parts=len(reading.program.requires),
        who=reading.who,
        counts=reading.counts,
        roster=None if reading.roster is None else _make_roster_line(reading.roster, now),
        following=_find_following(reading),
        is_first=is_first,
    )


def _make_roster_line(roster: Roster, now: datetime) -> RosterLine:
    ask_at = may_ask_for_roster_at(roster)
    told_at = max(filter(None, (roster.read_at, roster.failed_at)), default=None)
    return RosterLine(
        read_at=roster.read_at,
        people=roster.people,
        is_awaited=told_at is None or (roster.asked_at is not None and told_at < roster.asked_at),
        trouble=None if roster.reason is None else find_trouble(roster.reason),
        reason=roster.reason,
        ask_again_at=ask_at if ask_at is not None and ask_at > now else None,
        names_only_openers=roster.names_only_openers,
    )


def find_trouble(reason: str) -> Trouble:
    """A reason word of the reading, as one of three."""
    if reason in _NOT_ALLOWED or reason.startswith("token-"):
        return Trouble.NOT_ALLOWED
    return Trouble.UNREADABLE if reason in _UNREADABLE else Trouble.NO_ANSWER


def _make_row(reading: CourseReading, person: Listed) -> Row:
    user = person.user
    facts = reading.facts.get(user.id, {})
    newest = max(reading.receipts.get(user.id, ()), key=lambda receipt: receipt.at, default=None)
    return Row(
        name=user.name,
        has_opened=person.has_opened,
        standing=program_status(facts, reading.program),
        parts_met=sum(status(facts, key).is_met for key in reading.program.requires),
        receipt_state=newest.state if newest else None,
        receipt_at=newest.at if newest else None,
    )


def _find_following(reading: CourseReading) -> After | None:
    if len(reading.people) <= PAGE_SIZE:
        return None
    last = reading.people[PAGE_SIZE - 1].user
    return After(last.name or "", last.id)
