"""Reads the people of a course, page by page, and counts who is done. Nothing private."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from app.membership.models import Context, Membership, Roster, User
from app.progress.models import Fact
from app.progress.rules import FactKind

PAGE_SIZE = 50
_SORT_NAME = func.coalesce(User.name, "")


class Who(StrEnum):
    """Whose list: the people of the course, or those who were."""

    HERE = "here"
    LEFT = "left"


@dataclass(frozen=True)
class Listed:
    """A person of the course; `has_opened` is False for somebody whom only the roster names."""

    user: User
    has_opened: bool


@dataclass(frozen=True)
class Counts:
    """Over the whole course: who belongs to it, who of these has completed the program, and who has left."""

    total: int
    complete: int
    left: int


@dataclass(frozen=True)
class After:
    """Where the last page ended: the keyset of its last person."""

    name: str
    user_id: int


def list_learners(db: Session, *, context: Context, who: Who, after: After | None) -> Sequence[Listed]:
    """The next people of this course by name, one more than a page so that the caller knows whether others follow."""
    query = _learners(context, who).add_columns(Membership.seen_at).order_by(_SORT_NAME, User.id).limit(PAGE_SIZE + 1)
    if after is not None:
        query = query.where(tuple_(_SORT_NAME, User.id) > tuple_(literal(after.name), literal(after.user_id)))
    return [Listed(user, seen_at is not None) for user, seen_at in db.execute(query)]


def count_learners(db: Session, *, context: Context, program_key: str) -> Counts:
    people = _learners(context, Who.HERE).with_only_columns(User.id).subquery()
    gone = _learners(context, Who.LEFT).with_only_columns(func.count(User.id))
    done = select(func.count(Fact.id)).where(
        Fact.institution_id == context.institution_id,
        Fact.kind == FactKind.PROGRAM_COMPLETED,
        Fact.key == program_key,
        Fact.user_id.in_(select(people.c.id)),
    )
    total = select(func.count()).select_from(people)
    row = db.execute(select(total.scalar_subquery(), done.scalar_subquery(), gone.scalar_subquery())).one()
    return Counts(*row)


def find_roster(db: Session, *, context: Context) -> Roster | None:
    """How the reading of this course's roster stands; None where its LMS offers none."""
    return db.scalars(
        select(Roster).where(Roster.institution_id == context.institution_id, Roster.context_id == context.id)
    ).one_or_none()


def _learners(context: Context, who: Who) -> Select[User]:
    return (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.institution_id == context.institution_id,
            Membership.institution_id == context.institution_id,
            Membership.context_id == context.id,
            Membership.is_learner,
            Membership.left_at.is_(None) if who == Who.HERE else Membership.left_at.is_not(None),
            ~User.is_test_user,
        )
    )
