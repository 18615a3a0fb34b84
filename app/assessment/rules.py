"""What a self-assessment asks on which page, in which stage it is, and which one is offered when: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto
from fractions import Fraction
from typing import Protocol
from uuid import UUID

from app.progress.rules import FactKind
from competencies import LEVELS, NOT_YET, Form, Framework, Instrument

Facts = Mapping[tuple[str, str], datetime]
LONGEST_EXAMPLE = 2000
FOLLOW_UPS = {"follow-up-3": timedelta(days=91), "follow-up-12": timedelta(days=365)}
ANY_TIME = datetime.min.replace(tzinfo=UTC)
RATINGS = frozenset({*map(str, LEVELS), NOT_YET})


class Asked(StrEnum):
    """What an answer is about; the first part of its key."""

    NOW = "now"
    THEN = "then"
    IMPORTANCE = "importance"
    TARGET = "target"
    EXAMPLE = "example"


class Stage(StrEnum):
    """What can be answered at this moment."""

    NOW = "now"
    THEN = "then"
    CLOSED = "closed"


class Taken(Protocol):
    """What the rules read of a self-assessment."""

    uuid: UUID
    point: str
    number: int
    started_at: datetime
    now_saved_at: datetime | None
    submitted_at: datetime | None


def answer_key(asked: Asked, name: str) -> str:
    """The key of an answer, `now/S1.2`."""
    return f"{asked}/{name}"


def tell_stage(instrument: Instrument, taken: Taken) -> Stage:
    """Now is answered and fixed before anybody is asked about before: that question would raise the answers to now."""
    if taken.submitted_at is not None:
        return Stage.CLOSED
    if taken.now_saved_at is None:
        return Stage.NOW
    return Stage.THEN if asks_then(instrument, taken.point) else Stage.CLOSED


def asks_then(instrument: Instrument, point: str) -> bool:
    return "then" in instrument.get_point(point).asks


@dataclass(frozen=True)
class Question:
    """One thing that is asked: its key, and the answers that it takes (None: a text)."""

    key: str
    allowed: frozenset[str] | None


@dataclass(frozen=True)
class Sheet:
    """What one self-assessment asks: the version of the instrument, the occasion, the form."""

    instrument: Instrument
    framework: Framework
    point: str
    form: Form

    def list_ids(self, domain: str) -> tuple[str, ...]:
        """The items of one domain, in order."""
        known = {one.code for one in self.framework.competencies if one.domain == domain}
        return tuple(item.id for item in self.instrument.list_items(self.form) if item.competency in known)

    def list_questions(self, stage: Stage, domain: str) -> tuple[Question, ...]:
        """Everything that the page of a domain asks in a stage."""
        if stage is Stage.CLOSED:
            return ()
        asked = Asked.NOW if stage is Stage.NOW else Asked.THEN
        ratings = [Question(answer_key(asked, one), RATINGS) for one in self.list_ids(domain)]
        return (*ratings, *(self._list_more(domain) if stage is Stage.NOW else ()))

    def _list_more(self, domain: str) -> Iterable[Question]:
        asks = self.instrument.get_point(self.point).asks
        if "importance" in asks:
            values = frozenset(str(one.value) for one in self.instrument.importance)
            codes = [one.code for one in self.framework.competencies if one.domain == domain]
            yield from (Question(answer_key(Asked.IMPORTANCE, code), values) for code in codes)
        if "target" in asks:
            yield Question(answer_key(Asked.TARGET, domain), frozenset(map(str, LEVELS)))
        yield Question(answer_key(Asked.EXAMPLE, domain), None)

    def list_rated(self, stage: Stage) -> tuple[str, ...]:
        """The keys of all items of a stage, in the order of the pages."""
        asked = Asked.NOW if stage is Stage.NOW else Asked.THEN
        return tuple(answer_key(asked, one) for domain in self.framework.domains for one in self.list_ids(domain.id))


def pick_ratings(asked: Asked, answers: Mapping[str, str]) -> dict[str, int | str]:
    """The answers to the items, as scoring takes them: item to level, or N."""
    return {name: NOT_YET if value == NOT_YET else int(value) for kind, name, value in _split(answers) if kind == asked}


def pick_numbers(asked: Asked, answers: Mapping[str, str]) -> dict[str, int]:
    """Targets by domain, or importance by competency."""
    return {name: int(value) for kind, name, value in _split(answers) if kind == asked}


def _split(answers: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    for key, value in answers.items():
        kind, _, name = key.partition("/")
        yield kind, name, value


class OfferState(StrEnum):
    """How one occasion stands."""

    READY = "ready"
    BEGUN = "begun"
    DONE = "done"
    LATER = "later"


@dataclass(frozen=True)
class Offer:
    """One occasion: its state; when it was handed in or will open (None: not known yet); and which one it is."""

    point: str
    state: OfferState
    at: datetime | None = None
    uuid: UUID | None = None


def list_offers(taken: Sequence[Taken], facts: Facts, now: datetime) -> tuple[Offer, ...]:
    """The occasions in order. While one is begun no other is ready: the answers of one day belong together."""
    last = {one.point: one for one in sorted(taken, key=lambda one: one.number)}
    is_busy = any(one.submitted_at is None for one in taken)
    opens = _list_openings(last, facts)
    return tuple(_offer(point, last.get(point), at, now, is_busy=is_busy) for point, at in opens.items())


def find_ready(offers: Iterable[Offer]) -> Offer | None:
    """The one to go on with, else the first that waits to be begun and is not on demand."""
    there = list(offers)
    begun = next((one for one in there if one.state is OfferState.BEGUN), None)
    return begun or next((one for one in there if one.state is OfferState.READY and one.point != "on-demand"), None)


def _list_openings(last: Mapping[str, Taken], facts: Facts) -> dict[str, datetime | None]:
    """When each occasion opens; None while that is not known."""
    trained = [at for (kind, _), at in facts.items() if kind == FactKind.PROGRAM_COMPLETED]
    baseline, post = (last[one].submitted_at if one in last else None for one in ("baseline", "post"))
    follow_ups = {point: post + delay if post else None for point, delay in FOLLOW_UPS.items()}
    return {"baseline": ANY_TIME, "post": min(trained, default=None), **follow_ups, "on-demand": baseline}


def _offer(point: str, taken: Taken | None, opens: datetime | None, now: datetime, *, is_busy: bool) -> Offer:
    if taken is not None and taken.submitted_at is None:
        return Offer(point, OfferState.BEGUN, taken.started_at, taken.uuid)
    if taken is not None and point != "on-demand":
        return Offer(point, OfferState.DONE, taken.submitted_at, taken.uuid)
    if opens is None or opens > now or is_busy:
        return Offer(point, OfferState.LATER, opens if opens and opens > now else None)
    return Offer(point, OfferState.READY)


# Levels 1 to 5, and an index of 0 to 100: only the far ends of both are set against each other. Between them lies
# more than what a single answer or situation moves.
STRONG, STARTING = 4, 2
CLEAR, UNCLEAR = 75, 50


class Differing(StrEnum):
    """How a rating and a role-clarity index point different ways."""

    RATED_HIGHER = auto()
    RATED_LOWER = auto()


def tell_difference(rating: Fraction, index: int) -> Differing | None:
    """None unless one is at its high end and the other at its low end."""
    if rating >= STRONG and index < UNCLEAR:
        return Differing.RATED_HIGHER
    if rating <= STARTING and index >= CLEAR:
        return Differing.RATED_LOWER
    return None
