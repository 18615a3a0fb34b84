"""Counts refused launches: one row for each registration and reason, written at most once a minute."""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam

from app.db.inserting import build_insert
from app.lti.desk import Tally, desk_of
from app.lti.models import LaunchFailure
from app.web.house import House

PAUSE = timedelta(minutes=1)
# Not a failure: the signed target differed from the one that the login named, and the signed one was followed.
TARGET_DIFFERS = "target-differs"


def _count(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["registration_id", "reason"],
        set_={"count": LaunchFailure.count + insert.excluded.count, "last_at": insert.excluded.last_at},
        where=LaunchFailure.last_at <= bindparam("before"),
    ).returning(LaunchFailure.id)


_ADD = build_insert(LaunchFailure, _count)


def count_failure(house: House, *, registration_id: int, reason: str) -> None:
    """Counts one. What comes within a minute of the last write waits in memory for the next; a crash forgets it."""
    now, desk = house.clock(), desk_of(house)
    with desk.lock:
        tally = desk.tallies.setdefault((registration_id, reason), Tally())
        tally.waiting += 1
        if tally.written_at is not None and now - tally.written_at < PAUSE:
            return
        tally.written_at, number, tally.waiting = now, tally.waiting, 0
    if not _add(house, registration_id=registration_id, reason=reason, number=number):
        with desk.lock:
            tally.waiting += number


def _add(house: House, *, registration_id: int, reason: str, number: int) -> bool:
    """Whether the row took them; another process may have written it within the minute."""
    now = house.clock()
    row = {"registration_id": registration_id, "reason": reason, "count": number, "last_at": now, "before": now - PAUSE}
    with house.database.writing() as db:
        return db.scalar(_ADD.of(db), row) is not None
