"""Takes a person through a knowledge check: items drawn for the attempt, each answered once, passed or tried again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.learning import completion, runs
from app.learning.places import CheckPlace
from app.learning.runs import Outcome, Run, Work
from app.membership.models import User
from modules import Answer, AnswerDoesNotFit, Check, CheckMark, Item, Mark, draw_items, mark_check, mark_item


@dataclass(frozen=True)
class PostedItem:
    """What was posted for one item: the ids chosen, or, where rows are sorted, the category of each row."""

    attempt: int
    item: str
    chosen: tuple[str, ...] = ()
    rows: Mapping[str, str] = field(default_factory=dict)


def find_run(db: Session, place: CheckPlace, *, user: User) -> Run[Check] | None:
    return runs.find_run(db, Work(user, place.key), Check)


def begin(db: Session, place: CheckPlace, *, user: User, after: int, now: datetime) -> None:
    """Begins the attempt after number `after`, if that one is over. Anything else is an old form: nothing changes."""
    run = find_run(db, place, user=user)
    if (run.number if run else 0) != after or (run is not None and not run.is_over):
        return
    runs.begin(db, Work(user, place.key), activity=place.check, after=run, now=now)
    completion.note_progress(db, user=user, module=place.module, now=now)


def list_items(run: Run[Check]) -> tuple[Item, ...]:
    """The items of this attempt, in order."""
    drawn = draw_items(run.activity, run.seed)
    return tuple(item for item in run.activity.items if item.id in drawn)


def find_current(run: Run[Check]) -> Item | None:
    """The first item without an answer; None when all have one."""
    return next((item for item in list_items(run) if item.id not in run.given), None)


def answer(db: Session, place: CheckPlace, *, user: User, posted: PostedItem, now: datetime) -> Outcome:
    """Keeps the answer to the item that stands now. A kept answer stands; the same sent again is taken as sent once."""
    run = find_run(db, place, user=user)
    if run is None or run.number != posted.attempt:
        return Outcome.TOO_LATE
    current, item = find_current(run), run.activity.find_item(posted.item)
    if item is None or current is None or item.id != current.id:
        is_same = item is not None and run.given.get(item.id) == _to_keep(item, posted)
        return Outcome.KEPT if is_same else Outcome.TOO_LATE
    return _keep(db, place, run=run, item=item, given=_to_keep(item, posted), now=now)


def _keep(  # noqa: PLR0913  all of them are one answer
    db: Session, place: CheckPlace, *, run: Run[Check], item: Item, given: Any, now: datetime
) -> Outcome:
    try:
        mark_item(item, read_given(given))
    except AnswerDoesNotFit:
        return Outcome.NOT_WHOLE
    if not runs.keep_answer(db, run, step=item.id, given=given, now=now):
        return Outcome.TOO_LATE
    whole = {**run.given, item.id: given}
    if all(one.id in whole for one in list_items(run)):
        _finish(db, place, run=run, mark=_mark(run, whole), now=now)
    return Outcome.KEPT


def _finish(db: Session, place: CheckPlace, *, run: Run[Check], mark: CheckMark, now: datetime) -> None:
    """Only a pass is a fact. How many tries it took, and what was chosen, stays with the person."""
    runs.finish(db, run, now=now)
    if mark.passed:
        completion.record_part(db, user=run.user, module=place.module, fact=place.passed, now=now)


def mark_one(run: Run[Check], item: Item) -> Mark:
    """The mark of an answered item."""
    return mark_item(item, read_given(run.given[item.id]))


def mark_run(run: Run[Check]) -> CheckMark:
    """The mark of an attempt that is over."""
    return _mark(run, run.given)


def _mark(run: Run[Check], given: Mapping[str, Any]) -> CheckMark:
    return mark_check(run.activity, [mark_item(item, read_given(given[item.id])) for item in list_items(run)])


def _to_keep(item: Item, posted: PostedItem) -> Any:
    """The answer as it is stored: one id, a sorted list of ids, or row to category."""
    if item.kind == "multiple":
        return sorted(set(posted.chosen))
    if item.kind == "classify":
        return {row.id: posted.rows[row.id] for row in item.rows if row.id in posted.rows}
    return posted.chosen[0] if posted.chosen else ""


def read_given(given: Any) -> Answer:
    """A stored answer in the shape that marking expects."""
    return tuple(given) if isinstance(given, list) else given
