"""What must hold in a module beyond the types of its fields; each file one subject, nothing stops at the first."""

from collections.abc import Iterator

from competencies.problems import Problem
from modules.checks.contents import check_contents
from modules.checks.items import check_items
from modules.checks.references import check_references
from modules.checks.shelf import Shelf
from modules.checks.vignettes import check_vignettes
from modules.folder import Folder

__all__ = ["Shelf", "check_prose", "check_structure"]


def check_structure(folder: Folder, shelf: Shelf) -> Iterator[Problem]:
    """Find what would break a page: such a module is not offered."""
    yield from check_contents(folder)
    yield from check_references(folder, shelf)
    yield from check_vignettes(folder)
    yield from check_items(folder)


def check_prose(folder: Folder, shelf: Shelf) -> Iterator[Problem]:
    """Find what is wrong with the words: such a module is shown, and is not ready."""
    yield from ()
