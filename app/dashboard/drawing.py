"""The job that draws the group picture: takes out rounds that somebody left, and closes rounds that are full.

Nothing is drawn for a single coach, and no page draws: what the office sees changes when a round closes or goes.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.assessment import rounds
from app.assessment.models import Assessment, GroupEntry, GroupRound
from app.assessment.rounds import GROUP_PICTURE
from app.assessment.rules import Asked, pick_ratings
from app.dashboard import group_queries as queries
from app.dashboard import rules
from app.dashboard.models import GroupLine
from app.dashboard.rules import POINTS, Bundle, Cell, Level, Line, Round
from app.jobs import Job
from app.progress.models import Fact
from app.progress.rules import FactKind, submitted_key
from app.web.house import House
from competencies import Form, Instrument
from competencies.scoring import Answers, score_competency
from modules import Library

# After a long pause; what is left is taken in the next turn.
_MOST_AT_ONCE = 300
_HEARD = frozenset(submitted_key(point) for point in POINTS)


class Series(NamedTuple):
    """Lines that belong together: one group on one occasion under one least number."""

    institution_id: int
    whose: str
    least: int
    point: str


def picture_job() -> Job:
    """One lane for each institution."""
    return Job(GROUP_PICTURE, queries.list_due_lanes, drain)


def hear_fact(db: Session, fact: Fact) -> None:
    """A listener: whoever hands in may be the last of a round."""
    if fact.kind == FactKind.SUBMITTED and fact.key in _HEARD:
        rounds.wake(db, institution_id=fact.institution_id)


def drain(house: House, lane: str) -> bool:
    """All of one institution, in one transaction; True when another round may be full."""
    institution_id, now = int(lane), house.clock()
    with house.database.writing() as db:
        queries.hold_institution(db, institution_id=institution_id)
        _take_out(db, institution_id, now)
        if queries.has_gone_round(db, institution_id=institution_id):
            # Whoever holds it wakes this job with their commit; until then nothing may be shown together with it.
            return False
        needs = queries.read_needed(db, institution_id=institution_id)
        has_more = False
        for point in POINTS:
            waiting = queries.list_waiting(db, institution_id=institution_id, point=point)
            for whose, members in waiting.items():
                if len(members) >= rules.tell_round_size(needs):
                    series = Series(institution_id, whose, needs, point)
                    _close_round(db, house.library, series, members[:_MOST_AT_ONCE], now)
                    has_more = has_more or len(members) > _MOST_AT_ONCE
    return has_more


def _take_out(db: Session, institution_id: int, now: datetime) -> None:
    for gone in queries.list_gone_rounds(db, institution_id=institution_id):
        series = Series(institution_id, gone.whose, gone.least, gone.point)
        for row in queries.list_lines(db, **series._asdict()):
            _change(row, partial(rules.drop_rounds, gone=[gone.id]), now)
        gone.is_drawn = True


def _close_round(db: Session, library: Library, series: Series, members: Sequence[Assessment], now: datetime) -> None:
    counts = _count(db, library, members)
    made = GroupRound(**series._asdict(), people=len(members), counts=counts, closed_at=now, is_drawn=True)
    db.add(made)
    db.flush()
    db.add_all(_enter(one, made) for one in members)
    rows = {row.code: row for row in queries.list_lines(db, **series._asdict())}
    for code in counts.keys() - rows.keys():
        rows[code] = GroupLine(**series._asdict(), code=code, shown=[], state=_write(Line()), changed_at=now)
        db.add(rows[code])
    for code, by_level in counts.items():
        new = Round(made.id, tuple(by_level))
        _change(rows[code], partial(rules.take_round, new=new, least=series.least), now)


def _enter(member: Assessment, entered: GroupRound) -> GroupEntry:
    return GroupEntry(
        assessment_id=member.id, institution_id=member.institution_id, user_id=member.user_id, round_id=entered.id,
        entered_at=entered.closed_at,
    )  # fmt: skip


def _count(db: Session, library: Library, members: Sequence[Assessment]) -> dict[str, list[int]]:
    """How many of these stand at each level, for each competency. Everybody is counted in each."""
    ids = [member.id for member in members]
    answers = queries.read_ratings_of(db, institution_id=members[0].institution_id, ids=ids)
    rated = [(_find_form(library, member), pick_ratings(Asked.NOW, answers.get(member.id, {}))) for member in members]
    counts: dict[str, list[int]] = {}
    for one in library.framework.competencies:
        counted = Counter(_rate(of, one.code, ratings) for of, ratings in rated)
        counts[one.code] = [counted[level] for level in Level]
    return counts


def _find_form(library: Library, member: Assessment) -> tuple[Instrument | None, Form]:
    """What was asked. An older version keeps the ids of the items that it shares with today's."""
    form: Form = "long" if member.form == "long" else "core"
    return library.find_instrument(member.instrument) or library.instrument, form


def _rate(of: tuple[Instrument | None, Form], code: str, ratings: Answers) -> Level:
    instrument, form = of
    if instrument is None:
        return Level.NOT_RATED
    return rules.tell_level(score_competency(instrument, code, form, ratings).value)


def _change(row: GroupLine, change: Callable[[Line], Line], now: datetime) -> None:
    line = change(_read(row.state))
    shown = (
        [[cell.first, cell.last, n] for cell, n in zip(line.cells, line.counts, strict=True)] if line.bundles else []
    )
    if shown != row.shown:
        row.shown, row.changed_at = shown, now
    row.state = _write(line)


def _read(state: Mapping[str, Any]) -> Line:
    return Line(
        cells=tuple(Cell(Level(first), Level(last)) for first, last in state["cells"]),
        bundles=tuple(Bundle(tuple(numbers), tuple(counts)) for numbers, counts in state["bundles"]),
        waiting=tuple(Round(number, tuple(counts)) for number, counts in state["waiting"]),
    )


def _write(line: Line) -> dict[str, Any]:
    return {
        "cells": [[int(cell.first), int(cell.last)] for cell in line.cells],
        "bundles": [[list(one.rounds), list(one.counts)] for one in line.bundles],
        "waiting": [[one.number, list(one.counts)] for one in line.waiting],
    }
