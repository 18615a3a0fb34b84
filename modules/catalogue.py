"""Which modules reach a course, and in which order."""

from collections.abc import Iterable

from modules.folder import Module

OFFERED = frozenset({"review", "published"})


def is_offered(module: Module) -> bool:
    """Say whether a module reaches a course; one in review does, and says which review is missing."""
    return module.sheet.status in OFFERED


def in_order(modules: Iterable[Module]) -> tuple[Module, ...]:
    """Sort modules as they are taken."""
    return tuple(sorted(modules, key=lambda module: (module.order, module.slug)))
