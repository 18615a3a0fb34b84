"""Reads the people of a course, page by page, and counts who is done. Nothing private."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from app.membership.models import Context, Membership, User
from app.progress.models import Fact
from app.progress.rules import FactKind

PAGE_SIZE = 50
_SORT_NAME = func.coalesce(User.name, "")


@dataclass(frozen=True)
class After:
    """Where the last page ended: the keyset of its last person."""

    name: str
    user_id: int


def list_learners(db: Session, *, context: Context, after: After | None) -> Sequence[User]:
    """The next people of this course by name, one more than a page so that the caller knows whether others follow."""
    query = _learners(context).order_by(_SORT_NAME, User.id).limit(PAGE_SIZE + 1)
    if after is not None:
        query = query.where(tuple_(_SORT_NAME, User.id) > tuple_(literal(after.name), literal(after.user_id)))
    return db.scalars(query).all()


def count_learners(db: Session, *, context: Context, program_key: str) -> tuple[int, int]:
    """How many learners of this course have completed the program, and how many there are."""
    people = _learners(context).with_only_columns(User.id).subquery()
    done = select(func.count(Fact.id)).where(
        Fact.institution_id == context.institution_id,
        Fact.kind == FactKind.PROGRAM_COMPLETED,
        Fact.key == program_key,
        Fact.user_id.in_(select(people.c.id)),
    )
    row = db.execute(select(done.scalar_subquery(), select(func.count()).select_from(people).scalar_subquery())).one()
    return row[0], row[1]


def _learners(context: Context) -> Select[User]:
    return (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.institution_id == context.institution_id,
            Membership.institution_id == context.institution_id,
            Membership.context_id == context.id,
            Membership.is_learner,
            ~User.is_test_user,
        )
    )
