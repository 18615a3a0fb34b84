"""Which group figures of self-ratings may be shown: pure. Decision record 22 argues why this is enough.

Coaches enter the picture in closed *rounds*, each of them once. For one competency one or more rounds form a *bundle*,
which is shown only when each of its cells (neighboring levels) holds the least number of coaches. Bundles never share
a person and never change, so whatever was ever shown is a sum of their cells: nothing that can be added, subtracted or
intersected from it is about fewer. Who deletes an answer takes the whole bundle out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction
from itertools import combinations, pairwise

# The one setting: the least number of coaches in anything shown. A single course needs more, as a department would,
# and so does everybody else where one was set apart: with all courses but one apart, that is a course, too.
LEAST, MOST, USUAL, LEAST_OF_A_COURSE = 5, 20, 5, 10
POINTS = ("baseline", "post")
# Everybody who is in none of the courses that are shown by themselves.
EVERYBODY = ""
# A round is closed with so many times the least number: with fewer coaches hardly any two cells would be large enough.
_TIMES = 3
_MOST_CELLS = 3
# So many rounds are kept waiting for the cells that are shown already, before these are joined.
_PATIENCE = 3

# How many coaches stand at each level, or in each cell, lowest first.
Counts = tuple[int, ...]


class Level(IntEnum):
    """Where a competency's score lies; nobody is left out, or the rest of a round would be a figure of few."""

    NOT_RATED = 0
    STARTING = 1
    BUILDING = 2
    DEPENDABLE = 3
    STRONG = 4


@dataclass(frozen=True)
class Cell:
    """Neighboring levels, shown as one."""

    first: Level
    last: Level

    def count(self, counts: Counts) -> int:
        """How many of these, by level, are in the cell."""
        return sum(counts[self.first : self.last + 1])


Cells = tuple[Cell, ...]
WHOLE: Cells = (Cell(Level.NOT_RATED, Level.STRONG),)
FINEST: Cells = tuple(Cell(level, level) for level in Level)


@dataclass(frozen=True)
class Round:
    """One closed round: its number, and its coaches by level in one competency."""

    number: int
    counts: Counts


@dataclass(frozen=True)
class Bundle:
    """Rounds that were shown together, and their coaches by the line's cells."""

    rounds: tuple[int, ...]
    counts: Counts


@dataclass(frozen=True)
class Line:
    """One competency on one occasion in one group: its cells, what is shown, and the rounds that wait."""

    cells: Cells = ()
    bundles: tuple[Bundle, ...] = ()
    waiting: tuple[Round, ...] = ()

    @property
    def counts(self) -> Counts:
        """What is shown: coaches by cell; nothing where no bundle is."""
        return _add([one.counts for one in self.bundles])


def tell_level(score: Fraction | None) -> Level:
    """The level of a competency's score from 1 to 5, which is None where too little was answered."""
    return Level.NOT_RATED if score is None else Level(min(int(score), Level.STRONG))


def tell_least(least: int, *, has_courses: bool) -> int:
    """How many coaches anything shown needs, in whatever group of an institution with or without courses apart."""
    return max(least, LEAST_OF_A_COURSE) if has_courses else least


def tell_round_size(least: int) -> int:
    """With how many coaches a round is closed. By number alone: that it closed says nothing of what they answered."""
    return _TIMES * least


def take_round(line: Line, new: Round, *, least: int) -> Line:
    """The line after one more round was closed: shown with those that wait, where each cell is large enough."""
    waiting = (*line.waiting, new)
    counts = _add([one.counts for one in waiting])
    cells = _choose_for(line, counts, len(waiting), least)
    if len(cells) < len(WHOLE) + 1:
        return replace(line, waiting=waiting)
    bundle = Bundle(tuple(one.number for one in waiting), tuple(cell.count(counts) for cell in cells))
    older = (replace(one, counts=_join(one.counts, line.cells, cells)) for one in line.bundles)
    return Line(cells, (*older, bundle))


def drop_rounds(line: Line, gone: Iterable[int]) -> Line:
    """The line without these rounds, in which somebody deleted an answer, and without all that was shown with them.

    The other coaches of a bundle never come back: the bundle less one round could be told from the bundle.
    """
    away = frozenset(gone)
    return replace(
        line,
        bundles=tuple(one for one in line.bundles if away.isdisjoint(one.rounds)),
        waiting=tuple(one for one in line.waiting if one.number not in away),
    )


def _choose_for(line: Line, counts: Counts, rounds: int, least: int) -> Cells:
    """The cells to show these counts in; fewer than two where they wait."""
    if not line.bundles:
        return choose_cells(counts, FINEST, least=least, most=max(2, sum(counts) // (2 * least)))
    if all(cell.count(counts) >= least for cell in line.cells):
        return line.cells
    return choose_cells(counts, line.cells, least=least) if rounds >= _PATIENCE else WHOLE


def choose_cells(counts: Counts, among: Cells, *, least: int, most: int = _MOST_CELLS) -> Cells:
    """The most cells that can be joined of these and each hold `least`.

    Of equally many the most even; of equally even those that part at dependable, where one would look first.
    """
    fitting = [
        cells
        for number in range(1, min(most, _MOST_CELLS, len(among)) + 1)
        for cells in _list_joined(among, number)
        if all(cell.count(counts) >= least for cell in cells)
    ]

    def rank(cells: Cells) -> tuple[int, int, bool]:
        parts_there = any(cell.first is Level.DEPENDABLE for cell in cells)
        return len(cells), min(cell.count(counts) for cell in cells), parts_there

    return max(fitting, key=rank, default=WHOLE)


def _list_joined(among: Cells, number: int) -> Iterable[Cells]:
    """Every way to join neighbors so that this number is left."""
    for cuts in combinations(range(1, len(among)), number - 1):
        edges = pairwise((0, *cuts, len(among)))
        yield tuple(Cell(among[start].first, among[end - 1].last) for start, end in edges)


def _join(counts: Counts, old: Cells, new: Cells) -> Counts:
    """Counts by old cells as counts by new ones, each of which is a join of old ones."""
    pairs = list(zip(old, counts, strict=True))
    return tuple(sum(n for cell, n in pairs if one.first <= cell.first <= one.last) for one in new)


def _add(many: Sequence[Counts]) -> Counts:
    return tuple(map(sum, zip(*many, strict=True)))
