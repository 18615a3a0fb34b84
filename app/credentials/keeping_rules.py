"""Periods of keeping, and how their effect is told without saying what one person had: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# Months; 0 keeps until the person, or somebody on their behalf, deletes.
CHOICES = (6, 12, 24, 36, 72, 0)
NO_END = 0
# What is shortened begins to count only after this, so that a slip can be taken back; so do the periods that
# nobody has chosen yet.
GRACE = timedelta(days=7)
EVERY = timedelta(days=1)
# People are counted in steps of this size, and fewer than one step reads like nobody.
STEP = 5


@dataclass(frozen=True)
class Periods:
    """Months by kind. The kinds are the fields."""

    private: int = 24
    visits: int = 24
    looks: int = 24

    def is_shorter_than(self, other: "Periods") -> bool:
        """Whether any kind ends earlier than it did."""
        pairs = ((self.private, other.private), (self.visits, other.visits), (self.looks, other.looks))
        return any(new != NO_END and (old == NO_END or new < old) for new, old in pairs)


DEFAULT = Periods()
KINDS = ("private", "visits", "looks")


def read_periods(said: Mapping[str, str]) -> Periods | None:
    """The periods that a form names; None where one of them is missing or no choice of ours."""
    known = {str(one): one for one in CHOICES}
    found = [known.get(said.get(kind, "")) for kind in KINDS]
    return Periods(*(one for one in found if one is not None)) if None not in found else None


def find_cutoff(months: int, now: datetime) -> datetime | None:
    """What is older than this is over; None where nothing ever is. A month is the twelfth part of 365 days."""
    return None if months == NO_END else now - timedelta(days=months * 365 // 12)


def round_down(count: int) -> int:
    """The largest step that is not above it."""
    return count // STEP * STEP
