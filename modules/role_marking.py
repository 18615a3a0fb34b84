"""Marks for the role set: role and opening, the role-clarity index, what was called for against what was chosen."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from modules.marking import MOST_POINTS, AnswerDoesNotFit, Feedback
from modules.model import ROLES, Role, RoleSet, Scenario

PATTERN_FROM = 6


@dataclass(frozen=True)
class RoleFeedback:
    """What is said about one role in one situation."""

    role: Role
    points: int
    why: str
    chosen: bool
    best: bool


@dataclass(frozen=True)
class ScenarioMark:
    """The mark of one situation; points 0 to 3, `index` 0 to 100 by the weights of the set."""

    scenario_id: str
    role: Role
    opening: str
    role_points: int
    opening_points: int
    exact_index: Fraction
    called_for: Role
    ask_again: bool
    cue: str
    role_feedback: tuple[RoleFeedback, ...]
    opening_feedback: tuple[Feedback, ...]

    @property
    def index(self) -> int:
        """The index in whole numbers, rounded down."""
        return int(self.exact_index)


@dataclass(frozen=True)
class Confusion:
    """How often one role was called for and another (or the same) chosen."""

    called_for: Role
    chosen: Role
    count: int


def mark_scenario(role_set: RoleSet, scenario: Scenario, role: str, opening_id: str) -> ScenarioMark:
    """Mark one situation; raises AnswerDoesNotFit for a role or an opening that it does not have."""
    chosen_role = next((one for one in ROLES if one == role), None)
    opening = scenario.find_opening(opening_id)
    if chosen_role is None or opening is None:
        message = f"{scenario.id}: choose one of the roles and one of the openings"
        raise AnswerDoesNotFit(message)
    role_points = scenario.role_answers.of(chosen_role).points
    return ScenarioMark(
        scenario_id=scenario.id,
        role=chosen_role,
        opening=opening.id,
        role_points=role_points,
        opening_points=opening.points,
        exact_index=_weigh(role_set, role_points, opening.points),
        called_for=_find_called_for(scenario, chosen_role),
        ask_again=scenario.safety and min(role_points, opening.points) < MOST_POINTS,
        cue=scenario.cue,
        role_feedback=_explain_roles(scenario, chosen_role),
        opening_feedback=_explain_openings(scenario, opening.id),
    )


def _weigh(role_set: RoleSet, role_points: int, opening_points: int) -> Fraction:
    weights = role_set.weights
    total = weights.role + weights.opening
    return Fraction(100 * (role_points * weights.role + opening_points * weights.opening), MOST_POINTS * total)


def _find_called_for(scenario: Scenario, chosen: Role) -> Role:
    """The role with the most points; where two share them, the chosen one of the two."""
    points = {role: scenario.role_answers.of(role).points for role in ROLES}
    best = [role for role in ROLES if points[role] == max(points.values())]
    return chosen if chosen in best else best[0]


def _explain_roles(scenario: Scenario, chosen: Role) -> tuple[RoleFeedback, ...]:
    answers = [(role, scenario.role_answers.of(role)) for role in ROLES]
    return tuple(
        RoleFeedback(role, answer.points, answer.why, chosen=role == chosen, best=answer.points == MOST_POINTS)
        for role, answer in answers
    )


def _explain_openings(scenario: Scenario, chosen: str) -> tuple[Feedback, ...]:
    return tuple(
        Feedback(one.id, one.why, chosen=one.id == chosen, best=one.points == MOST_POINTS, say=one.say)
        for one in scenario.openings
    )


def role_clarity_index(marks: Sequence[ScenarioMark]) -> int | None:
    """Return the mean index, 0 to 100, rounded down; None before the first answer."""
    if not marks:
        return None
    return int(sum((mark.exact_index for mark in marks), Fraction(0)) / len(marks))


def count_confusions(marks: Iterable[ScenarioMark]) -> tuple[Confusion, ...]:
    """Count called-for against chosen, in the order of the roles; pairs that never happened are left out."""
    counts = Counter((mark.called_for, mark.role) for mark in marks)
    pairs = ((called_for, chosen) for called_for in ROLES for chosen in ROLES)
    return tuple(Confusion(*pair, counts[pair]) for pair in pairs if counts[pair])
