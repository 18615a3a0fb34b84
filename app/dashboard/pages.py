"""What the completion list shows: frozen, and made of status, dates and deliveries only."""

from dataclasses import dataclass
from datetime import datetime

from app.dashboard.queries import PAGE_SIZE, After
from app.dashboard.service import CourseReading
from app.membership.models import Context, User
from app.programs.rules import Standing, program_status, status


@dataclass(frozen=True)
class Row:
    """One person on the list."""

    name: str | None
    standing: Standing
    parts_met: int
    receipt_state: str | None
    receipt_at: datetime | None


@dataclass(frozen=True)
class CoursePage:
    """The list of one course, one page of it."""

    context: Context
    rows: tuple[Row, ...]
    parts: int
    complete: int
    total: int
    following: After | None
    is_first: bool


def make_course_page(reading: CourseReading, *, is_first: bool) -> CoursePage:
    """At most a page of people, in the order that they were read in."""
    return CoursePage(
        context=reading.context,
        rows=tuple(_make_row(reading, person) for person in reading.people[:PAGE_SIZE]),
        parts=len(reading.program.requires),
        complete=reading.complete,
        total=reading.total,
        following=_find_following(reading),
        is_first=is_first,
    )


def _make_row(reading: CourseReading, person: User) -> Row:
    facts = reading.facts.get(person.id, {})
    newest = max(reading.receipts.get(person.id, ()), key=lambda receipt: receipt.at, default=None)
    return Row(
        name=person.name,
        standing=program_status(facts, reading.program),
        parts_met=sum(status(facts, key).is_met for key in reading.program.requires),
        receipt_state=newest.state if newest else None,
        receipt_at=newest.at if newest else None,
    )


def _find_following(reading: CourseReading) -> After | None:
    if len(reading.people) <= PAGE_SIZE:
        return None
    last = reading.people[PAGE_SIZE - 1]
    return After(last.name or "", last.id)
