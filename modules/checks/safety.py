"""Errors 11: caution never costs anything, and a clinician has read what could hurt."""

from collections.abc import Iterator

from competencies.problems import Problem
from modules.folder import Folder
from modules.model import RoleSet, Scenario

FULL = 3
REFER_FLOOR = 2


def check_safety(folder: Folder) -> Iterator[Problem]:
    """Check the points of safety scenarios, the floor under `refer`, and the module's safety review."""
    for role_set in folder.role_sets:
        for scenario in role_set.scenarios:
            where = f"{folder.where(f'{role_set.id}.yaml')}: scenarios.{scenario.id}"
            yield from (Problem(f"{where}.{field}", text) for field, text in _faults_of(scenario))
    yield from _check_review(folder)


def _faults_of(scenario: Scenario) -> Iterator[tuple[str, str]]:
    answers = scenario.role_answers
    refer = answers.refer.points
    if scenario.safety:
        for role, points in _all_points(scenario):
            if points not in {0, FULL}:
                yield role, f"is worth {points}; in a safety scenario points are 3 or 0"
    if scenario.distress and refer < REFER_FLOOR:
        yield "role_answers.refer", f"is worth {refer}; with `distress: true` at least {REFER_FLOOR}"
    if refer == 0 and answers.evaluate.points != FULL:
        yield "role_answers.refer", "is never 0 unless `evaluate` is the key"


def _all_points(scenario: Scenario) -> Iterator[tuple[str, int]]:
    for role in type(scenario.role_answers).model_fields:
        yield f"role_answers.{role}", getattr(scenario.role_answers, role).points
    for opening in scenario.openings:
        yield f"openings.{opening.id}", opening.points


def has_danger(folder: Folder) -> bool:
    """Say whether any file of the module has `distress` or `safety` true."""
    return any(vignette.distress for vignette in folder.vignettes) or any(
        scenario.distress or scenario.safety for scenario in _all_scenarios(folder.role_sets)
    )


def _all_scenarios(role_sets: tuple[RoleSet, ...]) -> Iterator[Scenario]:
    for role_set in role_sets:
        yield from role_set.scenarios


def _check_review(folder: Folder) -> Iterator[Problem]:
    if folder.sheet is None or not has_danger(folder):
        return
    where = f"{folder.where('module.yaml')}: review.safety"
    if folder.sheet.review.safety == "not-needed":
        yield Problem(where, "a file has `distress` or `safety` true; write pending until a clinician has read it")
    elif folder.sheet.status == "published" and folder.sheet.review.safety != "done":
        yield Problem(where, "a published module with `distress` or `safety` needs a clinician's review, `done`")
