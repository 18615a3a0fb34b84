"""View data of the profile: sentences first, then the plot with its table; and the answers of one day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from fastapi import Request

from app.assessment.lessons import Link, list_lessons
from app.assessment.models import Assessment
from app.assessment.plots import DotPlot, PlotRow, make_plot
from app.assessment.profile_words import (
    list_sentences,
    tell_level,
    tell_marks,
    tell_plot,
    tell_reading,
    tell_shift,
)
from app.assessment.reading import Compared, ProfileReading, Sitting, find_value
from app.assessment.rules import Asked, Sheet, answer_key
from app.assessment.words import POINTS
from app.web.templating import path_for
from app.web.texts import gettext as _
from app.web.words import day
from competencies import NOT_YET

MOST_PRIORITIES = 3
MOST_LESSONS = 2


@dataclass(frozen=True)
class Next:
    """A competency below its target, with lessons about it."""

    title: str
    text: str
    lessons: tuple[Link, ...]
    goal_path: str


@dataclass(frozen=True)
class Row:
    """One line of a table: levels as written, "" where there is none, and how the change is read."""

    title: str
    then: str
    now: str
    target: str
    reading: str


@dataclass(frozen=True)
class Panel:
    """A plot with its table. `then` is None where there is no earlier time."""

    plot: DotPlot
    rows: tuple[Row, ...]
    then: str | None
    now: str
    has_targets: bool


@dataclass(frozen=True)
class ProfilePage:
    """The profile; without a self-assessment that was handed in, empty."""

    label: str
    sentences: tuple[str, ...]
    panel: Panel | None
    back: Panel | None
    shift: str | None
    nexts: tuple[Next, ...]
    missing: tuple[str, ...]
    threshold: str


@dataclass(frozen=True)
class AnswerLine:
    """One item as it was answered."""

    stem: str
    now: str
    then: str


@dataclass(frozen=True)
class AnswerGroup:
    """One domain as it was answered."""

    title: str
    lines: tuple[AnswerLine, ...]
    target: str
    example: str


@dataclass(frozen=True)
class AnswersPage:
    """Everything that was answered on one day."""

    assessment: Assessment
    label: str
    point_title: str
    at: datetime | None
    groups: tuple[AnswerGroup, ...]
    asks_then: bool


def make_profile(request: Request, reading: ProfileReading) -> ProfilePage:
    last, compared = reading.last, reading.since_first()
    return ProfilePage(
        label=reading.instrument.label,
        sentences=list_sentences(reading, compared),
        panel=_make_panel(reading, last, compared) if last else None,
        back=_make_back(reading),
        shift=tell_shift(reading),
        nexts=tuple(_list_nexts(request, reading)),
        missing=tuple(_list_missing(reading, last)) if last else (),
        threshold=_tell_threshold(reading),
    )


def make_competencies(reading: ProfileReading) -> ProfilePage:
    """The same with all competencies, whose two or three answers are too few for a verdict."""
    last, compared = reading.last, reading.since_first()
    rows = list(_list_competencies(reading, last, compared)) if last else []
    panel = None
    if last:
        plot = make_plot(
            [row for row, _line in rows], _names(reading), _("All competencies; the table has each value.")
        )
        panel = Panel(plot, tuple(line for _row, line in rows), _date(reading.first), day(last.at), has_targets=False)
    return ProfilePage(
        label=reading.instrument.label, sentences=(), panel=panel, back=None, shift=None, nexts=(),
        missing=(), threshold="",
    )  # fmt: skip


def _make_panel(reading: ProfileReading, last: Sitting, compared: Compared | None) -> Panel:
    scores = last.scores()
    before, after = (compared.before, compared.after) if compared else ((), scores)
    rows = []
    for domain in reading.framework.domains:
        now = find_value(after, domain.id)
        # Without a shared item there is no change to show, but still a place to stand.
        now = now if now is not None else find_value(scores, domain.id)
        change = compared.changes[domain.id] if compared else None
        then = find_value(before, domain.id)
        words = tell_marks(then, now, change)
        target = reading.targets.get(domain.id)
        row = Row(domain.title, tell_level(then), tell_level(now), str(target or ""), tell_reading(change, compared))
        rows.append((PlotRow(domain.title, words, then, now, target), row))
    plot = make_plot([row for row, _line in rows], _names(reading), tell_plot(reading, compared))
    return Panel(plot, tuple(row for _plot, row in rows), _date(reading.first), day(last.at), bool(reading.targets))


def _make_back(reading: ProfileReading) -> Panel | None:
    """From then to now, as somebody sees it afterward."""
    compared, one = reading.since_then(), reading.looked_back
    if compared is None or one is None:
        return None
    rows = []
    for domain in reading.framework.domains:
        then, now = find_value(compared.before, domain.id), find_value(compared.after, domain.id)
        change = compared.changes[domain.id]
        row = Row(domain.title, tell_level(then), tell_level(now), "", tell_reading(change, compared))
        rows.append((PlotRow(domain.title, tell_marks(then, now, change), then, now, None), row))
    sentence = _("The five domains as you saw them that day: before the course, and now. The table has each value.")
    plot = make_plot([row for row, _line in rows], _names(reading), sentence)
    return Panel(plot, tuple(row for _plot, row in rows), _("before, looking back"), day(one.at), has_targets=False)


def _list_competencies(
    reading: ProfileReading, last: Sitting, compared: Compared | None
) -> Iterator[tuple[PlotRow, Row]]:
    scores = {one.code: one.value for domain in last.scores() for one in domain.competencies}
    before, after = (_by_code(one) for one in ((compared.before, compared.after) if compared else ((), ())))
    for one in reading.framework.competencies:
        then = before.get(one.code)
        now = after.get(one.code) if then is not None else scores[one.code]
        words = tell_marks(then, now, None)
        yield PlotRow(one.title, words, then, now, None), Row(one.title, tell_level(then), tell_level(now), "", "")


def _by_code(scores: Iterable[object]) -> Mapping[str, Fraction | None]:
    return {one.code: one.value for domain in scores for one in domain.competencies}  # type: ignore[attr-defined]


def _names(reading: ProfileReading) -> tuple[str, ...]:
    """The names of the levels that the axis writes: the first, the middle, the last."""
    return tuple(one.name.lower() if one.value % 2 else "" for one in reading.instrument.scale.levels)


def _list_nexts(request: Request, reading: ProfileReading) -> Iterator[Next]:
    for one in reading.priorities()[:MOST_PRIORITIES]:
        found = reading.framework.find_competency(one.code)
        assert found is not None
        text = _("{levels} below your target").format(levels=tell_level(one.gap))
        lessons = tuple(list_lessons(request, reading.library, reading.instrument, one.code))[:MOST_LESSONS]
        path = f"{path_for(request, 'assessment.new_goal')}?competency={one.code}"
        yield Next(found.title, text, lessons, path)


def _list_missing(reading: ProfileReading, last: Sitting) -> Iterator[str]:
    for domain in last.scores():
        for code in domain.missing:
            found = reading.framework.find_competency(code)
            assert found is not None
            yield found.title


def _tell_threshold(reading: ProfileReading) -> str:
    rule = reading.instrument.scoring.change
    if any(one.is_rule_of_thumb for one in reading.yardsticks.values()):
        text = _(
            "Unclear is a change of {bound} levels or less: too small to tell from a good or a bad day."
            " It is a rule of thumb, until {n} people here have answered."
        )
        return text.format(bound=rule.otherwise, n=rule.reliable_from_n)
    bounds = sorted(one.bound for one in reading.yardsticks.values())
    text = _(
        "Unclear is a change that the answers' own scatter could make: up to {low} or {high} levels, by domain,"
        " from the first answers of {n} people here. One unchanged domain in twenty"
        " still looks changed; more where good and bad days differ."
    )
    count = min(one.n for one in reading.yardsticks.values())
    return text.format(low=f"{bounds[0]:.1f}", high=f"{bounds[-1]:.1f}", n=count)


def _date(sitting: Sitting | None) -> str | None:
    return day(sitting.at) if sitting else None


def make_answers(assessment: Assessment, sheet: Sheet, answers: Mapping[str, str]) -> AnswersPage:
    titles = {item.id: item for item in sheet.instrument.items}
    groups = []
    for domain in sheet.framework.domains:
        lines = tuple(
            AnswerLine(
                stem=titles[one].stem,
                now=_tell_answer(sheet, one, answers.get(answer_key(Asked.NOW, one))),
                then=_tell_answer(sheet, one, answers.get(answer_key(Asked.THEN, one))),
            )
            for one in sheet.list_ids(domain.id)
        )
        target = answers.get(answer_key(Asked.TARGET, domain.id), "")
        groups.append(AnswerGroup(domain.title, lines, target, answers.get(answer_key(Asked.EXAMPLE, domain.id), "")))
    return AnswersPage(
        assessment=assessment,
        label=sheet.instrument.label,
        point_title=_(POINTS[assessment.point]),
        at=assessment.submitted_at,
        groups=tuple(groups),
        asks_then="then" in sheet.instrument.get_point(assessment.point).asks,
    )


def _tell_answer(sheet: Sheet, item: str, value: str | None) -> str:
    """The chosen sentence with its level, or that there is none."""
    if value is None:
        return _("No answer")
    if value == NOT_YET:
        return sheet.instrument.scale.not_yet.name
    anchors = next(one.anchors for one in sheet.instrument.items if one.id == item)
    return _("{level}: {sentence}").format(level=value, sentence=anchors[value])
