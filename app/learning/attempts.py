"""Opens attempts and keeps answers, each once, however often a form is sent."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.inserting import insert_once
from app.learning.models import Answer, Attempt, ContentVersion
from app.membership.models import User


def open_attempt(db: Session, *, user: User, attempt: Attempt) -> Attempt:
    """Begins this attempt, or returns the one that another tab began under the same key and number.

    `attempt` is a new, unsaved row with key, number, digest, started_at and, if so, is_replay; who is filled in here.
    """
    row = {
        "uuid": uuid4(),
        "institution_id": user.institution_id,
        "user_id": user.id,
        "key": attempt.key,
        "number": attempt.number,
        "digest": attempt.digest,
        "is_replay": bool(attempt.is_replay),
        "started_at": attempt.started_at,
    }
    insert_once(db, Attempt, row, unique=["user_id", "key", "number"])
    return db.scalars(
        select(Attempt).where(
            Attempt.institution_id == user.institution_id,
            Attempt.user_id == user.id,
            Attempt.key == attempt.key,
            Attempt.number == attempt.number,
        )
    ).one()


def give_answer(db: Session, *, attempt: Attempt, step: str, given: Any, now: datetime) -> bool:
    """Keeps the answer to one step of an attempt; False where one is there already, and then that one stands."""
    row = {
        "institution_id": attempt.institution_id,
        "user_id": attempt.user_id,
        "attempt_id": attempt.id,
        "step": step,
        "given": given,
        "at": now,
    }
    return insert_once(db, Answer, row, unique=["attempt_id", "step"])


def find_latest(db: Session, *, user: User, key: str) -> tuple[Attempt, ContentVersion] | None:
    """The newest attempt under this key with the content that it was begun on."""
    row = db.execute(
        select(Attempt, ContentVersion)
        .join(ContentVersion, ContentVersion.digest == Attempt.digest)
        .where(Attempt.institution_id == user.institution_id, Attempt.user_id == user.id, Attempt.key == key)
        .order_by(Attempt.number.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def read_answers(db: Session, *, attempt: Attempt) -> dict[str, Any]:
    """The answers of one attempt, by step, in the order in which they were given."""
    rows = db.execute(
        select(Answer.step, Answer.given)
        .where(
            Answer.institution_id == attempt.institution_id,
            Answer.user_id == attempt.user_id,
            Answer.attempt_id == attempt.id,
        )
        .order_by(Answer.id)
    )
    return {row.step: row.given for row in rows}
