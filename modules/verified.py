"""What a clean run has verified, so that silence is not mistaken for having looked."""

from collections.abc import Iterator

from modules.checks.sources import list_used_sources
from modules.folder import Folder
from modules.minutes import sum_paths
from modules.survey import Survey
from modules.walking import expected_decisions


def list_verified(found: Survey) -> Iterator[str]:
    """Say what was read and held, with numbers."""
    framework = found.framework
    yield f"framework {framework.id} {framework.version}: {len(framework.competencies)} competencies"
    for instrument in found.instruments:
        yield f"instrument {instrument.name} ({instrument.status}): {len(instrument.items)} items, five anchors each"
    used = {source for folder in found.folders for source in list_used_sources(folder)}
    yield f"citations: {len(found.citations.sources)} sources, {len(used)} of them used"
    for folder in found.folders:
        yield from _list_of_module(folder)
    yield "every reference, anchor, source, figure, token and competency code leads somewhere"


def _list_of_module(folder: Folder) -> Iterator[str]:
    sheet, check = folder.sheet, folder.check
    if sheet is None or check is None:
        return
    lessons = f"{len(folder.lessons)} lessons, each as long as it says"
    yield f"{folder.name} ({sheet.status}): {lessons}, {sheet.minutes} minutes in all"
    for vignette in folder.vignettes:
        fewest, most = expected_decisions(vignette)
        paths = sum_paths(vignette).paths
        yield f"{folder.name}/{vignette.id}: {paths} paths of {fewest} to {most} decisions, each to an ending"
    yield f"{folder.name}/{check.id}: {len(check.items)} items, each with its keys and reasons"
    for role_set in folder.role_sets:
        yield f"{folder.name}/{role_set.id}: {len(role_set.scenarios)} scenarios; caution costs nothing in any"
