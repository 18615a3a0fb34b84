"""How long things take, by our working rates (format.md 13), until timed readers replace them."""

import math
from collections import Counter
from statistics import mean

from modules.body import plain_body
from modules.folder import Folder, find_by_id, vignette_of
from modules.model import Check, Lesson, Vignette
from modules.prose import count_words
from modules.walking import Step, list_paths

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


def vignette_minutes(vignette: Vignette) -> int:
    """Return mean words of a path / 160 + 20 seconds a decision, rounded up; every path must end."""
    paths = list(list_paths(vignette))
    words = mean(_words_of_path(vignette, path) for path in paths)
    decisions = mean(len(path) for path in paths)
    return math.ceil(words / VIGNETTE_WORDS_A_MINUTE + decisions * SECONDS_A_DECISION / 60)


def _words_of_path(vignette: Vignette, path: tuple[Step, ...]) -> int:
    words = sum(_words_of_step(step) for step in path)
    ending = vignette.find_ending(path[-1].choice.goto) if path else None
    if ending is None:
        return words
    return words + sum(count_words(text) for text in (ending.title, ending.text, ending.cost, ending.repair))


def _words_of_step(step: Step) -> int:
    """What is read along the path at one decision; the choices not taken are not counted."""
    node, taken = step.node, step.choice
    said = [words for line in (*node.lines, *taken.reply) for words in line.values()]
    return sum(count_words(text) for text in (node.scene, node.ask, taken.say, taken.aside or "", taken.note, *said))


def check_minutes(check: Check) -> int:
    """Return 70 seconds an item, 90 a classification, to the nearest minute, for the items of one attempt."""
    drawn = Counter(item.kind for item in check.items)
    if check.draw != "all":
        drawn.update({kind: number - drawn[kind] for kind, number in check.draw.items()})
    seconds = sum(SECONDS_AN_ITEM.get(kind, SECONDS_ANY_ITEM) * number for kind, number in drawn.items())
    return round_half_up(seconds / 60)
