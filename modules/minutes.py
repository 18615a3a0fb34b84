"""How long things take, by our working rates (format.md 13), until timed readers replace them."""

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from modules.body import plain_body
from modules.folder import Folder, find_by_id, vignette_of
from modules.model import Check, Choice, Ending, Lesson, Node, Vignette
from modules.prose import count_words

WORDS_A_MINUTE = 130
VIGNETTE_WORDS_A_MINUTE = 160
SECONDS_A_DECISION = 20
SECONDS_AN_ITEM = {"classify": 90}
SECONDS_ANY_ITEM = 70
TRY_THIS_WEEK = 1
INTERACTION_MINUTES = {"choose": 2, "predict": 2, "spot": 3, "sort": 3, "write-compare": 4}


def round_half_up(value: float) -> int:
    """Round to the nearest whole number, a half upward."""
    return math.floor(value + 0.5)


def count_body_words(lesson: Lesson) -> int:
    """Count the words of a lesson's body as it is read."""
    return count_words(plain_body(lesson.body))


def interaction_minutes(lesson: Lesson, folder: Folder) -> int:
    """Return the minutes of a lesson's interaction; a vignette takes its own declared minutes."""
    vignette = find_by_id(folder.vignettes, vignette_of(lesson) or "")
    return vignette.minutes if vignette else INTERACTION_MINUTES.get(lesson.interaction.kind, 0)


def lesson_minutes(lesson: Lesson, folder: Folder) -> int:
    """Return words / 130 + the interaction + 1, to the nearest minute."""
    reading = count_body_words(lesson) / WORDS_A_MINUTE
    return round_half_up(reading + interaction_minutes(lesson, folder) + TRY_THIS_WEEK)


@dataclass(frozen=True)
class PathSums:
    """Over all paths from one place: how many there are, their words and their decisions, added up."""

    paths: int
    words: int
    decisions: int


def sum_paths(vignette: Vignette) -> PathSums:
    """Add up every path of a vignette in which no path goes in a circle."""
    known: dict[str, PathSums] = {}

    def sum_from(name: str) -> PathSums:
        node = vignette.find_node(name)
        if node is None:
            return PathSums(1, _words_of_ending(vignette.find_ending(name)), 0)
        if name not in known:
            onward = [(_words_of_step(node, choice), sum_from(choice.goto)) for choice in node.choices]
            paths = sum(rest.paths for _, rest in onward)
            words = sum(own * rest.paths + rest.words for own, rest in onward)
            known[name] = PathSums(paths, words, paths + sum(rest.decisions for _, rest in onward))
        return known[name]

    return sum_from(vignette.start)


def vignette_minutes(vignette: Vignette) -> int:
    """Return mean words of a path / 160 + 20 seconds a decision, rounded up; no path may go in a circle."""
    sums = sum_paths(vignette)
    reading = Fraction(sums.words, sums.paths * VIGNETTE_WORDS_A_MINUTE)
    return math.ceil(reading + Fraction(sums.decisions * SECONDS_A_DECISION, sums.paths * 60))


def _words_of_ending(ending: Ending | None) -> int:
    texts = (ending.title, ending.text, ending.cost, ending.repair) if ending else ()
    return sum(count_words(text) for text in texts)


def _words_of_step(node: Node, taken: Choice) -> int:
    """What is read along the path at one decision; the choices not taken are not counted."""
    said = [words for line in (*node.lines, *taken.reply) for words in line.values()]
    return sum(count_words(text) for text in (node.scene, node.ask, taken.say, taken.aside or "", taken.note, *said))


def check_minutes(check: Check) -> int:
    """Return 70 seconds an item, 90 a classification, to the nearest minute, for the items of one attempt."""
    drawn = Counter(item.kind for item in check.items)
    if check.draw != "all":
        drawn.update({kind: number - drawn[kind] for kind, number in check.draw.items()})
    seconds = sum(SECONDS_AN_ITEM.get(kind, SECONDS_ANY_ITEM) * number for kind, number in drawn.items())
    return round_half_up(seconds / 60)
