"""Takes a person through a role set: a role and a sentence for each situation, safety situations until they fit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.learning import completion, runs
from app.learning.places import RoleSetPlace
from app.learning.runs import Outcome, Run, Work
from app.membership.models import User
from app.progress.rules import FactKind
from modules import AnswerDoesNotFit, RoleSet, Scenario, ScenarioMark, mark_scenario

LEVELS = ("low", "medium", "high")


@dataclass(frozen=True)
class PostedRole:
    """An answer and the step that it answers: `a08`, and `a08/2` where it was asked again."""

    attempt: int
    step: str
    role: str
    opening: str
    confidence: str

    @property
    def given(self) -> dict[str, str]:
        """As it is stored; confidence only if it was said."""
        said = {"confidence": self.confidence} if self.confidence in LEVELS else {}
        return {"role": self.role, "opening": self.opening, **said}


@dataclass(frozen=True)
class Try:
    """One answer to a situation. Only the first counts; the later ones lead a safety situation to its end."""

    number: int
    mark: ScenarioMark
    confidence: str | None


def find_run(db: Session, place: RoleSetPlace, *, user: User) -> Run[RoleSet] | None:
    return runs.find_run(db, Work(user, place.key), RoleSet)


def begin(db: Session, place: RoleSetPlace, *, user: User, after: int, now: datetime) -> None:
    """Begins the attempt after number `after`, if that one is over. Anything else is an old form: nothing changes."""
    run = find_run(db, place, user=user)
    if (run.number if run else 0) != after or (run is not None and not run.is_over):
        return
    runs.begin(db, Work(user, place.key), activity=place.role_set, after=run, now=now)
    completion.note_progress(db, user=user, module=place.module, now=now)


def list_tries(run: Run[RoleSet], scenario: Scenario) -> tuple[Try, ...]:
    """The answers to one situation, first to last."""
    return tuple(_read_tries(run, scenario))


def _read_tries(run: Run[RoleSet], scenario: Scenario) -> Iterator[Try]:
    given, number = run.given, 1
    while (step := name_step(scenario, number)) in given:
        one = given[step]
        yield Try(number, mark_scenario(run.activity, scenario, one["role"], one["opening"]), one.get("confidence"))
        number += 1


def list_firsts(run: Run[RoleSet]) -> tuple[tuple[Scenario, Try], ...]:
    """Each answered situation with its first answer, in the order of the set."""
    tried = ((scenario, list_tries(run, scenario)) for scenario in run.activity.scenarios)
    return tuple((scenario, tries[0]) for scenario, tries in tried if tries)


def find_current(run: Run[RoleSet]) -> tuple[Scenario, str] | None:
    """The situation that stands now and its step; None when all are gone through."""
    for scenario in run.activity.scenarios:
        tries = list_tries(run, scenario)
        if not tries or tries[-1].mark.ask_again:
            return scenario, name_step(scenario, len(tries) + 1)
    return None


def name_step(scenario: Scenario, number: int) -> str:
    return scenario.id if number == 1 else f"{scenario.id}/{number}"


def answer(db: Session, place: RoleSetPlace, *, user: User, posted: PostedRole, now: datetime) -> Outcome:
    """Keeps the answer to the step that stands now. A kept answer stands; the same sent again is taken as sent once."""
    run = find_run(db, place, user=user)
    if run is None or run.number != posted.attempt:
        return Outcome.TOO_LATE
    current = find_current(run)
    if current is None or current[1] != posted.step:
        return Outcome.KEPT if run.given.get(posted.step) == posted.given else Outcome.TOO_LATE
    return _keep(db, place, run=run, posted=posted, now=now)


def _keep(db: Session, place: RoleSetPlace, *, run: Run[RoleSet], posted: PostedRole, now: datetime) -> Outcome:
    current = find_current(run)
    assert current is not None
    try:
        mark = mark_scenario(run.activity, current[0], posted.role, posted.opening)
    except AnswerDoesNotFit:
        return Outcome.NOT_WHOLE
    if not runs.keep_answer(db, run, step=posted.step, given=posted.given, now=now):
        return Outcome.TOO_LATE
    if current[0].id == run.activity.scenarios[-1].id and not mark.ask_again:
        _finish(db, place, run=run, now=now)
    return Outcome.KEPT


def _finish(db: Session, place: RoleSetPlace, *, run: Run[RoleSet], now: datetime) -> None:
    """Gone through once is a fact; a retake leaves the record alone, and the index is never part of it."""
    runs.finish(db, run, now=now)
    if not run.attempt.is_replay:
        fact = (FactKind.FINISHED, place.key)
        completion.record_part(db, user=run.user, module=place.module, fact=fact, now=now)
