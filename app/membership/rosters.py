"""Asks for a roster to be read: pages ask here, the protocol edge reads."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import jobs
from app.membership.models import Roster

ROSTER = "roster"
ASKED_AT_MOST_EVERY = timedelta(minutes=10)


def may_ask_for_roster_at(roster: Roster) -> datetime | None:
    """From when on somebody may ask again; None where it was neither asked for nor read."""
    newest = max(filter(None, (roster.asked_at, roster.read_at)), default=None)
    return None if newest is None else newest + ASKED_AT_MOST_EVERY


def ask_for_roster(db: Session, roster: Roster, *, now: datetime) -> bool:
    """Has it read at once; False where the last reading or request is too young."""
    earliest = may_ask_for_roster_at(roster)
    if earliest is not None and now < earliest:
        return False
    roster.asked_at, roster.due_at = now, now
    jobs.wake(db, kind=ROSTER, lane=roster.lane)
    return True
