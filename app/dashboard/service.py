"""Gathers what the completion list needs, in as many statements for ten people as for ten thousand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.dashboard import queries
from app.membership.models import Context, User
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
    people: Sequence[User]
    facts: Mapping[int, Facts]
    receipts: Mapping[int, Sequence[Receipt]]
    complete: int
    total: int


def read_course(db: Session, *, context: Context, program: Program, after: queries.After | None) -> CourseReading:
    people = queries.list_learners(db, context=context, after=after)
    ids = [person.id for person in people]
    facts = progress_queries.read_facts_of(db, institution_id=context.institution_id, user_ids=ids, kinds=SHOWN_KINDS)
    receipts = progress_queries.read_receipts_of(
        db, institution_id=context.institution_id, context_id=context.id, user_ids=ids
    )
    complete, total = queries.count_learners(db, context=context, program_key=program.key)
    return CourseReading(context, program, people, facts, receipts, complete, total)
