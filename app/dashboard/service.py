"""Gathers what the completion list needs, in as many statements for ten people as for ten thousand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.dashboard import queries
from app.dashboard.queries import Counts, Listed, Who
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
