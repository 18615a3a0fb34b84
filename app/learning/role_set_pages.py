"""What the pages of a role set show: a situation without its keys, the reasons after the answer, and the pattern."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.learning import role_set_service as service
from app.learning.role_set_service import Try
from app.learning.runs import Run
from app.web.texts import gettext as _
from app.web.words import of
from modules import (
    PATTERN_FROM,
    ROLES,
    Role,
    RoleSet,
    Scenario,
    ScenarioMark,
    ScenarioView,
    count_confusions,
    role_clarity_index,
    view_scenario,
)

LOW_INDEX = 50
SEEN_OFTEN = 2


@dataclass(frozen=True)
class RoleName:
    """A role as the learner reads it: a short name, and what it means."""

    role: Role
    name: str
    meaning: str


@dataclass(frozen=True)
class ScenarioPage:
    """A situation that waits for its answer. `missing` names what an unfinished form lacks."""

    number: int
    total: int
    view: ScenarioView
    step: str
    roles: tuple[RoleName, ...]
    is_again: bool
    role: str
    opening: str
    confidence: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why a role or a sentence fits or costs here; `praise` says who would choose it."""

    words: str
    why: str
    chosen: bool
    best: bool
    praise: str


@dataclass(frozen=True)
class AnswerPage:
    """A situation with its answer. While it is asked again, only what was chosen is explained."""

    number: int
    total: int
    view: ScenarioView
    mark: ScenarioMark
    is_first: bool
    roles: tuple[Reason, ...]
    other_roles: tuple[Reason, ...]
    openings: tuple[Reason, ...]
    other_openings: tuple[Reason, ...]
    is_last: bool
    has_pattern: bool


@dataclass(frozen=True)
class TableRow:
    """How often each role was chosen where this one was called for."""

    called_for: RoleName
    counts: tuple[tuple[Role, int], ...]
    total: int


@dataclass(frozen=True)
class Link:
    """A situation to go back to."""

    id: str
    title: str


@dataclass(frozen=True)
class PatternPage:
    """The role-clarity index (0 to 100), the table and what stands out in it; empty below six answers."""

    index: int | None
    count: int
    total: int
    names: tuple[RoleName, ...]
    rows: tuple[TableRow, ...]
    pattern: str | None
    look_again: tuple[Link, ...]

    @property
    def is_shown(self) -> bool:
        return self.count >= PATTERN_FROM


def name_roles(role_set: RoleSet) -> tuple[RoleName, ...]:
    """The five roles; the first sentence of each text is its name."""
    texts = ((role, str(getattr(role_set.roles, role)).partition(". ")) for role in ROLES)
    return tuple(RoleName(role, parts[0].rstrip("."), parts[2]) for role, parts in texts)


def make_scenario(run: Run[RoleSet], *, posted: service.PostedRole | None = None) -> ScenarioPage:
    """The situation that stands now; asked again, it keeps the half that was safe. Only while the set is not over."""
    current = service.find_current(run)
    assert current is not None
    scenario, step = current
    tries = service.list_tries(run, scenario)
    kept = _keep_safe(tries[-1].mark) if tries else ("", "")
    role, opening = (posted.role, posted.opening) if posted else kept
    return ScenarioPage(
        number=run.activity.scenarios.index(scenario) + 1,
        total=len(run.activity.scenarios),
        view=view_scenario(run.activity, scenario, run.seed),
        step=step,
        roles=name_roles(run.activity),
        is_again=bool(tries),
        role=role,
        opening=opening,
        confidence=posted.confidence if posted else "",
        missing=_list_missing(scenario, posted) if posted else (),
    )


def _keep_safe(mark: ScenarioMark) -> tuple[str, str]:
    role = next((one.role for one in mark.role_feedback if one.chosen and one.best), "")
    return role, next((one.id for one in mark.opening_feedback if one.chosen and one.best), "")


def _list_missing(scenario: Scenario, posted: service.PostedRole) -> tuple[str, ...]:
    has_role, has_opening = posted.role in ROLES, scenario.find_opening(posted.opening) is not None
    return (*(() if has_role else ("role",)), *(() if has_opening else ("opening",)))


def find_answer(run: Run[RoleSet], scenario_id: str) -> AnswerPage | None:
    """The answered situation of that id; None where this attempt has no answer to it."""
    scenario = run.activity.find_scenario(scenario_id)
    tries = service.list_tries(run, scenario) if scenario else ()
    if scenario is None or not tries:
        return None
    mark = tries[-1].mark
    roles, openings = _explain_roles(run.activity, scenario, mark), _explain_openings(mark)
    return AnswerPage(
        number=run.activity.scenarios.index(scenario) + 1,
        total=len(run.activity.scenarios),
        view=view_scenario(run.activity, scenario, run.seed),
        mark=mark,
        is_first=len(tries) == 1,
        roles=_pick(roles, mark),
        other_roles=() if mark.ask_again else tuple(one for one in roles if not (one.chosen or one.best)),
        openings=_pick(openings, mark),
        other_openings=() if mark.ask_again else tuple(one for one in openings if not (one.chosen or one.best)),
        is_last=run.is_over,
        has_pattern=len(service.list_firsts(run)) >= PATTERN_FROM,
    )


def _pick(reasons: Sequence[Reason], mark: ScenarioMark) -> tuple[Reason, ...]:
    """What was chosen first, then what the authors would choose, unless it is asked again."""
    chosen = [one for one in reasons if one.chosen]
    return (*chosen, *(one for one in reasons if one.best and not one.chosen and not mark.ask_again))


def _explain_roles(role_set: RoleSet, scenario: Scenario, mark: ScenarioMark) -> tuple[Reason, ...]:
    names = {one.role: one.name for one in name_roles(role_set)}
    return tuple(
        Reason(names[one.role], one.why, one.chosen, one.best, praise_role(role_set, scenario, one.role))
        for one in mark.role_feedback
    )


def praise_role(role_set: RoleSet, scenario: Scenario, role: Role) -> str:
    """Whose first choice this is: the authors', or so many of the panel's."""
    size, votes = role_set.keys.panel_size, (scenario.panel_votes or {}).get(role)
    if role_set.keys.state == "panel" and size and votes:
        return _("chosen by {share} on the panel").format(share=of(votes, size))
    return _("the authors\u2019 first choice")


def _explain_openings(mark: ScenarioMark) -> tuple[Reason, ...]:
    praise = _("the authors\u2019 first choice")
    return tuple(Reason(one.say or "", one.why, one.chosen, one.best, praise) for one in mark.opening_feedback)


def make_pattern(run: Run[RoleSet]) -> PatternPage:
    """What the first answers say together."""
    firsts = service.list_firsts(run)
    marks, names = [one.mark for _scenario, one in firsts], name_roles(run.activity)
    return PatternPage(
        index=role_clarity_index(marks),
        count=len(marks),
        total=len(run.activity.scenarios),
        names=names,
        rows=_tabulate(marks, names),
        pattern=_describe_pattern(marks, names),
        look_again=tuple(Link(scenario.id, scenario.title) for scenario, one in firsts if _was_too_sure(one)),
    )


def _was_too_sure(one: Try) -> bool:
    return one.confidence == "high" and one.mark.index < LOW_INDEX


def _tabulate(marks: Sequence[ScenarioMark], names: Sequence[RoleName]) -> tuple[TableRow, ...]:
    counts = {(one.called_for, one.chosen): one.count for one in count_confusions(marks)}
    rows = (
        TableRow(name, tuple((role, counts.get((name.role, role), 0)) for role in ROLES), _count(marks, name.role))
        for name in names
    )
    return tuple(row for row in rows if row.total)


def _count(marks: Sequence[ScenarioMark], role: Role) -> int:
    return sum(mark.called_for == role for mark in marks)


def _describe_pattern(marks: Sequence[ScenarioMark], names: Sequence[RoleName]) -> str | None:
    """The confusion met most often, in a sentence; None where none was met twice."""
    met = Counter((mark.called_for, mark.role) for mark in marks if mark.called_for != mark.role)
    if not met:
        return None
    (called_for, chosen), n = met.most_common(1)[0]
    if n < SEEN_OFTEN:
        return None
    words = {one.role: one.name for one in names}
    return _("Where {called_for} was called for, you chose {chosen} in {share} situations.").format(
        called_for=words[called_for], chosen=words[chosen], share=of(n, _count(marks, called_for))
    )
