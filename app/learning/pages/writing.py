"""The private pages to write on: a module's reflection and its practice task."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from app.learning.links import next_step_path
from app.learning.models import Writing
from app.learning.pages.boxes import NOTHING_SENT, Box, Sent, fill_box, list_problems
from app.learning.pages.module import read_attested_at
from app.learning.rules import Facts
from app.progress.rules import FactKind, activity_key
from modules import Module


@dataclass(frozen=True)
class Held:
    """The texts that are kept, by key, and what a form sent and could not be kept."""

    writings: Mapping[str, Writing]
    sent: Sent = NOTHING_SENT


@dataclass(frozen=True)
class ReflectionPage:
    """A reflection with its boxes; `written_at` stays when the text is deleted."""

    module: Module
    boxes: tuple[Box, ...]
    written_at: datetime | None
    next_path: str

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        return list_problems(self.boxes)

    @property
    def has_text(self) -> bool:
        return any(box.saved_at for box in self.boxes)


@dataclass(frozen=True)
class TaskPage:
    """A practice task with its private notes, and when the person attested it."""

    module: Module
    boxes: tuple[Box, ...]
    attested_at: datetime | None
    attest_problem: str | None = None

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        attest = (("attest", self.attest_problem),) if self.attest_problem else ()
        return (*list_problems(self.boxes), *attest)

    @property
    def has_text(self) -> bool:
        return any(box.saved_at for box in self.boxes)


def list_reflection_keys(module: Module) -> tuple[str, ...]:
    key = activity_key(module.id, module.reflection.id)
    return tuple(f"{key}/{prompt.id}" for prompt in module.reflection.prompts)


def list_task_keys(module: Module) -> tuple[str, ...]:
    key = activity_key(module.id, module.task.id)
    return tuple(f"{key}/{note.id}" for note in module.task.notes)


def make_reflection_page(request: Request, module: Module, facts: Facts, held: Held) -> ReflectionPage:
    boxes = (
        Box(id=prompt.id, label=prompt.text, rows=prompt.rows, is_required=prompt.required)
        for prompt in module.reflection.prompts
    )
    key = activity_key(module.id, module.reflection.id)
    return ReflectionPage(
        module=module,
        boxes=_fill(boxes, list_reflection_keys(module), held),
        written_at=facts.get((FactKind.WRITTEN, key)),
        next_path=next_step_path(request, module, facts, after=key),
    )


def make_task_page(module: Module, facts: Facts, held: Held, attest_problem: str | None = None) -> TaskPage:
    boxes = (Box(id=note.id, label=note.text, rows=note.rows) for note in module.task.notes)
    filled = _fill(boxes, list_task_keys(module), held)
    return TaskPage(module, filled, read_attested_at(module, facts), attest_problem)


def _fill(boxes: Iterable[Box], keys: tuple[str, ...], held: Held) -> tuple[Box, ...]:
    return tuple(fill_box(box, held.writings.get(key), key, held.sent) for box, key in zip(boxes, keys, strict=True))
