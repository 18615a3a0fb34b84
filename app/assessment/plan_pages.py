"""View data of the development plan: goals, what could become one, and the form of one goal."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from fastapi import Request

from app.assessment.goals import PLENTY, Draft, GoalState, read_draft
from app.assessment.lessons import Link, list_cards, list_lessons
from app.assessment.models import Goal
from app.assessment.reading import ProfileReading, Sitting
from app.web.templating import path_for
from app.web.texts import gettext as _
from app.web.texts import lazy
from competencies import LEVELS, Framework

MOST_SUGGESTIONS = 3
STATES = {
    GoalState.PLANNED: lazy("planned"),
    GoalState.TRIED: lazy("tried"),
    GoalState.REVIEWED: lazy("reviewed"),
}


@dataclass(frozen=True)
class GoalRow:
    """One goal in the plan."""

    title: str | None
    draft: Draft
    state: str
    path: str
    calendar_path: str | None
    sharing_path: str
    readers: int
    is_due: bool


@dataclass(frozen=True)
class Suggestion:
    """A competency that a goal could be about: where somebody stands in one item, and the next sentence of it."""

    code: str
    title: str
    stem: str
    step: str
    path: str


@dataclass(frozen=True)
class PlanPage:
    """The whole plan; `is_shared` where somebody may read a goal of it today."""

    rows: tuple[GoalRow, ...]
    is_shared: bool
    suggestions: tuple[Suggestion, ...]
    has_profile: bool
    is_plenty: bool


@dataclass(frozen=True)
class GoalPage:
    """The form of one goal; `goal` is None for a new one."""

    goal: Goal | None
    draft: Draft
    by_text: str
    revision: int
    competencies: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    suggestion: Suggestion | None
    behaviors: tuple[str, ...]
    lessons: tuple[Link, ...]
    cards: tuple[Link, ...]
    problems: Mapping[str, str] = field(default_factory=dict)
    other: Draft | None = None
    readers: int = 0
    made: UUID | None = None


@dataclass(frozen=True)
class Filled:
    """What the form holds: a kept goal, or what was just posted and not kept."""

    draft: Draft
    by_text: str
    revision: int
    problems: Mapping[str, str] = field(default_factory=dict)
    other: Draft | None = None
    made: UUID | None = None


def fill(goal: Goal) -> Filled:
    return Filled(read_draft(goal), goal.by.isoformat() if goal.by else "", goal.revision)


def make_plan(request: Request, reading: ProfileReading, kept: Iterable[tuple[Goal, int]], now: datetime) -> PlanPage:
    pairs = [(goal, readers) for goal, readers in kept]
    rows = tuple(_make_row(request, reading.framework, goal, readers, now.date()) for goal, readers in pairs)
    goals = [goal for goal, _readers in pairs]
    taken = {goal.competency for goal in goals}
    suggestions = (one for one in _list_suggestions(request, reading) if one.code not in taken)
    open_goals = [goal for goal in goals if goal.state != GoalState.REVIEWED]
    return PlanPage(
        rows=rows,
        is_shared=any(row.readers for row in rows),
        suggestions=tuple(suggestions)[:MOST_SUGGESTIONS],
        has_profile=reading.last is not None,
        is_plenty=len(open_goals) >= PLENTY,
    )


def _make_row(request: Request, framework: Framework, goal: Goal, readers: int, today: date) -> GoalRow:
    competency = framework.find_competency(goal.competency) if goal.competency else None
    is_open = goal.state != GoalState.REVIEWED
    return GoalRow(
        title=competency.title if competency else None,
        draft=read_draft(goal),
        state=_(STATES[GoalState(goal.state)]),
        path=path_for(request, "assessment.goal", goal=goal.uuid),
        calendar_path=path_for(request, "assessment.calendar", goal=goal.uuid) if goal.by and is_open else None,
        sharing_path=path_for(request, "assessment.sharing", goal=goal.uuid),
        readers=readers,
        is_due=goal.by is not None and goal.by <= today and is_open,
    )


def _list_suggestions(request: Request, reading: ProfileReading) -> Iterator[Suggestion]:
    """The priorities of the profile; without targets, the competencies that stand lowest."""
    if reading.last is None:
        return
    codes = [one.code for one in reading.priorities()]
    scores = [one for domain in reading.last.scores() for one in domain.competencies if one.value is not None]
    lowest = [one.code for one in sorted(scores, key=lambda one: one.value or 0)]
    for code in codes or lowest:
        found = _suggest(request, reading, reading.last, code)
        if found:
            yield found


def _suggest(request: Request, reading: ProfileReading, last: Sitting, code: str) -> Suggestion | None:
    """The lowest answered item of a competency, and the sentence above the one that was true."""
    competency, ratings = reading.framework.find_competency(code), last.ratings()
    items = last.sheet.instrument.items_of(code, last.sheet.form)
    levels = [(level, item) for item in items if isinstance(level := ratings.get(item.id), int) and level < LEVELS[-1]]
    if competency is None or not levels:
        return None
    level, item = min(levels, key=lambda one: one[0])
    path = f"{path_for(request, 'assessment.new_goal')}?competency={code}"
    return Suggestion(code, competency.title, item.stem, item.tell_added(level + 1), path)


def make_goal_page(
    request: Request, reading: ProfileReading, goal: Goal | None, filled: Filled, readers: int = 0
) -> GoalPage:
    code, framework = filled.draft.competency, reading.framework
    competency = framework.find_competency(code) if code else None
    suggestion = _suggest(request, reading, reading.last, code) if code and reading.last else None
    about = (request, reading.library, reading.instrument, code or "")
    return GoalPage(
        goal=goal,
        draft=filled.draft,
        by_text=filled.by_text,
        revision=filled.revision,
        competencies=tuple((one.code, one.title) for one in framework.competencies),
        states=tuple((state, _(word)) for state, word in STATES.items()),
        suggestion=suggestion,
        behaviors=competency.behaviors if competency else (),
        lessons=tuple(list_lessons(*about)),
        cards=tuple(list_cards(*about)),
        problems=filled.problems,
        other=filled.other,
        readers=readers,
        made=filled.made,
    )
