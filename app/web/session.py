"""Opens, finds and ends sessions: an opaque token in a cookie, its hash in the database."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.db.rows import make_copy, table_of
from app.membership.models import User
from app.web.models import WebSession

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=5)
TOKEN_BYTES = 32

# Statements of the plain tables, built once: neither a launch nor a page has time for a unit of work.
_session = table_of(WebSession)
_user = table_of(User)
_OPEN = insert(_session)
_FIND = (
    select(*_session.c, *_user.c)
    .join(_user, (_user.c.id == _session.c.user_id) & (_user.c.institution_id == _session.c.institution_id))
    .where(_session.c.token_hash == bindparam("token_hash"))
)
_END = update(_session).where(_session.c.id == bindparam("session_id")).values(ended_at=bindparam("now"))
_TOUCH = update(_session).where(_session.c.id == bindparam("session_id")).values(seen_at=bindparam("now"))


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(  # noqa: PLR0913  what a launch knows of a session
    db: Session,
    *,
    user: User,
    now: datetime,
    frame_origins: Iterable[str] = (),
    is_masqueraded: bool = False,
    locale: str | None = None,
) -> str:
    """A new session for this person; returns the token for the cookie. Earlier sessions of theirs stay valid."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = {
        "token_hash": hash_token(token),
        "institution_id": user.institution_id,
        "user_id": user.id,
        "started_at": now,
        "seen_at": now,
        "frame_origins": " ".join(frame_origins),
        "is_masqueraded": is_masqueraded,
        "locale": locale,
    }
    db.execute(_OPEN, row)
    return token


def find_session(db: Session, *, token: str, now: datetime) -> tuple[WebSession, User] | None:
    """The living session of that token and its person; None when unknown, ended, idle too long, too old or blocked.

    Both are copies of their rows and belong to no unit of work.
    """
    found = db.execute(_FIND, {"token_hash": hash_token(token)}).one_or_none()
    if found is None:
        return None
    border = len(_session.c)
    session, user = make_copy(WebSession, found[:border]), make_copy(User, found[border:])
    return (session, user) if is_alive(session, now) and user.blocked_at is None else None


def is_alive(session: WebSession, now: datetime) -> bool:
    return session.ended_at is None and now - session.seen_at < IDLE and now - session.started_at < ABSOLUTE


def needs_touch(session: WebSession, now: datetime) -> bool:
    return now - session.seen_at > TOUCH_AFTER


def touch_session(db: Session, *, session_id: int, now: datetime) -> None:
    db.execute(_TOUCH, {"session_id": session_id, "now": now})


def end_session(db: Session, *, session: WebSession, now: datetime) -> None:
    db.execute(_END, {"session_id": session.id, "now": now})
