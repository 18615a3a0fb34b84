"""Gathers what the pages need, in as many statements for ten people as for ten thousand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.assessment import rounds
from app.dashboard import group_queries, queries, rules
from app.dashboard.models import GroupCourse, GroupLine, GroupSetting
from app.dashboard.queries import Counts, Listed, Who
from app.db.inserting import insert_once
from app.membership import rosters
from app.membership.models import Context, Roster
from app.programs.rules import Facts, Program
from app.progress import queries as progress_queries
from app.progress.models import Receipt
from app.progress.rules import FactKind

SHOWN_KINDS = (FactKind.STARTED, FactKind.COMPLETED, FactKind.PROGRAM_COMPLETED)


@dataclass(frozen=True)
class CourseReading:
    """One page of people with their completion facts and receipts, and the counts over the whole course."""

    context: Context
    program: Program
    who: Who
    people: Sequence[Listed]
    facts: Mapping[int, Facts]
    receipts: Mapping[int, Sequence[Receipt]]
    counts: Counts
    roster: Roster | None


@dataclass(frozen=True)
class GroupReading:
    """What the group picture is made of. `least` is the least number of coaches in a figure."""

    lines: Sequence[GroupLine]
    courses: Sequence[Context]
    chosen: Context | None
    least: int


def read_course(
    db: Session, *, context: Context, program: Program, who: Who, after: queries.After | None
) -> CourseReading:
    people = queries.list_learners(db, context=context, who=who, after=after)
    ids = [person.user.id for person in people]
    facts = progress_queries.read_facts_of(db, institution_id=context.institution_id, user_ids=ids, kinds=SHOWN_KINDS)
    receipts = progress_queries.read_receipts_of(
        db, institution_id=context.institution_id, context_id=context.id, user_ids=ids
    )
    counts = queries.count_learners(db, context=context, program_key=program.key)
    roster = queries.find_roster(db, context=context)
    return CourseReading(context, program, who, people, facts, receipts, counts, roster)


def refresh_roster(db: Session, *, context: Context, now: datetime) -> None:
    """Has the roster read soon, if the last time that somebody asked is long enough ago."""
    roster = queries.find_roster(db, context=context)
    if roster is not None:
        rosters.ask_for_roster(db, roster, now=now)


def read_group(db: Session, *, institution_id: int, course: UUID | None) -> GroupReading | None:
    """What the picture shows of one course, or of everybody in none of those; None where there is no such course."""
    courses = group_queries.list_courses(db, institution_id=institution_id)
    chosen = next((one for one in courses if one.uuid == course), None)
    if course is not None and chosen is None:
        return None
    least = rules.tell_least(group_queries.read_least(db, institution_id=institution_id), has_courses=bool(courses))
    whose = chosen.uuid.hex if chosen else rules.EVERYBODY
    lines = group_queries.list_shown(db, institution_id=institution_id, whose=whose, least=least)
    return GroupReading(lines, courses, chosen, least)


def set_least(db: Session, *, institution_id: int, least: int) -> None:
    """The least number of coaches in a figure, from the next round on; the rounds of another number rest."""
    db.merge(GroupSetting(institution_id=institution_id, least=least))
    rounds.wake(db, institution_id=institution_id)


def set_apart(db: Session, *, context: Context) -> None:
    """The coaches of a course get rounds of their own, for good; whoever entered one already stays where they are.

    Nothing takes it back: whoever could would choose, each time, of whom the next round is made.
    """
    row = {"context_id": context.id, "institution_id": context.institution_id}
    insert_once(db, GroupCourse, row, unique=["context_id"])
    rounds.wake(db, institution_id=context.institution_id)
