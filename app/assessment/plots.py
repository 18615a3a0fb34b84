"""Where the marks of a dot plot stand: levels 1 to 5 across, in per cent of its width; rows down, in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

ROW = 58
FIRST_TEXT, FIRST_LINE = 14, 38
FOOT = 48
# Level v lies at (v - START) / SPAN of the width (look.md 7).
START, SPAN = 0.7, 4.6


@dataclass(frozen=True)
class PlotRow:
    """One line of the plot: what it is of, what its marks say in words, and the levels (None: no mark)."""

    title: str
    words: str
    then: Fraction | None
    now: Fraction | None
    target: int | None


@dataclass(frozen=True)
class Mark:
    """One row as drawn."""

    title: str
    words: str
    text_y: int
    line_y: int
    then_x: str | None
    now_x: str | None
    aim_x: str | None


@dataclass(frozen=True)
class Tick:
    """One level of the axis."""

    value: int
    x: str
    name: str


@dataclass(frozen=True)
class DotPlot:
    """A whole plot; `sentence` holds its message for whoever does not see it."""

    sentence: str
    height: int
    bottom: int
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]


def make_plot(rows: Sequence[PlotRow], names: Sequence[str], sentence: str) -> DotPlot:
    """Lay out rows from top to bottom; `names` are those of the levels 1 to 5, "" where none is written."""
    bottom = FIRST_LINE + ROW * (len(rows) - 1) + 24
    return DotPlot(
        sentence=sentence,
        height=bottom + FOOT,
        bottom=bottom,
        ticks=tuple(Tick(value, _x(value), name) for value, name in enumerate(names, start=1)),
        marks=tuple(_mark(row, at * ROW) for at, row in enumerate(rows)),
    )


def _mark(row: PlotRow, top: int) -> Mark:
    return Mark(
        title=row.title,
        words=row.words,
        text_y=FIRST_TEXT + top,
        line_y=FIRST_LINE + top,
        then_x=None if row.then is None else _x(row.then),
        now_x=None if row.now is None else _x(row.now),
        aim_x=None if row.target is None else _x(row.target),
    )


def _x(level: Fraction | int) -> str:
    return f"{(float(level) - START) / SPAN * 100:.2f}%"


def read_share(x: str | None) -> float | None:
    """Where a mark stands, `45.65%`, as the number that paper wants."""
    return None if x is None else float(x.removesuffix("%"))
