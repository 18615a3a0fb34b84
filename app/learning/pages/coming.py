"""The one thing to do now, as home and a module's end name it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from app.learning import rules
from app.learning.links import part_path
from app.learning.pages.parts import name_part
from app.learning.rules import Facts
from app.programs.rules import Status, status
from app.progress.rules import FactKind, activity_key, module_key
from app.web.templating import path_for
from app.web.texts import gettext as _
from modules import Module


@dataclass(frozen=True)
class NextCard:
    """The one thing to do now."""

    over: str
    title: str
    minutes: int
    path: str
    action: str


def find_coming(request: Request, offered: Sequence[Module], facts: Facts) -> NextCard | None:
    """The next step of the first module that is not complete; then a practice task that nobody attested yet."""
    card = find_next_part(request, offered, facts)
    return card or next((_task_card(request, module) for module in offered if not _is_attested(module, facts)), None)


def find_next_part(request: Request, offered: Sequence[Module], facts: Facts) -> NextCard | None:
    """The next step of the first module that is not complete; None where all are."""
    opened = (module for module in offered if not status(facts, module_key(module.id)).is_met)
    return next((card for module in opened if (card := _next_part(request, module, facts))), None)


def _next_part(request: Request, module: Module, facts: Facts) -> NextCard | None:
    part = rules.find_next(module, facts)
    if part is None:
        return None
    begun = status(facts, module_key(module.id)).status is not Status.NOT_STARTED
    over = _("Next: {module}, {part}").format(module=module.title, part=_lower_first(name_part(module, part)))
    action = _("Continue") if begun else _("Begin")
    minutes = rules.tell_minutes(module, part, facts)
    return NextCard(over, part.title, minutes, part_path(request, module, part), action)


def _task_card(request: Request, module: Module) -> NextCard:
    over = _("Next: {module}, practice task").format(module=module.title)
    path = path_for(request, "learning.task", slug=module.slug)
    return NextCard(over, module.task.title, module.task.minutes, path, _("See the task"))


def _is_attested(module: Module, facts: Facts) -> bool:
    return (FactKind.ATTESTED, activity_key(module.id, module.task.id)) in facts


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]
