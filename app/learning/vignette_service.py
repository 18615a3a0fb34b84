"""Walks a person through a vignette: one choice at a time, each kept once, the end recorded once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.learning import completion, runs
from app.learning.places import VignettePlace
from app.learning.runs import Outcome, Run, Work
from app.membership.models import User
from app.progress.rules import FactKind
from modules import PathDoesNotFit, Vignette, Walk, walk

CHOICE = "choice"


@dataclass(frozen=True)
class PostedChoice:
    """A choice and the step that it answers, counted from 0, in the attempt of that number."""

    attempt: int
    step: int
    choice: str


def find_run(db: Session, place: VignettePlace, *, user: User) -> Run[Vignette] | None:
    return runs.find_run(db, Work(user, place.key), Vignette)


def path_of(run: Run[Vignette]) -> tuple[str, ...]:
    """The choices taken, in order."""
    return tuple(given[CHOICE] for given in run.given.values())


def walk_run(run: Run[Vignette]) -> Walk:
    """Where this attempt stands."""
    return walk(run.activity, path_of(run))


def begin(db: Session, place: VignettePlace, *, user: User, after: int, now: datetime) -> None:
    """Begins the attempt after number `after` (0: the first). Anything else is an old form, and changes nothing."""
    run = find_run(db, place, user=user)
    if (run.number if run else 0) != after:
        return
    runs.begin(db, Work(user, place.key), activity=place.vignette, after=run, now=now)
    completion.note_progress(db, user=user, module=place.module, now=now)


def choose(db: Session, place: VignettePlace, *, user: User, posted: PostedChoice, now: datetime) -> Outcome:
    """Takes a choice at the step that the person stands at. The same choice sent again is taken as sent once."""
    run = find_run(db, place, user=user)
    if run is None or run.number != posted.attempt:
        return Outcome.TOO_LATE
    path = path_of(run)
    if posted.step != len(path) or run.is_over:
        return Outcome.KEPT if posted.choice in path[posted.step : posted.step + 1] else Outcome.TOO_LATE
    return _take(db, place, run=run, path=(*path, posted.choice), now=now)


def _take(db: Session, place: VignettePlace, *, run: Run[Vignette], path: Sequence[str], now: datetime) -> Outcome:
    try:
        walked = walk(run.activity, path)
    except PathDoesNotFit:
        return Outcome.NOT_WHOLE
    if not runs.keep_answer(db, run, step=str(len(path)), given={CHOICE: path[-1]}, now=now):
        return Outcome.TOO_LATE
    if walked.is_over:
        _finish(db, place, run=run, now=now)
    return Outcome.KEPT


def _finish(db: Session, place: VignettePlace, *, run: Run[Vignette], now: datetime) -> None:
    """The first ending is a fact; a replay leaves the record alone."""
    runs.finish(db, run, now=now)
    if not run.attempt.is_replay:
        fact = (FactKind.FINISHED, place.key)
        completion.record_part(db, user=run.user, module=place.module, fact=fact, now=now)
