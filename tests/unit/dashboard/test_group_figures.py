"""Whatever an office saves of the group picture over the years, nothing that can be told from it is about few people.

The office of this test has more than the pages give: it knows who was in which round, and keeps every picture ever
drawn. Two coaches that it cannot tell apart by any of them are alike to it, whatever it adds, subtracts or intersects;
so it is enough that everybody ever shown is alike to enough others.
"""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.dashboard import rules
from app.dashboard.rules import EVERYBODY, Bundle, Cell, Level, Line, Round

CODES = ("P1", "R1")
Sitting = int


@dataclass
class Office:
    """Lives through hand-ins, deletions and changes of the settings, and remembers everything that was drawn."""

    least: int
    levels: dict[Sitting, tuple[Level, ...]] = field(default_factory=dict)
    # Who waits, by their course, and the courses that were ever ticked on the page of the settings.
    waiting: dict[str, list[Sitting]] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)
    deleted: set[Sitting] = field(default_factory=set)
    rounds: dict[int, tuple[Sitting, ...]] = field(default_factory=dict)
    lines: dict[tuple[str, int, str], Line] = field(default_factory=dict)
    # Of each competency: the coaches that each figure ever shown counted, and how few it may count.
    seen: dict[str, set[tuple[frozenset[Sitting], int]]] = field(default_factory=dict)

    def hand_in(self, levels: tuple[Level, ...], course: str) -> None:
        sitting = len(self.levels)
        self.levels[sitting] = levels
        self.waiting.setdefault(course, []).append(sitting)

    def tick(self, courses: frozenset[str]) -> None:
        """Saves the settings with these courses by themselves; those that are so already stay."""
        self.apart |= courses

    def delete(self, choice: int) -> None:
        """Takes an answer out, of whoever: still waiting, in a round, or shown already."""
        if not self.levels:
            return
        sitting = choice % len(self.levels)
        for waiting in self.waiting.values():
            if sitting in waiting:
                waiting.remove(sitting)
        gone = [number for number, members in self.rounds.items() if sitting in members]
        self.lines = {key: rules.drop_rounds(line, gone) for key, line in self.lines.items()}
        self.deleted.add(sitting)

    def draw(self) -> None:
        least = rules.tell_least(self.least, has_courses=bool(self.apart))
        for whose in (EVERYBODY, *sorted(self.apart)):
            courses = [one for one in self.waiting if (one if one in self.apart else EVERYBODY) == whose]
            waiting = [sitting for one in courses for sitting in self.waiting[one]]
            if len(waiting) < rules.tell_round_size(least):
                continue
            number = len(self.rounds) + 1
            self.rounds[number] = tuple(waiting)
            self.waiting.update({one: [] for one in courses})
            for at, code in enumerate(CODES):
                counts = Counter(self.levels[one][at] for one in waiting)
                new = Round(number, tuple(counts[level] for level in Level))
                line = self.lines.get((whose, least, code), Line())
                self.lines[whose, least, code] = rules.take_round(line, new, least=least)
        self.look()

    def look(self) -> None:
        """Keeps what stands in the picture now, and finds each figure true."""
        for (_whose, least, code), line in self.lines.items():
            at = CODES.index(code)
            members = [one for bundle in line.bundles for one in self.list_members(bundle)]
            assert self.deleted.isdisjoint(members), code
            for cell, n in zip(line.cells, line.counts, strict=False):
                counted = frozenset(one for one in members if cell.first <= self.levels[one][at] <= cell.last)
                assert len(counted) == n >= least, (code, cell)
                self.seen.setdefault(code, set()).add((counted, least))

    def list_members(self, bundle: Bundle) -> list[Sitting]:
        return [one for number in bundle.rounds for one in self.rounds[number]]

    def list_alike(self) -> list[tuple[int, int]]:
        """For each competency and each kind of coach that the office can tell from others: how many, and the least."""
        found = []
        for figures in self.seen.values():
            alike: dict[frozenset[int], int] = {}
            listed = list(figures)
            for sitting in self.levels:
                told = frozenset(at for at, (counted, _least) in enumerate(listed) if sitting in counted)
                alike[told] = alike.get(told, 0) + 1
            found += [(n, max(listed[at][1] for at in told)) for told, n in alike.items() if told]
        return found


LOW, MIDDLE, HIGH = (Level.STARTING, Level.STRONG), (Level.BUILDING, Level.BUILDING), (Level.STRONG, Level.NOT_RATED)
hand_in = st.tuples(
    st.just("hand in"), st.sampled_from([LOW, HIGH, MIDDLE]), st.sampled_from(["", "a", "b"]), st.integers(1, 15)
)
delete = st.tuples(st.just("delete"), st.integers(0, 60))
setting = st.tuples(st.just("least"), st.integers(2, 4))
ticked = st.tuples(st.just("tick"), st.frozensets(st.sampled_from("ab")))
steps = st.lists(hand_in | hand_in | hand_in | delete | setting | ticked, min_size=5, max_size=30)
FIRST = [("hand in", LOW, "", 8), ("hand in", HIGH, "", 7)]
TICK, UNTICK = ("tick", frozenset("ab")), ("tick", frozenset())


@settings(max_examples=100)
@given(least=st.sampled_from([2, 3]), steps=steps)
@example(least=5, steps=[*FIRST, ("hand in", LOW, "", 12), ("hand in", HIGH, "", 3), ("delete", 20), *FIRST])
@example(least=5, steps=[*FIRST, ("delete", 0), ("hand in", HIGH, "", 1), *FIRST])
@example(least=5, steps=[("hand in", LOW, "", 12), ("hand in", HIGH, "", 3), *FIRST, ("delete", 14), *FIRST])
@example(least=5, steps=[*FIRST, ("least", 6), *FIRST, ("hand in", LOW, "", 3), ("least", 5), *FIRST])
@example(least=5, steps=[TICK, *FIRST, UNTICK, *FIRST, TICK, ("delete", 3), *FIRST, UNTICK, *FIRST])
def test_no_two_pictures_ever_tell_anything_about_few_coaches(least, steps):
    office = Office(least)
    for what, *values in steps:
        if what == "hand in":
            rated, course, times = values
            for _ in range(times):
                office.hand_in(rated, course)
        elif what == "delete":
            office.delete(*values)
        elif what == "tick":
            office.tick(*values)
        else:
            office.least = values[0]
        office.draw()
    assert [(n, needed) for n, needed in office.list_alike() if n < needed] == []


def take(line: Line, number: int, *numbers: int) -> Line:
    return rules.take_round(line, Round(number, numbers), least=5)


def test_the_first_round_chooses_the_most_even_cells():
    line = take(Line(), 1, 1, 4, 3, 6, 1)
    assert line.cells == (Cell(Level.NOT_RATED, Level.BUILDING), Cell(Level.DEPENDABLE, Level.STRONG))
    assert line.counts == (8, 7)


def test_a_large_first_round_is_shown_in_three_cells():
    line = take(Line(), 1, 6, 6, 6, 6, 6)
    assert line.counts == (6, 12, 12)


def test_a_round_on_one_side_waits_for_the_next():
    first = take(Line(), 1, 0, 8, 0, 7, 0)
    lone = take(first, 2, 0, 12, 0, 3, 0)
    assert (lone.counts, len(lone.waiting)) == (first.counts, 1)
    assert take(lone, 3, 0, 5, 0, 10, 0).counts == (8 + 17, 7 + 13)


def test_cells_that_do_not_come_again_are_joined_after_three_rounds():
    line = take(Line(), 1, 0, 10, 10, 10, 0)
    assert line.counts == (10, 10, 10)
    for number in (2, 3):
        line = take(line, number, 0, 1, 7, 7, 0)
        assert line.counts == (10, 10, 10)
    assert take(line, 4, 0, 1, 7, 7, 0).counts == (20 + 3 + 21, 10 + 21)


def test_answers_that_lie_together_are_never_shown():
    line = Line()
    for number in range(6):
        line = take(line, number, 0, 0, 15, 0, 0)
    assert (line.cells, line.counts) == ((), ())


def test_who_deletes_takes_along_whoever_was_shown_with_them():
    line = take(take(take(Line(), 1, 0, 8, 0, 7, 0), 2, 0, 12, 0, 3, 0), 3, 0, 5, 0, 10, 0)
    assert rules.drop_rounds(line, [3]).counts == (8, 7)
    assert rules.drop_rounds(line, [1]).counts == (17, 13)
    assert rules.drop_rounds(line, [1, 2]).counts == ()


def test_a_round_that_was_not_shown_leaves_alone():
    line = take(take(Line(), 1, 0, 8, 0, 7, 0), 2, 0, 12, 0, 3, 0)
    gone = rules.drop_rounds(line, [2])
    assert (gone.counts, gone.waiting) == ((8, 7), ())


@pytest.mark.parametrize(
    ("score", "level"),
    [(None, 0), (1, 1), (Fraction(3, 2), 1), (2, 2), (Fraction(5, 2), 2), (3, 3), (4, 4), (Fraction(9, 2), 4), (5, 4)],
)
def test_half_a_step_does_not_lift_anybody(score, level):
    assert rules.tell_level(score if score is None else Fraction(score)) == level


def test_where_a_course_is_apart_all_need_ten_or_more_as_a_department_would():
    assert [rules.tell_least(least, has_courses=True) for least in (5, 10, 12, 20)] == [10, 10, 12, 20]
    assert rules.tell_least(7, has_courses=False) == 7
