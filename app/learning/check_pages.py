"""What the pages of a knowledge check show: an item before its answer without keys or reasons, and both after it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from app.learning import check_service as service
from app.learning.runs import Run
from modules import Check, CheckMark, Feedback, Item, ItemView, Mark, Module, view_item


@dataclass(frozen=True)
class Filled:
    """What a form holds that came back unfinished."""

    chosen: Collection[str] = ()
    rows: Mapping[str, str] = field(default_factory=dict)

    def lacks(self, view: ItemView) -> tuple[str, ...]:
        """The rows without a category."""
        return tuple(row.id for row in view.rows if row.id not in self.rows)


@dataclass(frozen=True)
class Where:
    """The section of a lesson that an item is about."""

    lesson_id: str
    anchor: str
    title: str


@dataclass(frozen=True)
class ItemPage:
    """One question, waiting for its answer. `filled` is there when it came back unfinished."""

    number: int
    total: int
    view: ItemView
    before: str | None
    filled: Filled | None


@dataclass(frozen=True)
class AnswerPage:
    """One question with its answer and the reasons."""

    number: int
    total: int
    view: ItemView
    mark: Mark
    where: Where | None
    is_last: bool

    @property
    def others(self) -> tuple[Feedback, ...]:
        return tuple(one for one in self.mark.feedback if one not in self.mark.shown)


@dataclass(frozen=True)
class AgainRow:
    """A question to look at again."""

    number: int
    item: Item
    mark: Mark
    where: Where | None


@dataclass(frozen=True)
class ResultPage:
    """How the whole came out; `needed` in percent."""

    mark: CheckMark
    needed: int
    total: int
    again: tuple[AgainRow, ...]


def make_item(run: Run[Check], *, filled: Filled | None = None) -> ItemPage:
    """The question that stands now. Only for an attempt that is not over."""
    items, item = service.list_items(run), service.find_current(run)
    assert item is not None
    at = items.index(item)
    before = items[at - 1].id if at else None
    return ItemPage(at + 1, len(items), view_item(item, run.seed), before, filled)


def find_answer(run: Run[Check], module: Module, item_id: str) -> AnswerPage | None:
    """The answered question of that id; None where this attempt has no answer to it."""
    items = service.list_items(run)
    item = next((one for one in items if one.id == item_id and one.id in run.given), None)
    if item is None:
        return None
    return AnswerPage(
        number=items.index(item) + 1,
        total=len(items),
        view=view_item(item, run.seed),
        mark=service.mark_one(run, item),
        where=find_where(module, item.see),
        is_last=run.is_over,
    )


def make_result(run: Run[Check], module: Module) -> ResultPage:
    """The page after the last answer. Only for an attempt that is over."""
    items = service.list_items(run)
    rows = (
        AgainRow(number, item, service.mark_one(run, item), find_where(module, item.see))
        for number, item in enumerate(items, start=1)
    )
    again = tuple(row for row in rows if row.mark.points < Fraction(1))
    return ResultPage(service.mark_run(run), run.activity.pass_percent, len(items), again)


def find_where(module: Module, see: str) -> Where | None:
    """The place that an item names, if the lesson is still there."""
    lesson_id, _, anchor = see.partition("#")
    lesson = module.find_lesson(lesson_id)
    return Where(lesson_id, anchor, lesson.title) if lesson else None
