"""Errors 7: right numbers of keys, best answers and options; every key names what is there."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from competencies.problems import Problem
from modules.folder import Folder
from modules.model import (
    BestItem,
    ClaimItem,
    ClassifyItem,
    Interaction,
    Item,
    MultipleItem,
    SjtItem,
    SpotInteraction,
    SpotItem,
)
from modules.model.check import ClassifyRow, ItemKind
from modules.model.parts import Row

FOUR = 4
BEST_POINTS = 3
VERDICTS = ["supported", "contradicted", "not-measured"]


def check_items(folder: Folder) -> Iterator[Problem]:
    """Check the keys of every item and every interaction."""
    for item in folder.check.items if folder.check else ():
        where = f"{folder.where('check.yaml')}: items.{item.id}"
        yield from (Problem(f"{where}.{field}", text) for field, text in _faults_of_item(item))
    for lesson in folder.lessons:
        where = f"{folder.where(f'lessons/{lesson.id}.md')}: interaction"
        yield from (Problem(f"{where}.{field}", text) for field, text in _faults_of_interaction(lesson.interaction))
    if folder.check and isinstance(folder.check.draw, dict):
        yield from _check_draw(folder.check.draw, Counter(item.kind for item in folder.check.items), folder)


def _check_draw(draw: Mapping[ItemKind, int], there: Mapping[ItemKind, int], folder: Folder) -> Iterator[Problem]:
    for kind, number in draw.items():
        if number > there.get(kind, 0):
            text = f"draws {number} of {there.get(kind, 0)} items"
            yield Problem(f"{folder.where('check.yaml')}: draw.{kind}", text)


def _faults_of_item(item: Item) -> Iterator[tuple[str, str]]:
    if isinstance(item, BestItem):
        yield from _expect("options", len(item.options), FOUR, FOUR)
        yield from _expect("options", sum(one.key for one in item.options), 1, 1, "with `key: true`")
    elif isinstance(item, SjtItem):
        yield from _faults_of_sjt(item)
    elif isinstance(item, MultipleItem):
        picks = sum(one.pick for one in item.options)
        yield from _expect("options", len(item.options), FOUR, 6)
        yield from _expect("options", picks, 2, len(item.options) - 1, "with `pick: true`")
    elif isinstance(item, ClassifyItem):
        yield from _expect("rows", len(item.rows), FOUR, 8)
        yield from _faults_of_rows(item.rows, item.categories)
    elif isinstance(item, ClaimItem):
        if sorted(one.id for one in item.verdicts) != sorted(VERDICTS):
            yield "verdicts", f"are {', '.join(VERDICTS)}, each once"
        yield from _expect("verdicts", sum(one.key for one in item.verdicts), 1, 1, "with `key: true`")
    else:
        yield from _faults_of_spot(item)


def _faults_of_sjt(item: SjtItem) -> Iterator[tuple[str, str]]:
    points = [one.points for one in item.options]
    yield from _expect("options", len(points), FOUR, FOUR)
    yield from _expect("options", points.count(BEST_POINTS), 1, 1, "with 3 points")
    if not {1, 2} & set(points):
        yield "options", "at least one is worth 1 or 2 points"


def _faults_of_interaction(interaction: Interaction) -> Iterator[tuple[str, str]]:
    if interaction.kind == "choose":
        yield from _expect("options", len(interaction.options), 3, FOUR)
    elif interaction.kind == "sort":
        yield from _faults_of_rows(interaction.rows, interaction.categories)
    elif interaction.kind == "spot":
        yield from _faults_of_spot(interaction)
    elif interaction.kind == "predict" and not 0 <= interaction.answer <= interaction.of:
        yield "answer", f"lies between 0 and {interaction.of}"
    elif interaction.kind == "write-compare":
        yield from _expect("look_for", len(interaction.look_for), 2, 3)
        yield from _expect("models", len(interaction.models), 2, 3)


def _faults_of_rows(rows: Iterable[Row], categories: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for row in rows:
        also = row.also if isinstance(row, ClassifyRow) else ()
        for named in {row.key, *also} - set(categories):
            yield f"rows.{row.id}", f"there is no category `{named}`"
        if row.key in also:
            yield f"rows.{row.id}.also", "names the key itself"


def _faults_of_spot(spot: SpotItem | SpotInteraction) -> Iterator[tuple[str, str]]:
    lines = [line.id for line in spot.lines]
    yield from _missing_from("key", [spot.key], lines, "lines")
    yield from _missing_from("near", spot.near, lines, "lines")
    yield from _missing_from("whys", spot.whys, lines, "lines")
    yield from _missing_from("whys", [spot.key, *spot.near], list(spot.whys), "whys")
    if spot.key in spot.near:
        yield "near", "names the key itself"


def _missing_from(field: str, named: Iterable[str], known: Sequence[str], what: str) -> Iterator[tuple[str, str]]:
    for one in named:
        if one not in known:
            yield field, f"`{one}` is not one of the {what}"


def _expect(field: str, found: int, least: int, most: int, of_what: str = "") -> Iterator[tuple[str, str]]:
    if not least <= found <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        yield field, f"has {found}{' ' + of_what if of_what else ''}; needs {wanted}"
