"""A module as loaded: the folder with what could be read, and the module when all of it is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from competencies.problems import Problem
from modules.model import Check, Figure, Lesson, ModuleSheet, Reflection, RoleSet, Task, Vignette
from modules.model.module import Objective


@dataclass(frozen=True)
class Translation:
    """A file in another language: its path and its source's, and its texts by the paths that `list_texts` gives.

    `of` and `digest` are what it says of its source; `body` is a lesson's.
    """

    path: str
    source: str
    locale: str
    of: str
    digest: str
    texts: Mapping[str, str]
    body: str | None = None


class HasId(Protocol):
    """Anything that an author gave an id."""

    @property
    def id(self) -> str:
        """The id."""


Named = TypeVar("Named", bound=HasId)


def find_by_id(things: Iterable[Named], wanted: str) -> Named | None:
    """Return the thing with this id."""
    return next((thing for thing in things if thing.id == wanted), None)


@dataclass(frozen=True)
class Folder:
    """What could be read of one content folder; a part that could not be read is missing from it."""

    name: str
    sheet: ModuleSheet | None = None
    lessons: tuple[Lesson, ...] = ()
    vignettes: tuple[Vignette, ...] = ()
    check: Check | None = None
    role_sets: tuple[RoleSet, ...] = ()
    reflection: Reflection | None = None
    task: Task | None = None
    figures: tuple[Figure, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    translations: tuple[Translation, ...] = ()
    translation_problems: tuple[Problem, ...] = field(default=(), compare=False)

    def where(self, path: str) -> str:
        """Name a file of this folder as the author sees it."""
        return f"{self.name}/{path}"


@dataclass(frozen=True)
class Module:
    """One module whole, its parts in the order of `module.yaml`.

    `later_role_sets` are second forms for after the training: no completion asks for them.
    """

    sheet: ModuleSheet
    lessons: tuple[Lesson, ...]
    vignettes: tuple[Vignette, ...]
    check: Check
    role_sets: tuple[RoleSet, ...]
    reflection: Reflection
    task: Task
    figures: tuple[Figure, ...]
    translations: tuple[Translation, ...] = ()
    later_role_sets: tuple[RoleSet, ...] = ()

    @property
    def id(self) -> str:
        """`m0`."""
        return self.sheet.id

    @property
    def slug(self) -> str:
        """`m0-roles`."""
        return self.sheet.slug

    @property
    def title(self) -> str:
        """The title as learners read it."""
        return self.sheet.title

    @property
    def order(self) -> int:
        """Its place among the modules; ours are 0 to 5."""
        return self.sheet.order

    @property
    def missing_reviews(self) -> tuple[str, ...]:
        """The reviews that nobody has done yet: `content`, `safety`."""
        review = self.sheet.review
        return tuple(name for name in ("content", "safety") if getattr(review, name) == "pending")

    def find_lesson(self, lesson_id: str) -> Lesson | None:
        """Return the lesson with this id."""
        return find_by_id(self.lessons, lesson_id)

    def find_vignette(self, vignette_id: str) -> Vignette | None:
        """Return the vignette with this id."""
        return find_by_id(self.vignettes, vignette_id)

    def find_role_set(self, role_set_id: str) -> RoleSet | None:
        """Return the role set with this id, a later one too."""
        return find_by_id((*self.role_sets, *self.later_role_sets), role_set_id)

    def find_figure(self, figure_id: str) -> Figure | None:
        """Return the figure with this id."""
        return find_by_id(self.figures, figure_id)

    def find_objective(self, objective_id: str) -> Objective | None:
        """Return the objective with this id."""
        return find_by_id(self.sheet.objectives, objective_id)

    def find_lesson_of_vignette(self, vignette_id: str) -> Lesson | None:
        """Return the lesson whose interaction this vignette is."""
        return next((lesson for lesson in self.lessons if vignette_of(lesson) == vignette_id), None)


def vignette_of(lesson: Lesson) -> str | None:
    """Name the vignette that a lesson leads to, if its interaction is one."""
    return lesson.interaction.vignette if lesson.interaction.kind == "vignette" else None


def make_module(folder: Folder) -> Module | None:
    """Put the parts in the order of the sheet; None if one that the sheet names is missing."""
    sheet, check, reflection, task = folder.sheet, folder.check, folder.reflection, folder.task
    if not (sheet and check and reflection and task):
        return None
    lessons = _pick(sheet.lessons, folder.lessons)
    vignettes = _pick(sheet.vignettes, folder.vignettes)
    role_sets = _pick(sheet.role_sets, folder.role_sets)
    later = _pick(sheet.later_role_sets, folder.role_sets)
    if lessons is None or vignettes is None or role_sets is None or later is None:
        return None
    return Module(
        sheet, lessons, vignettes, check, role_sets, reflection, task, folder.figures, folder.translations, later
    )


def _pick(ids: Iterable[str], things: Iterable[Named]) -> tuple[Named, ...] | None:
    by_id = {thing.id: thing for thing in things}
    wanted = tuple(ids)
    return tuple(by_id[one] for one in wanted) if all(one in by_id for one in wanted) else None
