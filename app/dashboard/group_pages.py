"""What the group picture shows, on its page and in its files: frozen, and made of figures that may be shown only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from app.assessment.words import BANDS
from app.dashboard.rules import POINTS, Cell, Level, tell_round_size
from app.dashboard.service import GroupReading
from app.web import words
from app.web.texts import gettext as _
from app.web.texts import lazy
from competencies import Framework

LEVELS = (lazy("not rated yet"), *BANDS.values())
WHEN = {"baseline": lazy("Before the training"), "post": lazy("After the training")}
# Of two cells and of three, from the lowest: empty, hatched, solid.
_FILLS = {2: ("none", "now"), 3: ("none", "hb", "now")}


@dataclass(frozen=True)
class Part:
    """One cell of a bar: its levels in words, its coaches of how many, and where it lies in per cent of the width."""

    words: str
    n: int
    total: int
    fill: str
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """One competency on one occasion; no parts where too few coaches would stand in one of them."""

    when: str
    parts: tuple[Part, ...]
    sentence: str


@dataclass(frozen=True)
class Row:
    """One competency, before and after."""

    code: str
    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Panel:
    """The competencies of one domain."""

    id: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class CourseLink:
    """A group that can be chosen; without a uuid it is everybody, or everybody else."""

    title: str
    uuid: UUID | None
    is_chosen: bool


@dataclass(frozen=True)
class GroupPage:
    """The picture of one group. `findings` are sentences; `changed_at` is None while nothing was shown yet."""

    groups: tuple[CourseLink, ...]
    title: str
    panels: tuple[Panel, ...]
    findings: tuple[str, ...]
    least: int
    round_size: int
    changed_at: datetime | None
    course: UUID | None


def make_group_page(framework: Framework, reading: GroupReading) -> GroupPage:
    shown = {(line.point, line.code): read_cells(line.shown) for line in reading.lines if line.shown}
    groups = tuple(_list_groups(reading))
    panels = tuple(
        Panel(
            one.id,
            one.title,
            tuple(
                _make_row(row.code, row.title, shown, reading.least)
                for row in framework.competencies
                if row.domain == one.id
            ),
        )
        for one in framework.domains
    )
    return GroupPage(
        groups=groups,
        title=next(one.title for one in groups if one.is_chosen),
        panels=panels if shown else (),
        findings=tuple(_find(framework, shown)),
        least=reading.least,
        round_size=tell_round_size(reading.least),
        changed_at=max((line.changed_at for line in reading.lines if line.shown), default=None),
        course=reading.chosen.uuid if reading.chosen else None,
    )


Shown = Mapping[tuple[str, str], Sequence[tuple[Cell, int]]]


def read_cells(shown: Sequence[Sequence[int]]) -> tuple[tuple[Cell, int], ...]:
    """The cells of a line and how many coaches are in each."""
    return tuple((Cell(Level(first), Level(last)), n) for first, last, n in shown)


def _list_groups(reading: GroupReading) -> Iterator[CourseLink]:
    everybody = _("All other coaches") if reading.courses else _("All coaches")
    yield CourseLink(everybody, None, reading.chosen is None)
    for one in reading.courses:
        title = one.title or one.label or _("A course without a name")
        yield CourseLink(title, one.uuid, one is reading.chosen)


def _make_row(code: str, title: str, shown: Shown, least: int) -> Row:
    return Row(code, title, tuple(_make_bar(point, shown.get((point, code), ()), least) for point in POINTS))


def _make_bar(point: str, cells: Sequence[tuple[Cell, int]], least: int) -> Bar:
    total, at = sum(n for _cell, n in cells), 0
    parts = []
    for fill, (cell, n) in zip(_FILLS.get(len(cells), ()), cells, strict=True):
        parts.append(Part(name_cell(cell), n, total, fill, _percent(at, total), _percent(n, total)))
        at += n
    said = ", ".join(f"{words.of(one.n, total)} {one.words}" for one in parts)
    return Bar(_(WHEN[point]), tuple(parts), said or _("not shown: too few for {n} in each part").format(n=least))


def name_cell(cell: Cell) -> str:
    """Neighboring levels in words."""
    first, last = _(LEVELS[cell.first]), _(LEVELS[cell.last])
    if cell.first == cell.last:
        return first
    if cell.first is Level.NOT_RATED:
        return _("{level} or below").format(level=last)
    if cell.last is Level.STRONG:
        return _("{level} or above").format(level=first)
    return _("{first} or {last}").format(first=first, last=last)


def _percent(part: int, total: int) -> str:
    return f"{part / total * 100:.2f}%"


def _find(framework: Framework, shown: Shown) -> Iterator[str]:
    """Where most and fewest put themselves at dependable or above, of the newest occasion that tells it of several."""
    titles = {one.code: one.title for one in framework.competencies}
    for point in reversed(POINTS):
        shares = {
            code: (n, sum(count for _cell, count in cells))
            for (when, code), cells in shown.items()
            if when == point and (n := _count_dependable(cells)) is not None
        }
        if len(shares) > 1:
            ranked = sorted(titles.keys() & shares, key=lambda code: (Fraction(*shares[code]), code))
            for code, text in ((ranked[-1], _MOST), (ranked[0], _FEWEST)):
                count = words.of(*shares[code])
                yield _(text).format(when=_(WHEN[point]), title=titles[code], count=count)
            return


_MOST = lazy("{when}, most coaches put themselves at dependable or above in “{title}”: {count}.")
_FEWEST = lazy("Fewest did so in “{title}”: {count}.")


def _count_dependable(cells: Sequence[tuple[Cell, int]]) -> int | None:
    """How many stand at dependable or above; None where the cells do not part there."""
    if not any(cell.first is Level.DEPENDABLE for cell, _n in cells):
        return None
    return sum(n for cell, n in cells if cell.first >= Level.DEPENDABLE)


def list_file_rows(page: GroupPage) -> Iterator[tuple[str | int, ...]]:
    """The same figures as a sheet: a head, then a row for each cell."""
    yield (
        _("Group"), _("Domain"), _("Code"), _("Competency"), _("When"), _("Level"), _("Coaches"), _("Of"),
    )  # fmt: skip
    for panel in page.panels:
        for row in panel.rows:
            for bar in row.bars:
                head = (page.title, panel.title, row.code, row.title, bar.when)
                if not bar.parts:
                    yield (*head, _("not shown"), bar.sentence, "")
                for part in bar.parts:
                    yield (*head, part.words, part.n, part.total)
