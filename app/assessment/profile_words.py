"""What the profile says in sentences: the clearest change first, then what is furthest from its target."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from app.assessment.reading import Compared, ProfileReading, find_value
from app.assessment.words import BANDS
from app.web.texts import gettext as _
from competencies.change import Change, Direction
from competencies.scoring import tell_gap


def tell_level(value: Fraction | None) -> str:
    """`2.8`; "" where there is no score. A half of a tenth is rounded up."""
    if value is None:
        return ""
    tenths = int(value * 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def tell_marks(then: Fraction | None, now: Fraction | None, change: Change | None) -> str:
    """What stands on a row: `3.0 to 2.8, unclear`."""
    if now is None:
        return _("not enough answers")
    if then is None:
        return tell_level(now)
    words = _("{before} to {after}").format(before=tell_level(then), after=tell_level(now))
    if change is not None and change.direction is Direction.UNCLEAR:
        return _("{change}, unclear").format(change=words)
    return words


def tell_reading(change: Change | None, compared: Compared | None) -> str:
    """How a change is read; "" where there is nothing to compare with."""
    if compared is None:
        return ""
    if change is None:
        return _("not enough answers")
    if change.direction is Direction.UNCLEAR:
        return _("no clear change")
    return _("clearly higher") if change.direction is Direction.UP else _("clearly lower")


def join(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    *most, last = names
    return _("{names} and {last}").format(names=", ".join(most), last=last) if most else last


def list_sentences(reading: ProfileReading, compared: Compared | None) -> tuple[str, ...]:
    """The profile in two to four sentences."""
    if reading.last is None:
        return ()
    changes = tuple(_tell_changes(reading, compared)) if compared else tuple(_tell_first(reading))
    return (*changes, *_tell_furthest(reading))


def _tell_changes(reading: ProfileReading, compared: Compared) -> Iterator[str]:
    titles = {one.id: one.title for one in reading.framework.domains}
    known = {name: change for name, change in compared.changes.items() if change is not None}
    unclear = [name for name, change in known.items() if change.direction is Direction.UNCLEAR]
    clear = sorted((name for name in known if name not in unclear), key=lambda name: -abs(known[name].size))
    if clear:
        change = known[clear[0]]
        text = _("The clearest change is in {domain}, from {before} to {after}.")
        yield text.format(domain=titles[clear[0]], before=tell_level(change.before), after=tell_level(change.after))
    for direction, text in (
        (Direction.UP, _("Clearly higher too: {domains}.")),
        (Direction.DOWN, _("Clearly lower: {domains}.")),
    ):
        more = [titles[name] for name in clear[1:] if known[name].direction is direction]
        if more:
            yield text.format(domains=join(more))
    if unclear and clear:
        yield _("No clear change: {domains}.").format(domains=join([titles[name] for name in unclear]))
    elif unclear:
        yield reading.instrument.scoring.change.no_change
    if not known:
        yield _("There are too few answers in common to speak of change.")


def _tell_first(reading: ProfileReading) -> Iterator[str]:
    """Of a single self-assessment: the highest and the lowest, with the words of their bands."""
    assert reading.last is not None
    scored = [(one.value, one.id) for one in reading.last.scores() if one.value is not None]
    if not scored:
        yield _("There are too few answers for a picture yet. That is common before the first conversations.")
        return
    titles = {one.id: one.title for one in reading.framework.domains}
    high, low = max(scored), min(scored)
    if high[0] == low[0]:
        yield _("All domains stand at {level}.").format(level=tell_level(high[0]))
        return
    text = _("Highest now: {high}, {high_band}. Lowest: {low}, {low_band}.")
    yield text.format(
        high=titles[high[1]],
        high_band=_(BANDS[reading.instrument.name_band(float(high[0]))]),
        low=titles[low[1]],
        low_band=_(BANDS[reading.instrument.name_band(float(low[0]))]),
    )


def _tell_furthest(reading: ProfileReading) -> Iterator[str]:
    assert reading.last is not None
    scores = reading.last.scores()
    gaps = [
        (gap, one.title)
        for one in reading.framework.domains
        if (gap := tell_gap(find_value(scores, one.id), reading.targets.get(one.id))) is not None and gap > 0
    ]
    if gaps:
        gap, title = max(gaps, key=lambda one: one[0])
        yield _("Furthest from your own target: {domain}, by {levels}.").format(domain=title, levels=tell_level(gap))


def tell_plot(reading: ProfileReading, compared: Compared | None) -> str:
    """The plot's message for whoever does not see it."""
    first = next(iter(list_sentences(reading, compared)), "")
    return _("Dot plot of the five domains. {message} The table below has every value.").format(message=first)


def tell_shift(reading: ProfileReading) -> str | None:
    """Why somebody may put their former self lower than they did at the time; None where they do not, clearly."""
    shift = reading.shift()
    if shift is None:
        return None
    titles = {one.id: one.title for one in reading.framework.domains}
    lower = [
        titles[name]
        for name, change in shift.changes.items()
        if change is not None and change.direction is Direction.DOWN
    ]
    if not lower:
        return None
    text = _(
        "In {domains} you now put your former self lower than you did at the time. That is common after training:"
        " you know better now what good looks like, so the same words mean more. It is not a failure, and neither"
        " answer is the true one. Both are shown."
    )
    return text.format(domains=join(lower))
