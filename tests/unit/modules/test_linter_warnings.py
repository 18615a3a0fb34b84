"""Each warning of the content format: it is said, and it stops nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.modules import sample
from tests.unit.modules.conftest import Breaker
from tests.unit.modules.test_linter_errors import CHECK, FIRST, LIFT, ROLES, SECOND, SHEET, item, put, say, swap

Files = dict[str, Any]
LONG = "This is what I would say, at a length that nobody else here takes for it."


def same_places(files: Files) -> None:
    files[CHECK]["items"] = [
        sample.item(number, "best", options=sample.options(a={"key": True}, b={}, c={}, d={})) for number in (1, 2, 3)
    ]


WARNINGS: list[tuple[str, Breaker, str]] = [
    ("longest is the key", item(1, "options", 1, "say", LONG), "items.m0-q1.options: the best answer is the longest"),
    ("longest reply", item(2, "options", 0, "say", LONG), "items.m0-q2.options: the best answer is the longest"),
    ("longest opening", put(ROLES, "scenarios", 0, "openings", 0, "say", LONG), "a01.openings: the best answer is"),
    ("same place", same_places, f"{CHECK}: items: m0-q1, m0-q2, m0-q3: the key stands in the same place"),
    ("lopsided", put(LIFT, "nodes", 0, "choices", 0, "say", "Go."), "nodes.one.choices: one choice is three times"),
    ("long sentence", say(" ".join(["word"] * 33) + "."), f'{SECOND}: body line 1, "word word word word word": a sent'),
    ("long paragraph", say("A word or two. " * 23), "a paragraph of 92 words; at most 90"),
    ("same name", swap("Idris: ", "Maya: "), f"{SHEET}: the name Maya is in 02-at-the-door, by-the-lift"),
    ("name of a stem", item(1, "stem", "Maya, a first-year student, stays."), "the name Maya is in by-the-lift, check"),
    ("always", item(1, "options", 0, "say", "I always say this to them."), '"always" in an option gives it away'),
    ("all of the above", item(3, "options", 0, "say", "All of the above."), '"All of the above" in an option'),
    ("too thin", put(FIRST, "front", "minutes", 10), f"{FIRST}: minutes: 89 words a reading minute"),
    ("banned, said aloud", put(LIFT, "nodes", 0, "lines", [{"maya": "Great job."}]), '"Great job" is banned'),
]  # fmt: skip


@pytest.mark.parametrize(("breaker", "expected"), [row[1:] for row in WARNINGS], ids=[row[0] for row in WARNINGS])
def test_a_doubtful_file_is_warned_of(breaker: Breaker, expected: str, problems_after: Callable[[Breaker], list[str]]):
    found = problems_after(breaker)
    assert [line for line in found if expected in line and line.startswith("warning: ")], "\n".join(found)


def test_the_claim_of_an_item_may_say_what_is_wrong(problems_after: Callable[[Breaker], list[str]]):
    assert problems_after(item(5, "claim", "Research shows that 84% of the most effective programs do.")) == []
