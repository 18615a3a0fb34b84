"""Which modules reach a course, and in which order."""

from collections.abc import Iterable

from modules.folder import Module

OFFERED = frozenset({"review", "published"})
RETIRED = "retired"


def is_offered(module: Module) -> bool:
    """Say whether a module reaches a course; one in review does, and says which review is missing."""
    return module.sheet.status in OFFERED


def is_retired(module: Module) -> bool:
    """Say whether a module is offered to nobody any more; who worked in it finds it as it was."""
    return module.sheet.status == RETIRED


def in_order(modules: Iterable[Module]) -> tuple[Module, ...]:
    """Sort modules as they are taken."""
    return tuple(sorted(modules, key=lambda module: (module.order, module.slug)))
