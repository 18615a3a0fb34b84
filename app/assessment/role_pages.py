"""View data of the role set beside the self-ratings: before and after, by date, and what to say when they differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from fastapi import Request

from app.assessment.lessons import Link
from app.assessment.profile_words import tell_level
from app.assessment.reading import ProfileReading, Sitting
from app.assessment.rules import Differing, Facts, tell_difference
from app.assessment.words import POINTS
from app.progress.rules import FactKind, activity_key
from app.web.neighbors import RoleClarity, RoleForm
from app.web.templating import path_for
from app.web.texts import gettext as _
from app.web.words import day
from competencies import Competency
from modules import Library

AFTERWARD = ("post", "follow-up-3", "follow-up-12")


@dataclass(frozen=True)
class Side:
    """Before, or after: index and rating with their days, "" where there is none; `path` leads to the form."""

    title: str
    index: str
    index_day: str
    rating: str
    rating_day: str
    path: str


@dataclass(frozen=True)
class Event:
    """One date: a form gone through, or a self-assessment with its rating."""

    day: str
    what: str
    value: str


@dataclass(frozen=True)
class Note:
    """That rating and index point different ways; `path` leads to the situations."""

    text: str
    path: str


@dataclass(frozen=True)
class RolesPanel:
    """Role clarity beside the self-rating. `step` is what one of the `count` situations is worth.

    `second` is the second form where it waits; `comes_later` where it will.
    """

    competency: str
    sides: tuple[Side, ...]
    events: tuple[Event, ...]
    note: Note | None
    count: int
    step: int
    is_provisional: bool
    second: Link | None
    comes_later: bool


@dataclass(frozen=True)
class _Half:
    """One form with the self-assessment that belongs to it."""

    title: str
    form: RoleForm
    sitting: Sitting | None
    path: str


def make_roles(request: Request, reading: ProfileReading, clarity: RoleClarity | None) -> RolesPanel | None:
    """None as long as no form was gone through, or nothing was handed in to set beside it."""
    competency = reading.framework.find_competency(clarity.competency) if clarity else None
    taken = [one.taken for one in (clarity.before, clarity.after) if one.taken] if clarity else []
    if clarity is None or competency is None or not taken or reading.last is None:
        return None
    halves = _list_halves(request, reading, clarity)
    after = halves[1]
    is_open = after.form.taken is None and after.sitting is not None
    return RolesPanel(
        competency=competency.title,
        sides=tuple(_make_side(half, competency) for half in halves),
        events=tuple(_list_events(reading, clarity, competency)),
        note=_make_note(halves, competency),
        count=taken[-1].count,
        step=round(100 / taken[-1].count),
        is_provisional=any(one.is_provisional for one in taken),
        second=Link(after.form.title, after.path) if is_open else None,
        comes_later=after.form.taken is None and not is_open,
    )


def _list_halves(request: Request, reading: ProfileReading, clarity: RoleClarity) -> tuple[_Half, _Half]:
    def path(form: RoleForm) -> str:
        return path_for(request, "learning.role_set", slug=clarity.module_slug, role_set_id=form.id)

    first = next((one for one in reading.sittings if one.assessment.point == "baseline"), None)
    last = next((one for one in reading.sittings if one.assessment.point in AFTERWARD), None)
    return (
        _Half(_("Before the training"), clarity.before, first, path(clarity.before)),
        _Half(_("After the training"), clarity.after, last, path(clarity.after)),
    )


def _make_side(half: _Half, competency: Competency) -> Side:
    taken, rating = half.form.taken, _find_rating(half.sitting, competency)
    return Side(
        title=half.title,
        index=str(taken.index) if taken else "",
        index_day=day(taken.at) if taken else "",
        rating=tell_level(rating),
        rating_day=day(half.sitting.at) if half.sitting and rating is not None else "",
        path=half.path,
    )


def _find_rating(sitting: Sitting | None, competency: Competency) -> Fraction | None:
    scores = (one for domain in sitting.scores() for one in domain.competencies) if sitting else ()
    return next((one.value for one in scores if one.code == competency.code), None)


def _make_note(halves: tuple[_Half, ...], competency: Competency) -> Note | None:
    """About the newest half that has both; where they agree there is nothing to say."""
    for half in reversed(halves):
        rating = _find_rating(half.sitting, competency)
        if half.form.taken is not None and rating is not None:
            differing = tell_difference(rating, half.form.taken.index)
            return Note(f"{_tell_pair(half, rating)} {_tell_why(differing)}", half.path) if differing else None
    return None


def _tell_pair(half: _Half, rating: Fraction) -> str:
    assert half.form.taken is not None
    text = _("{when}: you rated yourself at {level}, and your role clarity was {index} of 100.")
    return text.format(when=half.title, level=tell_level(rating), index=half.form.taken.index)


def _tell_why(differing: Differing) -> str:
    """What the two figures are about, and one thing to do; it blames nobody."""
    if differing is Differing.RATED_HIGHER:
        return _(
            "The rating is about your own conversations, the index about written situations and the authors\u2019 keys;"
            " neither is the true one. The situations in which you and the authors began differently are worth a look."
        )
    return _(
        "To choose a role on paper is one thing, to have said it to a learner another; neither figure is the true one."
        " If you have not yet said it out loud, your next first meeting is a place to try."
    )


def _list_events(reading: ProfileReading, clarity: RoleClarity, competency: Competency) -> Iterator[Event]:
    forms: list[tuple[datetime, str, str]] = [
        (one.taken.at, one.title, _("{index} of 100").format(index=one.taken.index))
        for one in (clarity.before, clarity.after)
        if one.taken
    ]
    ratings = [
        (one.at, _(POINTS[one.assessment.point]), tell_level(_find_rating(one, competency))) for one in reading.sittings
    ]
    yield from (Event(day(at), what, value) for at, what, value in sorted([*forms, *ratings]))


def find_second_form(request: Request, library: Library, facts: Facts) -> Link | None:
    """The second form that nobody asks for, for somebody who went through the first and not yet through this one."""
    for module in (*library.modules, *library.retired):
        for first, second in zip(module.role_sets, module.later_role_sets, strict=False):
            done = [(FactKind.FINISHED, activity_key(module.id, one.id)) in facts for one in (first, second)]
            if done == [True, False]:
                path = path_for(request, "learning.role_set", slug=module.slug, role_set_id=second.id)
                return Link(second.title, path)
    return None
