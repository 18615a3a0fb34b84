"""Every competency is taught, practiced and checked somewhere, once all modules stand; until then a warning."""

from collections.abc import Iterator, Sequence

from competencies import CURRENT, Framework
from competencies.problems import Problem, Severity
from modules.coverage import cover
from modules.folder import Folder

# The places of the six modules of the curriculum.
PLACES = frozenset(range(6))


def is_whole(folders: Sequence[Folder]) -> bool:
    """Say whether every place of the curriculum is taken."""
    return {folder.sheet.order for folder in folders if folder.sheet} >= PLACES


def check_coverage(framework: Framework, folders: Sequence[Folder]) -> Iterator[Problem]:
    """Find the competencies that nothing teaches, practices or asks about."""
    severity: Severity = "error" if is_whole(folders) else "warning"
    for one in cover(framework, folders):
        if one.missing:
            text = f"is {' and '.join(f'not {name}' for name in one.missing)} in any module"
            yield Problem(f"{CURRENT}: competencies.{one.competency.code}", text, severity)
