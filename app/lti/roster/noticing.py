"""Notices at a launch that its course has a roster: once, and again where the roster has moved."""

from functools import partial
from typing import Any

from app import jobs
from app.db.direct import Direct
from app.db.inserting import build_insert
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
    made = insert.excluded
    # What was told of changes at another address is worth nothing at this one.
    moved = {"url": made.url, "registration_id": made.registration_id, "differences_url": None}
    if begins_anew:
        moved |= {"phase": made.phase, "next_url": None, "differences_found": None}
    return insert.on_conflict_do_update(index_elements=["context_id"], set_=moved)


def _keep_roster(insert: Any, *, begins_anew: bool) -> Any:
    made = insert.excluded
    kept = {"lane": made.lane} | ({"due_at": made.due_at} if begins_anew else {})
    return insert.on_conflict_do_update(index_elements=["context_id"], set_=kept)


# A run goes on where only the words of the address differ (some LMSs name each link in it), not on another host.
_KEEP_READING = {
    begins_anew: build_insert(_reading, partial(_keep_reading, begins_anew=begins_anew))
    for begins_anew in (False, True)
}
_KEEP_ROSTER = {
    begins_anew: build_insert(_roster, partial(_keep_roster, begins_anew=begins_anew)) for begins_anew in (False, True)
}


def notice_roster(db: Direct, scene: Scene, *, context: Context | None) -> None:
    """Keeps where the roster is; a course that is marked has it read soon. Nothing where all this is known."""
    launch = scene.launch
    if context is None or launch.roster_url is None or launch.roster_url == scene.known.roster_url:
        return
    lane = str(launch.registration_id)
    ours = {"institution_id": scene.institution_id, "context_id": context.id}
    reading = {**ours, "registration_id": launch.registration_id, "url": launch.roster_url, "phase": Phase.RESTING}
    begins_anew = _find_origin(launch.roster_url) != _find_origin(scene.known.roster_url)
    _KEEP_READING[begins_anew].run(db, reading)
    _KEEP_ROSTER[begins_anew].run(db, {**ours, "lane": lane, "due_at": scene.now})
    if context.marked_at is not None:
        jobs.wake(db.session, kind=ROSTER, lane=lane)


def _find_origin(url: object) -> str | None:
    return find_origin(url, allow_http=True)
