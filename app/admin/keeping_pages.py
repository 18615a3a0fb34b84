"""What the page about periods of keeping shows. Only people are counted, in steps: what one of them had is not told."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from app.credentials.keeping import DryRun
from app.credentials.keeping_rules import CHOICES, GRACE, STEP, Periods, find_cutoff, round_down
from app.web import words
from app.web.texts import gettext as _
from app.web.texts import lazy


@dataclass(frozen=True)
class Choice:
    """One period that can be chosen."""

    months: int
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class KindRow:
    """A kind of data: what it is, from when its period counts, what can be chosen, and what would go."""

    name: str
    title: str
    about: str
    choices: tuple[Choice, ...]
    effects: tuple[str, ...]


@dataclass(frozen=True)
class KeepingPage:
    """`is_trial`: other periods than the kept ones are looked at; `is_shorter`: some of them end earlier."""

    rows: tuple[KindRow, ...]
    tried: Periods
    is_trial: bool
    is_shorter: bool
    grace_days: int


_TITLES = {
    "private": (
        lazy("Texts, answers, self-assessments and goals"),
        lazy("After their person was last here. What is complete stays complete."),
    ),
    "visits": (
        lazy("Launches in somebody's name"),
        lazy("After the launch. The newest one of each person stays: it says when they were last here."),
    ),
    "looks": (lazy("Who looked at a page that names others"), lazy("After the day on which it was opened.")),
}


def make_page(kept: Periods, tried: Periods, dry_run: DryRun, now: datetime) -> KeepingPage:
    months, effects = asdict(tried), _list_effects(dry_run, tried, now)
    rows = (
        KindRow(name, _(title), _(about), tuple(_list_choices(months[name])), tuple(effects[name]))
        for name, (title, about) in _TITLES.items()
    )
    return KeepingPage(tuple(rows), tried, tried != kept, tried.is_shorter_than(kept), GRACE.days)


def _list_choices(chosen: int) -> list[Choice]:
    return [Choice(months, tell_months(months), months == chosen) for months in CHOICES]


def tell_months(months: int) -> str:
    return _("{n} months").format(n=months) if months else _("no end: until somebody deletes it")


def tell_periods(periods: Periods) -> str:
    """A line of the log."""
    return "; ".join(f"{_(_TITLES[name][0])}: {tell_months(months)}" for name, months in asdict(periods).items())


def _list_effects(dry_run: DryRun, tried: Periods, now: datetime) -> dict[str, Sequence[str]]:
    people = asdict(dry_run)
    return {
        name: [_before(months, now), tell_people(people[name])] if months else []
        for name, months in asdict(tried).items()
    }


def _before(months: int, now: datetime) -> str:
    cutoff = find_cutoff(months, now)
    return _("before {day}").format(day=words.day(cutoff)) if cutoff else ""


def tell_people(count: int) -> str:
    """Nobody and a few people read the same."""
    if count < STEP:
        return _("of fewer than {n} people, or of nobody").format(n=STEP)
    return _("of at least {n} people").format(n=round_down(count))
