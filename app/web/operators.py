"""The operator's way in: a link from the command line, once, into a session of its own kind."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.web.models import OperatorLink, OperatorSession
from app.web.session import hash_token

LINK_LIFETIME = timedelta(minutes=15)
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
TOUCH_AFTER = timedelta(minutes=1)
_TOKEN_BYTES = 32


def mint_link(db: Session, *, now: datetime) -> str:
    """The token of a link that works once, within minutes; old ones go."""
    db.execute(delete(OperatorLink).where(OperatorLink.expires_at <= now))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    db.add(OperatorLink(token_hash=hash_token(token), expires_at=now + LINK_LIFETIME))
    return token


def is_open(db: Session, *, token: str, now: datetime) -> bool:
    """Whether the link still works; asking spends nothing."""
    query = select(OperatorLink.id).where(
        OperatorLink.token_hash == hash_token(token), OperatorLink.used_at.is_(None), OperatorLink.expires_at > now
    )
    return db.scalar(query) is not None


def open_console(db: Session, *, link: str, now: datetime) -> str | None:
    """The token of a new session; None for a link that was used, is too old, or was never made."""
    taken = update(OperatorLink).where(
        OperatorLink.token_hash == hash_token(link), OperatorLink.used_at.is_(None), OperatorLink.expires_at > now
    )
    if db.scalar(taken.values(used_at=now).returning(OperatorLink.id)) is None:
        return None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    db.add(OperatorSession(token_hash=hash_token(token), started_at=now, seen_at=now))
    return token


def find_console(db: Session, *, token: str, now: datetime) -> OperatorSession | None:
    """The living session of that token."""
    found = db.scalars(select(OperatorSession).where(OperatorSession.token_hash == hash_token(token))).one_or_none()
    if found is None or found.ended_at is not None:
        return None
    return found if now - found.seen_at < IDLE and now - found.started_at < ABSOLUTE else None


def touch(db: Session, *, console: OperatorSession, now: datetime) -> None:
    db.execute(update(OperatorSession).where(OperatorSession.id == console.id).values(seen_at=now))


def end(db: Session, *, console: OperatorSession, now: datetime) -> None:
    db.execute(update(OperatorSession).where(OperatorSession.id == console.id).values(ended_at=now))
