"""Opens, finds and ends sessions: an opaque token in a cookie, its hash in the database."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, exists, insert, select, update

from app.db.direct import Executes, add_later
from app.db.rows import make_copy, table_of
from app.membership.models import Grant, Membership, User
from app.membership.roles import Right
from app.web.models import WebSession

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=5)
# Long after anybody could still be in it; so long it can be said who was here when.
SESSIONS_KEPT = timedelta(days=30)
TOKEN_BYTES = 32

# Statements of the plain tables, built once: neither a launch nor a page has time for a unit of work.
_session = table_of(WebSession)
_user = table_of(User)
_grant = table_of(Grant)
_member = table_of(Membership)
_OPEN = insert(_session)


def _has(right: Right) -> ColumnElement[bool]:
    mine = (_grant.c.institution_id == _user.c.institution_id) & (_grant.c.user_id == _user.c.id)
    return exists().where(mine, _grant.c.kind == right.value, _grant.c.revoked_at.is_(None))


# Rights are read with the session, on each request: a revoked one is gone at the next, and no page pays a statement.
_FIND = (
    select(*_session.c, *_user.c, *(_has(right) for right in Right))
    .join(_user, (_user.c.id == _session.c.user_id) & (_user.c.institution_id == _session.c.institution_id))
    .where(_session.c.token_hash == bindparam("token_hash"))
)
_USER_AT = len(_session.c)
_RIGHTS_AT = _USER_AT + len(_user.c)
_ID = select(_session.c.id).where(_session.c.token_hash == bindparam("token_hash"))
_IT = (_session.c.institution_id == bindparam("ours"), _session.c.id == bindparam("session_id"))
_END = update(_session).where(*_IT).values(ended_at=bindparam("now"))
_TOUCH = update(_session).where(*_IT).values(seen_at=bindparam("now"))


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(  # noqa: PLR0913  what a launch knows of a session
    db: Executes,
    *,
    user: User,
    now: datetime,
    frame_origins: Iterable[str] = (),
    is_masqueraded: bool = False,
    is_administrator: bool = False,
    locale: str | None = None,
    return_url: str | None = None,
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
        "is_administrator": is_administrator,
        "locale": locale,
        "return_url": return_url,
    }
    add_later(db, _OPEN, row)
    return token


def get_session_id(db: Executes, *, token: str) -> int:
    """The id of the session that was opened with this token in the same transaction."""
    (found,) = db.execute(_ID, {"token_hash": hash_token(token)}).one()
    return int(found)


@dataclass(frozen=True)
class Found:
    """A living session, its person, and what was granted to them. Session and person are copies of their rows."""

    session: WebSession
    user: User
    rights: frozenset[Right]


def find_session(db: Executes, *, token: str, now: datetime) -> Found | None:
    """The living session of that token; None when unknown, ended, idle too long, too old, or its person is blocked."""
    row = db.execute(_FIND, {"token_hash": hash_token(token)}).one_or_none()
    if row is None:
        return None
    session = make_copy(WebSession, row[:_USER_AT])
    user = make_copy(User, row[_USER_AT:_RIGHTS_AT])
    if not is_alive(session, now) or user.blocked_at is not None:
        return None
    has = row[_RIGHTS_AT:]
    return Found(session, user, frozenset(right for right, held in zip(Right, has, strict=True) if held))


def is_alive(session: WebSession, now: datetime) -> bool:
    return session.ended_at is None and now - session.seen_at < IDLE and now - session.started_at < ABSOLUTE


def needs_touch(session: WebSession, now: datetime) -> bool:
    return now - session.seen_at > TOUCH_AFTER


def touch_session(db: Executes, *, session: WebSession, now: datetime) -> None:
    db.execute(_TOUCH, {"ours": session.institution_id, "session_id": session.id, "now": now})


def end_sessions_of(
    db: Executes, *, institution_id: int, user_ids: Sequence[int], before: datetime, now: datetime
) -> None:
    """Ends what these people opened before that moment, where no course is left to which they belong."""
    belongs = select(_member.c.id).where(
        _member.c.institution_id == institution_id, _member.c.user_id == _session.c.user_id, _member.c.left_at.is_(None)
    )
    ours = _session.c.institution_id == institution_id, _session.c.user_id.in_(user_ids)
    is_open = _session.c.ended_at.is_(None), _session.c.started_at < before, _session.c.seen_at > now - IDLE
    db.execute(update(_session).where(*ours, *is_open, ~belongs.exists()).values(ended_at=now))


def end_session(db: Executes, *, session: WebSession, now: datetime) -> None:
    db.execute(_END, {"ours": session.institution_id, "session_id": session.id, "now": now})


def end_sessions_of_person(db: Executes, *, user: User, now: datetime) -> None:
    """Wherever this person is signed in, they are out at their next request."""
    ours = _session.c.institution_id == user.institution_id, _session.c.user_id == user.id
    db.execute(update(_session).where(*ours, _session.c.ended_at.is_(None)).values(ended_at=now))


def end_sessions_of_platform(db: Executes, *, institution_id: int, platform_id: int, now: datetime) -> None:
    """Everybody who came from that LMS is out at their next request."""
    people = select(_user.c.id).where(_user.c.institution_id == institution_id, _user.c.platform_id == platform_id)
    ours = (_session.c.institution_id == institution_id) & _session.c.user_id.in_(people)
    db.execute(update(_session).where(ours, _session.c.ended_at.is_(None)).values(ended_at=now))
