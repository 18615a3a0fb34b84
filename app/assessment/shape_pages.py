"""View data of the profile's other two views: over time, and as a shape."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from app.assessment.profile_words import tell_level
from app.assessment.reading import ProfileReading, Sitting, find_value
from app.assessment.shapes import Multiple, Radar, make_multiple, make_radar
from app.web.texts import gettext as _
from app.web.words import day

FEWEST_DATES = 3


@dataclass(frozen=True)
class TableRow:
    """One domain with its scores, in the order of the columns."""

    title: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class ShapePage:
    """Drawings with their one table. Both are empty where there is too little to draw; `taken` counts the dates."""

    label: str
    taken: int
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    multiples: tuple[Multiple, ...] = ()
    radar: Radar | None = None


def make_over_time(reading: ProfileReading) -> ShapePage:
    sittings = reading.sittings if len(reading.sittings) >= FEWEST_DATES else ()
    multiples = tuple(
        _make_multiple(domain.title, {one.at: find_value(one.scores(), domain.id) for one in sittings})
        for domain in (reading.framework.domains if sittings else ())
    )
    return _make_page(reading, sittings, multiples=multiples)


def _make_multiple(title: str, scores: dict[datetime, Fraction | None]) -> Multiple:
    said = ", ".join(tell_level(value) for value in scores.values() if value is not None)
    sentence = _("{domain} over time: {levels}. The table has every value.").format(domain=title, levels=said)
    return make_multiple(title, sentence, scores)


def make_shape(reading: ProfileReading) -> ShapePage:
    """The first and the last date; a shape with a corner missing would say something that nobody answered."""
    dates = tuple(one for one in (reading.first, reading.last) if one is not None)
    known = [[find_value(one.scores(), domain.id) for domain in reading.framework.domains] for one in dates]
    whole = [[value for value in values if value is not None] for values in known]
    if not dates or len(whole[-1]) < len(reading.framework.domains):
        return _make_page(reading, dates)
    then = whole[0] if len(dates) > 1 and len(whole[0]) == len(whole[-1]) else None
    titles = [one.title for one in reading.framework.domains]
    return _make_page(reading, dates, radar=make_radar(titles, whole[-1], then))


def _make_page(
    reading: ProfileReading,
    sittings: tuple[Sitting, ...],
    *,
    multiples: tuple[Multiple, ...] = (),
    radar: Radar | None = None,
) -> ShapePage:
    rows = tuple(
        TableRow(domain.title, tuple(tell_level(find_value(one.scores(), domain.id)) for one in sittings))
        for domain in reading.framework.domains
    )
    columns = tuple(day(one.at) for one in sittings)
    return ShapePage(reading.instrument.label, len(reading.sittings), columns, rows, multiples, radar)
