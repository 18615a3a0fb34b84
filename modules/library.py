"""All content that an application shows: the framework, the sources and the modules, loaded once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from competencies import Framework, Instrument, Problem, find_current
from modules.catalogue import in_order, is_offered, is_retired
from modules.folder import Module
from modules.model import Citations
from modules.survey import CONTENT, survey


class ModuleNotInLibrary(LookupError):  # noqa: N818 - errors are sentences here
    """No module with this slug or id reaches a course."""


@dataclass(frozen=True)
class Library:
    """What is offered: `modules` in order; `drafts` are readable by authors alone.

    `retired` ones are offered to nobody: they open for those who worked in them, and for links that were made.
    """

    framework: Framework
    citations: Citations
    modules: tuple[Module, ...]
    drafts: tuple[Module, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    retired: tuple[Module, ...] = ()

    @classmethod
    def load(cls, roots: Sequence[Path] = (CONTENT,)) -> tuple["Library", tuple[Problem, ...]]:
        """Read everything below the content roots; what is broken is reported and left out."""
        found = survey(roots)
        modules = in_order(found.modules)
        offered = tuple(module for module in modules if is_offered(module))
        retired = tuple(module for module in modules if is_retired(module))
        drafts = tuple(module for module in modules if not (is_offered(module) or is_retired(module)))
        return cls(found.framework, found.citations, offered, drafts, found.instruments, retired), found.problems

    @property
    def instrument(self) -> Instrument | None:
        """The self-assessment that is offered: the newest published version."""
        return find_current(self.instruments)

    def find_instrument(self, name: str) -> Instrument | None:
        """Return the version with this name (`coaching-self-assessment/1`): what somebody once answered."""
        return next((one for one in self.instruments if one.name == name), None)

    def find_module(self, name: str) -> Module | None:
        """Return the offered or retired module with this slug or id."""
        known = (*self.modules, *self.retired)
        return next((module for module in known if name in {module.slug, module.id}), None)

    def get_module(self, name: str) -> Module:
        """Return the offered or retired module with this slug or id; raises ModuleNotInLibrary."""
        module = self.find_module(name)
        if module is None:
            raise ModuleNotInLibrary(name)
        return module

    def find_draft(self, name: str) -> Module | None:
        """Return the module with this slug or id that does not reach a course yet."""
        return next((module for module in self.drafts if name in {module.slug, module.id}), None)
