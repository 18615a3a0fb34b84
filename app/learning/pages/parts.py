"""The parts of a module as pages list them."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from app.learning import rules
from app.learning.links import part_path
from app.learning.rules import Facts, Part, PartKind
from app.web.texts import gettext as _
from app.web.texts import lazy
from modules import Module

KINDS = {
    PartKind.LESSON: lazy("Lesson"),
    PartKind.VIGNETTE: lazy("Case to walk through"),
    PartKind.ROLE_SET: lazy("Role set"),
    PartKind.CHECK: lazy("Knowledge check"),
    PartKind.REFLECTION: lazy("Reflection"),
}


@dataclass(frozen=True)
class PartRow:
    """One line of a module's list: what, how long, whether it is done and where it stands."""

    over: str
    title: str
    idea: str | None
    minutes: int
    path: str
    done_at: datetime | None
    is_next: bool
    is_inner: bool


def name_part(module: Module, part: Part) -> str:
    """`Lesson 3 of 5`, `Knowledge check`."""
    if part.kind is not PartKind.LESSON:
        return _(KINDS[part.kind])
    number = 1 + [lesson.id for lesson in module.lessons].index(part.id)
    return _("Lesson {n} of {total}").format(n=number, total=len(module.lessons))


def list_rows(request: Request, module: Module, facts: Facts) -> tuple[PartRow, ...]:
    coming = rules.find_next(module, facts)
    return tuple(_make_row(request, module, part, facts, coming) for part in rules.list_parts(module))


def _make_row(request: Request, module: Module, part: Part, facts: Facts, coming: Part | None) -> PartRow:
    lesson = module.find_lesson(part.id) if part.kind is PartKind.LESSON else None
    return PartRow(
        over=name_part(module, part),
        title=part.title,
        idea=lesson.idea if lesson else None,
        minutes=part.minutes,
        path=part_path(request, module, part),
        done_at=part.done_at(facts),
        is_next=part == coming,
        is_inner=part.kind is PartKind.VIGNETTE,
    )
