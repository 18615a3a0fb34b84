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
    """One line of a module's list: what, how long, whether it is done and where it stands.

    `minutes` is None for what is counted in the lesson around it.
    """

    over: str
    title: str
    minutes: int | None
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
    is_counted = part.key not in {inner.key for inner in _list_inner_ahead(module, facts)}
    return PartRow(
        over=name_part(module, part),
        title=part.title,
        minutes=rules.tell_minutes(module, part, facts) if is_counted else None,
        path=part_path(request, module, part),
        done_at=part.done_at(facts),
        is_next=part == coming,
        is_inner=part.kind is PartKind.VIGNETTE,
    )


def _list_inner_ahead(module: Module, facts: Facts) -> tuple[Part, ...]:
    """The vignettes inside lessons that are still to be read: their minutes are told with the lesson's."""
    unread = (part for part in rules.list_remaining(module, facts) if part.kind is PartKind.LESSON)
    return tuple(inner for part in unread if (inner := rules.find_inner(module, part)))
