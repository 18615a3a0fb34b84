"""Where each competency is taught, practiced and asked about, read from the content itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from competencies import Competency, Framework
from modules.folder import Folder

TAUGHT, PRACTICED, CHECKED = "taught", "practiced", "checked"
HEAD = """# Where each competency is taught, practiced and checked

Written by `cairn report coverage --write` from the content; never edited by hand. A lesson, a vignette and a task name
their competencies. A role set and a reflection name objectives: they stand with the competencies that their module's
check asks about under those objectives.
"""
COLUMNS = ("Competency", "Lessons", "Practice", "Items")


@dataclass(frozen=True)
class Covered:
    """One competency, and the ids (as seen from outside the module) of what teaches, practices and asks about it."""

    competency: Competency
    lessons: tuple[str, ...]
    practice: tuple[str, ...]
    items: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the three nothing does."""
        named = ((TAUGHT, self.lessons), (PRACTICED, self.practice), (CHECKED, self.items))
        return tuple(name for name, found in named if not found)


def cover(framework: Framework, folders: Iterable[Folder]) -> tuple[Covered, ...]:
    """Lay the content over the framework, one entry a competency in the framework's order."""
    there = sorted((one for one in folders if one.sheet), key=lambda one: (one.sheet.order, one.name))  # type: ignore[union-attr]
    return tuple(
        Covered(
            competency,
            tuple(_name(folder, one) for folder in there for one in _lessons(folder, competency.code)),
            tuple(_name(folder, one) for folder in there for one in _practice(folder, competency.code)),
            tuple(_name(folder, one) for folder in there for one in _items(folder, competency.code)),
        )
        for competency in framework.competencies
    )


def _name(folder: Folder, inner: str) -> str:
    module = folder.sheet.id if folder.sheet else folder.name
    return inner if inner.startswith(f"{module}-") else f"{module}/{inner}"


def _lessons(folder: Folder, code: str) -> Iterator[str]:
    yield from (lesson.id for lesson in folder.lessons if code in lesson.competencies)


def _items(folder: Folder, code: str) -> Iterator[str]:
    yield from (item.id for item in (folder.check.items if folder.check else ()) if item.competency == code)


def _practice(folder: Folder, code: str) -> Iterator[str]:
    yield from (vignette.id for vignette in folder.vignettes if code in vignette.competencies)
    asked = {item.objective for item in (folder.check.items if folder.check else ()) if item.competency == code}
    yield from (role_set.id for role_set in folder.role_sets if asked & set(role_set.objectives))
    if folder.task and code in folder.task.competencies:
        yield folder.task.id
    if folder.reflection and asked & set(folder.reflection.objectives):
        yield folder.reflection.id


def write_table(found: Iterable[Covered]) -> str:
    """Write the page `docs/coverage.md`."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *map(_row, found)]
    return HEAD + "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(one: Covered) -> tuple[str, ...]:
    name = f"**{one.competency.code}** {one.competency.title}"
    cells = ("<br>".join(one.lessons), "<br>".join(one.practice), ", ".join(one.items))
    return (name, *(cell or "nothing yet" for cell in cells))
