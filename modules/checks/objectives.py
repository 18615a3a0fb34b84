"""Errors 4: every objective is taught and asked, every vignette stands in exactly one lesson."""

from collections import Counter
from collections.abc import Iterator

from competencies.problems import Problem
from modules.folder import Folder, vignette_of

FEWEST, MOST = 3, 6


def check_objectives(folder: Folder) -> Iterator[Problem]:
    """Find objectives without a lesson or a question, and vignettes without a home."""
    if folder.sheet is None:
        return
    where = f"{folder.where('module.yaml')}: objectives"
    if not FEWEST <= len(folder.sheet.objectives) <= MOST:
        yield Problem(where, f"has {len(folder.sheet.objectives)}; needs {FEWEST} to {MOST}")
    taught = {one for lesson in folder.lessons for one in lesson.objectives}
    asked = {item.objective for item in (folder.check.items if folder.check else ())}
    asked |= {one for role_set in folder.role_sets for one in role_set.objectives}
    for objective in folder.sheet.objectives:
        if objective.id not in taught:
            yield Problem(f"{where}.{objective.id}", "no lesson is for it")
        if objective.id not in asked:
            yield Problem(f"{where}.{objective.id}", "no check item or role set asks about it")
    yield from _check_homes(folder)


def _check_homes(folder: Folder) -> Iterator[Problem]:
    homes = Counter(vignette_of(lesson) for lesson in folder.lessons)
    for vignette in folder.vignettes:
        where = folder.where(f"vignettes/{vignette.id}.yaml")
        if homes[vignette.id] != 1:
            yield Problem(where, f"is the interaction of {homes[vignette.id]} lessons; it needs exactly one")
