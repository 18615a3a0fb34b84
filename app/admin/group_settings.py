"""Reads and keeps the settings of the group picture, with a line in the log for each that changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.admin import log, queries
from app.admin.rules import EventKind
from app.dashboard import group_queries
from app.dashboard import service as dashboard_service
from app.dashboard.rules import LEAST, LEAST_OF_A_COURSE, MOST, tell_least, tell_round_size
from app.membership.models import Context, User


@dataclass(frozen=True)
class CourseChoice:
    """A training course, and whether its coaches are shown by themselves."""

    uuid: UUID
    title: str | None
    is_apart: bool


@dataclass(frozen=True)
class SettingsPage:
    """The numbers that can be set, the one that is, and the courses to choose from."""

    least: int
    numbers: range
    least_of_a_course: int
    round_of_a_course: int
    courses: tuple[CourseChoice, ...]


def read_settings(db: Session, *, institution_id: int) -> SettingsPage:
    least = group_queries.read_least(db, institution_id=institution_id)
    of_a_course = tell_least(least, has_courses=True)
    apart = {one.id for one in group_queries.list_courses(db, institution_id=institution_id)}
    courses = queries.list_training_courses(db, institution_id=institution_id, also=apart)
    return SettingsPage(
        least=least,
        numbers=range(LEAST, MOST + 1),
        least_of_a_course=LEAST_OF_A_COURSE,
        round_of_a_course=tell_round_size(of_a_course),
        courses=tuple(CourseChoice(one.uuid, one.title or one.label, one.id in apart) for one in courses),
    )


def save_settings(db: Session, *, by: User, least: int, courses: frozenset[str], now: datetime) -> None:
    """`courses` are the uuids of those to show by themselves; what is no training course of theirs is left out.

    A course that is shown by itself stays so, whether it is named or not.
    """
    institution_id = by.institution_id
    if least != group_queries.read_least(db, institution_id=institution_id):
        dashboard_service.set_least(db, institution_id=institution_id, least=least)
        log.note(db, EventKind.GROUP_LEAST_SET, by=by, now=now, detail=str(least))
    before = {one.id for one in group_queries.list_courses(db, institution_id=institution_id)}
    for one in queries.list_training_courses(db, institution_id=institution_id, also=before):
        if str(one.uuid) in courses and one.id not in before:
            dashboard_service.set_apart(db, context=one)
            log.note(db, EventKind.GROUP_COURSE_PARTED, by=by, now=now, detail=_name(one))


def _name(context: Context) -> str:
    return context.title or context.label or ""
