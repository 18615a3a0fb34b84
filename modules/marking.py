"""Marks for the items of a check: an item and an answer give points and reasons; nothing else is known here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from modules.model import (
    BestItem,
    Check,
    ClaimItem,
    ClassifyItem,
    Item,
    MultipleItem,
    SjtItem,
    SpotInteraction,
    SpotItem,
)
from modules.model.check import ClassifyRow

Answer = str | tuple[str, ...] | dict[str, str]
HALF = Fraction(1, 2)
MOST_POINTS = 3


class AnswerDoesNotFit(ValueError):  # noqa: N818 - errors are sentences here
    """The answer names something that the activity does not have, or leaves something out."""


@dataclass(frozen=True)
class Feedback:
    """What is said about one option, row or line; `best` marks what the authors would choose."""

    id: str
    why: str
    chosen: bool
    best: bool
    say: str | None = None
    text: str | None = None
    who: str | None = None
    category: str | None = None
    chosen_category: str | None = None


@dataclass(frozen=True)
class Mark:
    """The mark of one item: points from 0 to 1, exact, and the reasons."""

    item_id: str
    points: Fraction
    feedback: tuple[Feedback, ...]
    maximum: int = 1

    @property
    def percent(self) -> int:
        """Whole percent, rounded down."""
        return int(self.points * 100)

    @property
    def shown(self) -> tuple[Feedback, ...]:
        """The reasons for what was chosen and what is best; the rest is there on request."""
        return tuple(one for one in self.feedback if one.chosen or one.best)


@dataclass(frozen=True)
class CheckMark:
    """The mark of a whole check."""

    points: Fraction
    percent: int
    passed: bool


def mark_item(item: Item, answer: Answer) -> Mark:
    """Mark an answer; raises AnswerDoesNotFit for unknown ids, missing rows, or nothing chosen."""
    if isinstance(item, MultipleItem):
        return _mark_multiple(item, answer)
    if isinstance(item, ClassifyItem):
        return _mark_classify(item, answer)
    if not isinstance(answer, str):
        message = f"{item.id}: one id is expected"
        raise AnswerDoesNotFit(message)
    return _mark_single(item, answer)


def _mark_single(item: BestItem | SjtItem | ClaimItem | SpotItem, chosen: str) -> Mark:
    worth = dict(_worth_of(item))
    if chosen not in worth:
        message = f"{item.id}: `{chosen}` is not one of its answers"
        raise AnswerDoesNotFit(message)
    return Mark(item.id, worth[chosen], tuple(_explain(item, chosen)))


def _worth_of(item: BestItem | SjtItem | ClaimItem | SpotItem) -> Iterator[tuple[str, Fraction]]:
    if isinstance(item, SjtItem):
        yield from ((option.id, Fraction(option.points, MOST_POINTS)) for option in item.options)
    elif isinstance(item, SpotItem):
        yield from ((line, _spot_worth(item, line)) for line in item.whys)
    elif isinstance(item, BestItem):
        yield from ((option.id, Fraction(option.key)) for option in item.options)
    else:
        yield from ((verdict.id, Fraction(verdict.key)) for verdict in item.verdicts)


def _spot_worth(item: SpotItem, line: str) -> Fraction:
    return Fraction(1) if line == item.key else HALF * (line in item.near)


def _explain(item: BestItem | SjtItem | ClaimItem | SpotItem, chosen: str) -> Iterator[Feedback]:
    if isinstance(item, SpotItem):
        yield from explain_lines(item, chosen)
    elif isinstance(item, ClaimItem):
        for one in item.verdicts:
            yield Feedback(one.id, one.why, chosen=one.id == chosen, best=one.key, text=one.text)
    elif isinstance(item, SjtItem):
        for reply in item.options:
            best = reply.points == MOST_POINTS
            yield Feedback(reply.id, reply.why, chosen=reply.id == chosen, best=best, say=reply.say, text=reply.text)
    else:
        for option in item.options:
            picked = option.id == chosen
            yield Feedback(option.id, option.why, chosen=picked, best=option.key, say=option.say, text=option.text)


def explain_lines(spot: SpotItem | SpotInteraction, chosen: str) -> Iterator[Feedback]:
    """Give the reason for each line that may be chosen."""
    for line in spot.lines:
        if line.id in spot.whys:
            why = spot.whys[line.id]
            picked, best = line.id == chosen, line.id == spot.key
            yield Feedback(line.id, why, chosen=picked, best=best, say=line.text, who=line.speaker)


def _mark_multiple(item: MultipleItem, answer: Answer) -> Mark:
    picked = set(answer) if isinstance(answer, tuple) else set()
    if not picked or not picked <= {option.id for option in item.options}:
        message = f"{item.id}: choose one or more of its options"
        raise AnswerDoesNotFit(message)
    errors = sum((option.id in picked) != option.pick for option in item.options)
    points = max(Fraction(0), 1 - Fraction(2 * errors, len(item.options)))
    feedback = (
        Feedback(one.id, one.why, chosen=one.id in picked, best=one.pick, say=one.say, text=one.text)
        for one in item.options
    )
    return Mark(item.id, points, tuple(feedback))


def _mark_classify(item: ClassifyItem, answer: Answer) -> Mark:
    placed = answer if isinstance(answer, dict) else {}
    if set(placed) != {row.id for row in item.rows} or not set(placed.values()) <= set(item.categories):
        message = f"{item.id}: every row needs one of the categories"
        raise AnswerDoesNotFit(message)
    points = sum((_row_worth(row, placed[row.id]) for row in item.rows), Fraction(0)) / len(item.rows)
    feedback = (_explain_row(row, placed[row.id], item.categories) for row in item.rows)
    return Mark(item.id, points, tuple(feedback))


def _row_worth(row: ClassifyRow, category: str) -> Fraction:
    return Fraction(1) if category == row.key else HALF * (category in row.also)


def _explain_row(row: ClassifyRow, category: str, categories: Mapping[str, str]) -> Feedback:
    return Feedback(
        row.id,
        row.why,
        chosen=True,
        best=category == row.key,
        say=row.say,
        text=row.text,
        who=row.who,
        category=categories[row.key],
        chosen_category=categories[category],
    )


def mark_check(check: Check, marks: Sequence[Mark]) -> CheckMark:
    """Mark a check: the mean of its items, passed from `pass_percent` on, compared exactly."""
    if not marks:
        message = "a check without answers has no mark"
        raise AnswerDoesNotFit(message)
    mean = sum((mark.points for mark in marks), Fraction(0)) / len(marks)
    return CheckMark(mean, int(mean * 100), passed=mean * 100 >= check.pass_percent)
