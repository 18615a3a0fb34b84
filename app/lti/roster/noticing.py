"""Notices at a launch that its course has a roster: once, and again where the roster has moved."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from app import jobs
from app.db.direct import Direct, name_dialect
from app.db.rows import table_of
from app.lti.addresses import find_origin
from app.lti.arrival import Scene
from app.lti.roster.models import RosterReading
from app.lti.roster.rules import Phase
from app.membership.models import Context, Roster
from app.membership.rosters import ROSTER

_reading = table_of(RosterReading)
_roster = table_of(Roster)


def _keep_reading(insert: Any, *, begins_anew: bool) -> Any:
    made = insert(_reading)
    # What was told of changes at another address is worth nothing at this one.
    moved = {"url": made.excluded.url, "registration_id": made.excluded.registration_id, "differences_url": None}
    if begins_anew:
        moved |= {"phase": made.excluded.phase, "next_url": None, "differences_found": None}
    return made.on_conflict_do_update(index_elements=["context_id"], set_=moved)


def _keep_roster(insert: Any, *, begins_anew: bool) -> Any:
    made = insert(_roster)
    kept = {"lane": made.excluded.lane} | ({"due_at": made.excluded.due_at} if begins_anew else {})
    return made.on_conflict_do_update(index_elements=["context_id"], set_=kept)


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# A run goes on where only the words of the address differ (some LMSs name each link in it), not on another host.
_KEEP_READING = {
    (name, begins_anew): _keep_reading(insert, begins_anew=begins_anew)
    for name, insert in _INSERTS.items()
    for begins_anew in (False, True)
}
_KEEP_ROSTER = {
    (name, begins_anew): _keep_roster(insert, begins_anew=begins_anew)
    for name, insert in _INSERTS.items()
    for begins_anew in (False, True)
}


def notice_roster(db: Direct, scene: Scene, *, context: Context | None) -> None:
    """Keeps where the roster is; a course that is marked has it read soon. Nothing where all this is known."""
    launch = scene.launch
    if context is None or launch.roster_url is None or launch.roster_url == scene.known.roster_url:
        return
    dialect, lane = name_dialect(db), str(launch.registration_id)
    ours = {"institution_id": scene.institution_id, "context_id": context.id}
    reading = {**ours, "registration_id": launch.registration_id, "url": launch.roster_url, "phase": Phase.RESTING}
    begins_anew = _find_origin(launch.roster_url) != _find_origin(scene.known.roster_url)
    db.execute(_KEEP_READING[dialect, begins_anew], reading)
    db.execute(_KEEP_ROSTER[dialect, begins_anew], {**ours, "lane": lane, "due_at": scene.now})
    if context.marked_at is not None:
        jobs.wake(db.session, kind=ROSTER, lane=lane)


def _find_origin(url: object) -> str | None:
    return find_origin(url, allow_http=True)
