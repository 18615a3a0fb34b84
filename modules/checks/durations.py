"""Errors 13: declared minutes are near what the words take, and the module's are their sum."""

from collections.abc import Iterator

from competencies.problems import Problem
from modules import minutes
from modules.checks.vignettes import check_vignettes
from modules.folder import Folder
from modules.model import Lesson

LESSON_MINUTES = range(5, 15)
LESSON_TOLERANCE = 2
TOLERANCE = 1
PACE = range(110, 151)


def check_durations(folder: Folder) -> Iterator[Problem]:
    """Compare declared minutes with computed ones, and warn of a lesson that is too dense or too thin."""
    for lesson in folder.lessons:
        yield from _check_lesson(folder, lesson)
    walkable = not any(True for _ in check_vignettes(folder))
    for vignette in folder.vignettes if walkable else ():
        where = folder.where(f"vignettes/{vignette.id}.yaml")
        yield from _compare(where, vignette.minutes, minutes.vignette_minutes(vignette), TOLERANCE)
    if folder.check:
        where = folder.where("check.yaml")
        yield from _compare(where, folder.check.minutes, minutes.check_minutes(folder.check), TOLERANCE)
    yield from _check_sum(folder)


def _compare(where: str, declared: int, computed: int, tolerance: int) -> Iterator[Problem]:
    if abs(declared - computed) > tolerance:
        yield Problem(f"{where}: minutes", f"says {declared}; its words take {computed}")


def _check_lesson(folder: Folder, lesson: Lesson) -> Iterator[Problem]:
    where = folder.where(f"lessons/{lesson.id}.md")
    if lesson.minutes not in LESSON_MINUTES:
        yield Problem(f"{where}: minutes", "a lesson takes 5 to 14")
    yield from _compare(where, lesson.minutes, minutes.lesson_minutes(lesson, folder), LESSON_TOLERANCE)
    reading = lesson.minutes - minutes.interaction_minutes(lesson, folder) - minutes.TRY_THIS_WEEK
    pace = round(minutes.count_body_words(lesson) / reading) if reading > 0 else 0
    if pace not in PACE:
        yield Problem(f"{where}: minutes", f"{pace} words a reading minute; 110 to 150 is a calm pace", "warning")


def _check_sum(folder: Folder) -> Iterator[Problem]:
    if not (folder.sheet and folder.check and folder.reflection):
        return
    total = sum(lesson.minutes for lesson in folder.lessons) + folder.check.minutes + folder.reflection.minutes
    if folder.sheet.minutes != total:
        text = f"says {folder.sheet.minutes}; lessons, check and reflection make {total}"
        yield Problem(f"{folder.where('module.yaml')}: minutes", text)
