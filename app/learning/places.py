"""An activity in its module, and the content key under which work on it is kept."""

from dataclasses import dataclass

from app.progress.rules import FactKind, activity_key
from modules import Check, Module, RoleSet, Vignette


@dataclass(frozen=True)
class VignettePlace:
    """A vignette in its module."""

    module: Module
    vignette: Vignette

    @property
    def key(self) -> str:
        return activity_key(self.module.id, self.vignette.id)


@dataclass(frozen=True)
class RoleSetPlace:
    """A role set in its module."""

    module: Module
    role_set: RoleSet

    @property
    def key(self) -> str:
        return activity_key(self.module.id, self.role_set.id)

    @property
    def earlier_forms(self) -> tuple[RoleSet, ...]:
        """The module's own forms, where this one is a second form for after the training."""
        return self.module.role_sets if self.role_set in self.module.later_role_sets else ()


@dataclass(frozen=True)
class CheckPlace:
    """The check of a module."""

    module: Module

    @property
    def check(self) -> Check:
        return self.module.check

    @property
    def key(self) -> str:
        return activity_key(self.module.id, self.check.id)

    @property
    def passed(self) -> tuple[str, str]:
        """The fact that says it is passed."""
        return (FactKind.PASSED, self.key)
