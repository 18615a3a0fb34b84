"""Reads what a person answered and wrote, and the launches made in their name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from app.learning.models import Answer, Attempt, ContentVersion, Writing
from app.membership.models import Context, User, Visit

MOST_VISITS = 50


@dataclass(frozen=True)
class Given:
    """An attempt, the content it was begun on, and the answer to the asked step (None: not answered)."""

    attempt: Attempt
    version: ContentVersion
    answer: Any


def find_given(db: Session, *, user: User, key: str, step: str) -> Given | None:
    """The newest attempt under this key, with its answer to one step. One statement."""
    row = db.execute(
        select(Attempt, ContentVersion, Answer.given)
        .join(ContentVersion, ContentVersion.digest == Attempt.digest)
        .outerjoin(
            Answer,
            and_(Answer.attempt_id == Attempt.id, Answer.institution_id == user.institution_id, Answer.step == step),
        )
        .where(Attempt.institution_id == user.institution_id, Attempt.user_id == user.id, Attempt.key == key)
        .order_by(Attempt.number.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Given(*row)


@dataclass(frozen=True)
class FirstAnswer:
    """An answer of a first attempt that was gone through. The content comes with the first answer only."""

    attempt: Attempt
    answer: Answer
    kind: str
    format: int
    body: Any


def list_first_answers(db: Session, *, user: User, keys: Sequence[str]) -> tuple[FirstAnswer, ...]:
    """All answers of the first attempts under these keys, once gone through, attempt by attempt. One statement."""
    place = func.row_number().over(partition_by=Attempt.id, order_by=Answer.id)
    rows = db.execute(
        select(Attempt, Answer, ContentVersion.kind, ContentVersion.format, case((place == 1, ContentVersion.body)))
        .join(ContentVersion, ContentVersion.digest == Attempt.digest)
        .join(Answer, and_(Answer.attempt_id == Attempt.id, Answer.institution_id == user.institution_id))
        .where(
            Attempt.institution_id == user.institution_id,
            Attempt.user_id == user.id,
            Attempt.key.in_(keys),
            Attempt.number == 1,
            Attempt.finished_at.is_not(None),
        )
        .order_by(Attempt.id, Answer.id)
    )
    return tuple(FirstAnswer(*row) for row in rows)


def read_writings(db: Session, *, user: User, keys: Sequence[str]) -> dict[str, Writing]:
    """The texts kept under these keys; keys without a text are missing from the mapping."""
    rows = db.scalars(
        select(Writing).where(
            Writing.institution_id == user.institution_id, Writing.user_id == user.id, Writing.key.in_(keys)
        )
    )
    return {writing.key: writing for writing in rows}


@dataclass(frozen=True)
class VisitSeen:
    """One launch in a person's name: when, from which course (None: none), and whether somebody acted as them."""

    at: datetime
    course: str | None
    is_masqueraded: bool


def list_visits(db: Session, *, user: User) -> tuple[VisitSeen, ...]:
    """The launches made in this person's name, newest first, with the course's title."""
    rows = db.execute(
        select(Visit.at, Context.title, Visit.is_masqueraded)
        .outerjoin(Context, and_(Context.id == Visit.context_id, Context.institution_id == user.institution_id))
        .where(Visit.institution_id == user.institution_id, Visit.user_id == user.id)
        .order_by(Visit.at.desc(), Visit.id.desc())
        .limit(MOST_VISITS)
    )
    return tuple(VisitSeen(*row) for row in rows)


def read_bodies(db: Session, *, digests: Collection[str]) -> dict[str, Any]:
    """Activities as they were when they were answered, as stored, by digest."""
    rows = db.execute(select(ContentVersion.digest, ContentVersion.body).where(ContentVersion.digest.in_(digests)))
    return {digest: body for digest, body in rows}  # noqa: C416  rows are no pairs for the type checker
