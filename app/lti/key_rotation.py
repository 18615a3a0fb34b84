"""Moves our keys on by the clock: next, active, retired, gone. LMSs keep key sets, so each step has its time.

Every ring of keys goes its own way; the operator asks for a next key in all of them at once.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from app.jobs import Job
from app.lti.invitations import is_open_or_used
from app.lti.key_models import ToolKey
from app.lti.keys import ACTIVE, NEXT, RETIRED, as_retired, is_of, keep_key, make_key
from app.lti.models import Invitation, Registration
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
    is_ordered = db.scalar(select(exists().where(Registration.keys_ordered_at.is_not(None))))
    is_abandoned = db.scalar(select(ToolKey.kid).where(_is_abandoned(now)).limit(1)) is not None
    return [LANE] if is_ordered or is_abandoned or _is_any_due(db, now) else []


def _is_abandoned(now: datetime) -> ColumnElement[bool]:
    """Keys that sign for nobody and never will: of an invitation that ended unused, or from before a renewal."""
    may_still_sign = exists().where(
        Invitation.uuid == ToolKey.key_ring, Invitation.registration_id.is_(None), is_open_or_used(now)
    )
    return and_(
        ToolKey.state != RETIRED,
        ToolKey.key_ring.is_not(None),
        ~exists().where(Registration.key_ring == ToolKey.key_ring),
        ~may_still_sign,
    )


def _is_any_due(db: Session, now: datetime) -> bool:
    is_coming = (ToolKey.state == NEXT) & (ToolKey.created_at <= now - PUBLISHED_BEFORE)
    is_going = (ToolKey.state == RETIRED) & (ToolKey.retired_at <= now - PUBLISHED_AFTER)
    return bool(db.scalar(select(exists().where(is_coming | is_going))))


def drain(house: House, _lane: str) -> bool:
    """Moves all rings on and makes one next key that was asked for; True when another one was."""
    now = house.clock()
    with house.database.writing() as db:
        db.execute(update(ToolKey).where(_is_abandoned(now)).values(as_retired(now)))
        move_on(db, now=now)
        ordered = db.execute(
            select(Registration.id, Registration.key_ring)
            .where(Registration.keys_ordered_at.is_not(None))
            .order_by(Registration.id)
            .limit(1)
        ).one_or_none()
    if ordered is None:
        return False
    made = make_key(house, ring=ordered.key_ring, state=NEXT)
    with house.database.writing() as db:
        if not _has(db, ordered.key_ring, NEXT):
            keep_key(db, made)
        db.execute(update(Registration).where(Registration.id == ordered.id).values(keys_ordered_at=None))
    return True


def rotate(db: Session, house: House) -> datetime:
    """Publishes a next key in each ring that has none; when they begin to sign.

    That of the connections of old at once, those of the others by the job, one after another.
    """
    now = house.clock()
    move_on(db, now=now)
    has_keys = exists().where(ToolKey.key_ring == Registration.key_ring)
    asked = update(Registration).where(has_keys, Registration.keys_ordered_at.is_(None))
    is_any = db.execute(asked.values(keys_ordered_at=now).returning(Registration.id)).first() is not None
    waiting = db.scalars(_ALL.where(is_of(None), ToolKey.state == NEXT)).first()
    if waiting is None and (_has(db, None, ACTIVE) or not is_any):
        waiting = keep_key(db, make_key(house, ring=None, state=NEXT))
    return (waiting.created_at if waiting else now) + PUBLISHED_BEFORE


def _has(db: Session, ring: UUID | None, state: str) -> bool:
    return bool(db.scalar(select(exists().where(is_of(ring), ToolKey.state == state))))


def move_on(db: Session, *, now: datetime) -> None:
    """A next key that was published long enough signs from now on; a retired one is forgotten in the end."""
    if not _is_any_due(db, now):
        return
    rings: dict[UUID | None, list[ToolKey]] = defaultdict(list)
    for key in db.scalars(_ALL.with_for_update()):
        rings[key.key_ring].append(key)
    for keys in rings.values():
        _move_ring_on(db, keys, now=now)


def _move_ring_on(db: Session, keys: Sequence[ToolKey], *, now: datetime) -> None:
    for key in keys:
        if key.state == RETIRED and _is_due(key, now):
            db.delete(key)
    coming = next((key for key in keys if key.state == NEXT and _is_due(key, now)), None)
    if coming is None:
        return
    for key in keys:
        if key.state == ACTIVE:
            for name, value in as_retired(now).items():
                setattr(key, name, value)
    coming.state = ACTIVE


def _is_due(key: ToolKey, now: datetime) -> bool:
    if key.state == NEXT:
        return now - key.created_at >= PUBLISHED_BEFORE
    return key.state == RETIRED and key.retired_at is not None and now - key.retired_at >= PUBLISHED_AFTER
