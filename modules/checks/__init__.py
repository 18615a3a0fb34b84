"""What must hold in a module beyond the types of its fields; each file one subject, nothing stops at the first."""

from collections.abc import Iterator

from competencies.problems import Problem
from modules.checks.claims import check_claims
from modules.checks.contents import check_contents
from modules.checks.cues import check_cues
from modules.checks.durations import check_durations
from modules.checks.figures import check_drawable, check_figures
from modules.checks.items import check_items
from modules.checks.lengths import check_lengths
from modules.checks.lessons import check_lessons
from modules.checks.names import check_names
from modules.checks.objectives import check_objectives
from modules.checks.references import check_references
from modules.checks.roles import check_role_sets
from modules.checks.safety import check_safety
from modules.checks.shelf import Shelf
from modules.checks.sizes import check_sizes
from modules.checks.translations import check_translations
from modules.checks.vignettes import check_vignettes
from modules.folder import Folder

__all__ = ["Shelf", "check_prose", "check_structure"]


def check_structure(folder: Folder, shelf: Shelf) -> Iterator[Problem]:
    """Find what would break a page: such a module is not offered."""
    yield from check_contents(folder)
    yield from check_references(folder, shelf)
    yield from check_vignettes(folder)
    yield from check_items(folder)
    yield from check_drawable(folder)


def check_prose(folder: Folder, shelf: Shelf) -> Iterator[Problem]:
    """Find what is wrong with shape, words and numbers: such a module can be shown, and is not ready."""
    yield from check_objectives(folder)
    yield from check_lessons(folder)
    yield from check_safety(folder)
    yield from check_role_sets(folder)
    yield from check_sizes(folder)
    yield from check_durations(folder)
    yield from check_figures(folder)
    yield from check_claims(folder, shelf)
    yield from check_lengths(folder)
    yield from check_cues(folder)
    yield from check_names(folder)
    yield from check_translations(folder)
