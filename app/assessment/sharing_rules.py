"""What a goal can be shared as, for how long, and how a share stands on a day: pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

LONGEST = timedelta(days=365)
USUAL = timedelta(days=91)
# How long a goal that was opened stays open to its reader: as long as a visit without a click. Then it is opened anew.
OPENED_FOR = timedelta(hours=2)
CODE_LIFETIME = timedelta(days=1)


class Scope(StrEnum):
    """What of a goal somebody else may read."""

    GOAL = "goal"
    REVIEWS = "reviews"


class EventKind(StrEnum):
    """What can happen to a share. That its day has passed is no event: it is computed."""

    SHARED = "shared"
    OPENED = "opened"
    CHANGED = "changed"
    REVOKED = "revoked"


# What says how much is shared. An opening counts for the agreement before it alone: the next one is opened anew.
AGREEMENTS = frozenset({EventKind.SHARED, EventKind.CHANGED})


class Standing(StrEnum):
    """How a share stands on a day."""

    OPEN = "open"
    ENDED = "ended"
    REVOKED = "revoked"


class Share(Protocol):
    """What the rules read of a share."""

    until: date
    revoked_at: datetime | None


class Event(Protocol):
    """What the rules read of an event."""

    kind: str
    until: date | None
    at: datetime


def tell_standing(share: Share, today: date) -> Standing:
    """A share holds through its last day."""
    if share.revoked_at is not None:
        return Standing.REVOKED
    return Standing.OPEN if today <= share.until else Standing.ENDED


def may_last_until(until: date, today: date) -> bool:
    """From today on, a year at most."""
    return today <= until <= today + LONGEST


def is_opened(opened_at: datetime | None, now: datetime) -> bool:
    """Whether the reader's last opening of what is shared now still holds."""
    return opened_at is not None and now - opened_at < OPENED_FOR


@dataclass(frozen=True)
class Ending:
    """That a share came to its agreed end, and when."""

    at: datetime


def list_endings(events: Iterable[Event], now: datetime) -> Iterator[Ending]:
    """When the share of these events (oldest first) came to its agreed end; more than once where it was shared anew."""
    ends: datetime | None = None
    for event in events:
        if ends is not None and ends <= event.at:
            yield Ending(ends)
            ends = None
        if event.kind == EventKind.REVOKED:
            ends = None
        elif event.until is not None:
            ends = datetime.combine(event.until + timedelta(days=1), time.min, UTC)
    if ends is not None and ends <= now:
        yield Ending(ends)
