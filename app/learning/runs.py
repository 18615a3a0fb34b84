"""An attempt as a whole: the row, the very activity that it began with, and its answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.learning import attempts, versions
from app.learning.models import Answer, Attempt
from app.membership.models import User
from modules import Check, RoleSet, Vignette

Shape = TypeVar("Shape", Check, RoleSet, Vignette)


class Outcome(Enum):
    """What became of a posted step."""

    KEPT = auto()
    TOO_LATE = auto()
    NOT_WHOLE = auto()


@dataclass(frozen=True)
class Work:
    """One person's work on one activity, by its content key."""

    user: User
    key: str


@dataclass(frozen=True)
class Run(Generic[Shape]):
    """An attempt, its activity and its answers, oldest first. Later editions of the activity do not touch it."""

    user: User
    attempt: Attempt
    activity: Shape
    answers: tuple[Answer, ...] = ()

    @property
    def number(self) -> int:
        return self.attempt.number

    @property
    def seed(self) -> str:
        """Decides what is drawn and how it is shuffled: the same at every reload, another for the next attempt."""
        return f"{self.user.uuid}:{self.attempt.number}"

    @property
    def is_over(self) -> bool:
        return self.attempt.finished_at is not None

    @property
    def given(self) -> dict[str, Any]:
        """What was answered, by step, in the order of answering."""
        return {answer.step: answer.given for answer in self.answers}


def find_run(db: Session, work: Work, shape: type[Shape]) -> Run[Shape] | None:
    """The newest attempt, finished or not; None before the first. Two statements."""
    found = attempts.find_latest(db, user=work.user, key=work.key)
    if found is None:
        return None
    attempt, version = found
    activity = versions.restore(version)
    if not isinstance(activity, shape):
        raise TypeError(f"{work.key} was stored as {version.kind}")
    return Run(work.user, attempt, activity, _list_answers(db, attempt))


def _list_answers(db: Session, attempt: Attempt) -> tuple[Answer, ...]:
    found = db.scalars(
        select(Answer)
        .where(
            Answer.institution_id == attempt.institution_id,
            Answer.user_id == attempt.user_id,
            Answer.attempt_id == attempt.id,
        )
        .order_by(Answer.id)
    )
    return tuple(found)


def begin(db: Session, work: Work, *, activity: Shape, after: Run[Shape] | None, now: datetime) -> None:
    """Begins the next attempt, on the activity as it is today. Two that begin at once begin the same one."""
    attempt = Attempt(
        key=work.key,
        number=1 if after is None else after.number + 1,
        digest=versions.keep_version(db, activity=activity, now=now),
        is_replay=after is not None and (after.attempt.is_replay or after.is_over),
        started_at=now,
    )
    attempts.open_attempt(db, user=work.user, attempt=attempt)


def keep_answer(db: Session, run: Run[Shape], *, step: str, given: Any, now: datetime) -> bool:
    """Keeps the answer to a step, once. False where a twin request was faster and said something else."""
    if attempts.give_answer(db, attempt=run.attempt, step=step, given=given, now=now):
        return True
    return bool(attempts.read_answers(db, attempt=run.attempt)[step] == given)


def finish(db: Session, run: Run[Shape], *, now: datetime) -> None:
    """Marks the attempt as gone through; the first moment stands."""
    db.execute(
        update(Attempt)
        .where(
            Attempt.institution_id == run.attempt.institution_id,
            Attempt.id == run.attempt.id,
            Attempt.finished_at.is_(None),
        )
        .values(finished_at=now)
    )
