"""Errors 7 in a role set: its scenarios, its best answers, its openings, and whose keys they are."""

from collections.abc import Iterator

from competencies.problems import Problem
from modules.folder import Folder
from modules.model import ROLES, RoleSet, Scenario
from modules.prose import count_words

SCENARIOS = 12
OPENINGS = range(4, 6)
SITUATION_WORDS = range(35, 81)
TITLE_WORDS, TRAP_WORDS = 6, 8
WHOLE = 100
BEST = 3


def check_role_sets(folder: Folder) -> Iterator[Problem]:
    """Check each role set."""
    for role_set in folder.role_sets:
        where = folder.where(f"{role_set.id}.yaml")
        for field, text in _faults_of(role_set):
            yield Problem(f"{where}: {field}", text)


def _faults_of(role_set: RoleSet) -> Iterator[tuple[str, str]]:
    if len(role_set.scenarios) != SCENARIOS:
        yield "scenarios", f"has {len(role_set.scenarios)}; a form has {SCENARIOS}"
    if role_set.weights.role + role_set.weights.opening != WHOLE:
        yield "weights", f"role and opening make {WHOLE} together"
    keys = role_set.keys
    if keys.state == "author" and (keys.panel_size is not None or keys.panel_date is not None):
        yield "keys", "panel_size and panel_date are null while the state is author"
    if keys.state == "panel" and (keys.panel_size is None or keys.panel_date is None):
        yield "keys", "a panel has a size and a date"
    for scenario in role_set.scenarios:
        for field, text in _faults_of_scenario(role_set, scenario):
            yield f"scenarios.{scenario.id}.{field}", text


def _faults_of_scenario(role_set: RoleSet, scenario: Scenario) -> Iterator[tuple[str, str]]:
    if not scenario.id.startswith(role_set.form):
        yield "id", f"begins with the letter of the form, `{role_set.form}`"
    if scenario.panel_votes is not None and role_set.keys.state != "panel":
        yield "panel_votes", "only with `state: panel`"
    yield from _faults_of_points(scenario)
    if len(scenario.openings) not in OPENINGS:
        yield "openings", f"has {len(scenario.openings)}; needs 4 or 5"
    words = count_words(scenario.situation)
    if words not in SITUATION_WORDS:
        yield "situation", f"has {words} words; 35 to 80"
    if count_words(scenario.title) > TITLE_WORDS:
        yield "title", f"at most {TITLE_WORDS} words"
    if count_words(scenario.trap) > TRAP_WORDS:
        yield "trap", f"at most {TRAP_WORDS} words"


def _faults_of_points(scenario: Scenario) -> Iterator[tuple[str, str]]:
    best = [role for role in ROLES if scenario.role_answers.of(role).points == BEST]
    if not best or (len(best) > 1 and not scenario.safety):
        yield "role_answers", f"{len(best)} roles have 3 points; one has (a safety scenario may have two)"
    if not any(opening.points == BEST for opening in scenario.openings):
        yield "openings", "one of them has 3 points"
