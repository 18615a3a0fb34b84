"""Notices at a launch that its course has a roster: once, and again where the roster has moved."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from app import jobs
from app.db.direct import Direct, name_dialect
from app.db.rows import table_of
from app.lti.arrival import Scene
from app.lti.roster.models import RosterReading
from app.lti.roster.rules import Phase
from app.membership.models import Context, Roster
from app.membership.rosters import ROSTER

_reading = table_of(RosterReading)
_roster = table_of(Roster)


def _keep_reading(insert: Any) -> Any:
    made = insert(_reading)
    # What was told of another address, its pages and changes, is worth nothing at this one.
    moved = {"url": made.excluded.url, "registration_id": made.excluded.registration_id, "differences_url": None}
    return made.on_conflict_do_update(index_elements=["context_id"], set_=moved)


def _keep_roster(insert: Any) -> Any:
    made = insert(_roster)
    return made.on_conflict_do_update(index_elements=["context_id"], set_={"lane": made.excluded.lane})


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_KEEP_READING = {name: _keep_reading(insert) for name, insert in _INSERTS.items()}
_KEEP_ROSTER = {name: _keep_roster(insert) for name, insert in _INSERTS.items()}


def notice_roster(db: Direct, scene: Scene, *, context: Context | None) -> None:
    """Keeps where the roster is; a course that is marked has it read soon. Nothing where all this is known."""
    launch = scene.launch
    if context is None or launch.roster_url is None or launch.roster_url == scene.known.roster_url:
        return
    dialect, lane = name_dialect(db), str(launch.registration_id)
    ours = {"institution_id": scene.institution_id, "context_id": context.id}
    reading = {**ours, "registration_id": launch.registration_id, "url": launch.roster_url, "phase": Phase.RESTING}
    db.execute(_KEEP_READING[dialect], reading)
    db.execute(_KEEP_ROSTER[dialect], {**ours, "lane": lane, "due_at": scene.now})
    if context.marked_at is not None:
        jobs.wake(db.session, kind=ROSTER, lane=lane)
