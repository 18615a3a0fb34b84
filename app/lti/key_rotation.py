"""Moves our keys on by the clock: next, active, retired, gone. LMSs keep key sets, so each step has its time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs import Job
from app.lti.keys import ACTIVE, NEXT, RETIRED, make_key
from app.lti.models import ToolKey
from app.web.house import House

KIND = "keys"
LANE = "rotation"
# Published before it signs, and published after it signed: longer than an LMS keeps our key set.
PUBLISHED_BEFORE = timedelta(hours=24)
PUBLISHED_AFTER = timedelta(days=7)
_ALL = select(ToolKey).order_by(ToolKey.created_at, ToolKey.kid)


def rotation_job() -> Job:
    """Moves the keys on when it is time, whoever is watching."""
    return Job(KIND, list_due, drain)


def list_due(db: Session, now: datetime) -> Sequence[str]:
    return [LANE] if any(_is_due(key, now) for key in db.scalars(_ALL)) else []


def drain(house: House, _lane: str) -> bool:
    with house.database.writing() as db:
        move_on(db, now=house.clock())
    return False


def rotate(db: Session, house: House) -> datetime:
    """Publishes a next key, unless one is published already; when it begins to sign."""
    move_on(db, now=house.clock())
    waiting = db.scalars(_ALL.where(ToolKey.state == NEXT)).first()
    if waiting is None:
        waiting = make_key(db, house, state=NEXT)
    return waiting.created_at + PUBLISHED_BEFORE


def move_on(db: Session, *, now: datetime) -> None:
    """A next key that was published long enough signs from now on; a retired one is forgotten in the end."""
    keys = db.scalars(_ALL.with_for_update()).all()
    for key in keys:
        if key.state == RETIRED and _is_due(key, now):
            db.delete(key)
    coming = next((key for key in keys if key.state == NEXT and _is_due(key, now)), None)
    if coming is None:
        return
    for key in keys:
        if key.state == ACTIVE:
            # It never signs again, so its private half is not kept.
            key.state, key.retired_at, key.private_encrypted = RETIRED, now, b""
    coming.state = ACTIVE


def _is_due(key: ToolKey, now: datetime) -> bool:
    if key.state == NEXT:
        return now - key.created_at >= PUBLISHED_BEFORE
    return key.state == RETIRED and key.retired_at is not None and now - key.retired_at >= PUBLISHED_AFTER
