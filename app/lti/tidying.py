"""Forgets what has had its time: sessions, tickets, choices of content, and where courses were copied from."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.jobs import Job
from app.lti.copy_models import ContextOrigin
from app.lti.deep_linking_models import DeepLinkingRequest
from app.web.house import House
from app.web.models import WebSession, WebTicket
from app.web.session import SESSIONS_KEPT

KIND, LANE = "tidying", "rows"
# A course is copied for the next term or the next year, and may be opened only then.
ORIGINS_KEPT = timedelta(days=400)
BATCH = 500
_OLD_SESSIONS = select(WebSession.id).order_by(WebSession.seen_at)
# The oldest has the smallest id.
_OLDEST_ORIGIN = select(ContextOrigin.told_at).order_by(ContextOrigin.id).limit(1)


def tidying_job() -> Job:
    """The work of this room: one lane."""
    return Job(KIND, list_due, drain)


def list_due(db: Session, now: datetime) -> Sequence[str]:
    oldest = db.scalar(_OLDEST_ORIGIN)
    if oldest is not None and oldest < now - ORIGINS_KEPT:
        return [LANE]
    return [LANE] if db.scalar(select(exists().where(WebSession.seen_at < now - SESSIONS_KEPT))) else []


def drain(house: House, _lane: str) -> bool:
    """One batch of each, in one transaction; True when more may be left."""
    now = house.clock()
    with house.database.writing() as db:
        return _forget_sessions(db, now) + _forget_origins(db, now) > 0


def _forget_sessions(db: Session, now: datetime) -> int:
    """With what was bound to them, all of it long expired; how many went."""
    old = db.scalars(_OLD_SESSIONS.where(WebSession.seen_at < now - SESSIONS_KEPT).limit(BATCH)).all()
    for model in (WebTicket, DeepLinkingRequest):
        db.execute(delete(model).where(model.session_id.in_(old)))
    db.execute(delete(WebSession).where(WebSession.id.in_(old)))
    return len(old)


def _forget_origins(db: Session, now: datetime) -> int:
    gone = select(ContextOrigin.id).where(ContextOrigin.told_at < now - ORIGINS_KEPT).order_by(ContextOrigin.id)
    ids = db.scalars(gone.limit(BATCH)).all()
    db.execute(delete(ContextOrigin).where(ContextOrigin.id.in_(ids)))
    return len(ids)
