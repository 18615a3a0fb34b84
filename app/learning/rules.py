"""What a module consists of for one person, what remains of it, and when it is complete: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from app.progress.rules import FactKind, activity_key
from modules import Lesson, Module

Facts = Mapping[tuple[str, str], datetime]


class PartKind(StrEnum):
    """The five kinds of work that a module's completion asks for."""

    LESSON = "lesson"
    VIGNETTE = "vignette"
    ROLE_SET = "role-set"
    CHECK = "check"
    REFLECTION = "reflection"


# What must have happened to a part before it counts.
NEEDS = {
    PartKind.LESSON: FactKind.READ,
    PartKind.VIGNETTE: FactKind.FINISHED,
    PartKind.ROLE_SET: FactKind.FINISHED,
    PartKind.CHECK: FactKind.PASSED,
    PartKind.REFLECTION: FactKind.WRITTEN,
}


@dataclass(frozen=True)
class Part:
    """One thing to do in a module. `minutes` are its own: a vignette's are not counted again in its lesson."""

    kind: PartKind
    id: str
    title: str
    minutes: int
    key: str

    @cached_property
    def fact(self) -> tuple[str, str]:
        """The fact that says it is done."""
        return (NEEDS[self.kind], self.key)

    def done_at(self, facts: Facts) -> datetime | None:
        return facts.get(self.fact)


# Content is frozen while a process runs, and every page of a learner asks for the parts of each module.
_parts: dict[int, tuple[Module, tuple[Part, ...]]] = {}


def list_parts(module: Module) -> tuple[Part, ...]:
    """Everything that the module's completion asks for, in the order in which it is taken."""
    known = _parts.get(id(module))
    if known is None or known[0] is not module:
        known = _parts[id(module)] = (module, _make_parts(module))
    return known[1]


def _make_parts(module: Module) -> tuple[Part, ...]:
    parts = [part for lesson in module.lessons for part in _parts_of_lesson(module, lesson)]
    parts += [_part(module, PartKind.ROLE_SET, one) for one in module.role_sets]
    parts += [_part(module, PartKind.CHECK, module.check), _part(module, PartKind.REFLECTION, module.reflection)]
    return tuple(parts)


def _parts_of_lesson(module: Module, lesson: Lesson) -> tuple[Part, ...]:
    vignette = module.find_vignette(lesson.interaction.vignette) if lesson.interaction.kind == "vignette" else None
    if vignette is None:
        return (_part(module, PartKind.LESSON, lesson),)
    own = max(lesson.minutes - vignette.minutes, 1)
    return (_part(module, PartKind.LESSON, lesson, minutes=own), _part(module, PartKind.VIGNETTE, vignette))


def _part(module: Module, kind: PartKind, thing: object, *, minutes: int | None = None) -> Part:
    own_id, title, own_minutes = thing.id, thing.title, thing.minutes  # type: ignore[attr-defined]
    return Part(kind, own_id, title, own_minutes if minutes is None else minutes, activity_key(module.id, own_id))


def is_complete(module: Module, facts: Facts) -> bool:
    """Lessons read, check passed, vignettes and role sets gone through, reflection written."""
    return not list_remaining(module, facts)


def list_remaining(module: Module, facts: Facts) -> tuple[Part, ...]:
    """What is not done yet, in order; the first of it is the next step."""
    return tuple(part for part in list_parts(module) if part.done_at(facts) is None)


def find_next(module: Module, facts: Facts, *, after: str | None = None) -> Part | None:
    """The first part that is not done; one behind the part with the key `after` comes before the others."""
    remaining = list_remaining(module, facts)
    keys = [part.key for part in list_parts(module)]
    start = keys.index(after) if after in keys else -1
    behind = (part for part in remaining if keys.index(part.key) > start)
    return next(behind, None) or next(iter(remaining), None)


def find_inner(module: Module, part: Part) -> Part | None:
    """The vignette that stands inside a lesson."""
    lesson = module.find_lesson(part.id) if part.kind is PartKind.LESSON else None
    inner = lesson.interaction.vignette if lesson and lesson.interaction.kind == "vignette" else None
    return next((one for one in list_parts(module) if one.kind is PartKind.VIGNETTE and one.id == inner), None)


def tell_minutes(module: Module, part: Part, facts: Facts) -> int:
    """How long somebody will be at a part now: in a lesson its vignette counts, while that is not done."""
    inner = find_inner(module, part)
    return part.minutes + (inner.minutes if inner and inner.done_at(facts) is None else 0)


def count_minutes(parts: Iterable[Part]) -> int:
    return sum(part.minutes for part in parts)
