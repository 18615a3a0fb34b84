"""Tickets from a frame into a tab of its own: the tab is another cookie partition, where nobody is signed in yet."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.db.ours import get_ours
from app.membership.models import User
from app.web.models import WebSession, WebTicket
from app.web.session import TOKEN_BYTES, hash_token, is_alive, open_session

LIFETIME = timedelta(seconds=60)
# Stands in a session's row for the hash of a token where nobody has one yet; no hash looks like this.
_UNCLAIMED = "unclaimed "
_UNCLAIMED_BYTES = 16


def mint_ticket(db: Session, *, session: WebSession, now: datetime) -> str:
    """A ticket for the person of that session; used once, within a minute. Old ones go."""
    _purge(db, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = WebTicket(
        token_hash=hash_token(token),
        institution_id=session.institution_id,
        user_id=session.user_id,
        session_id=session.id,
        expires_at=now + LIFETIME,
    )
    db.add(row)
    return token


def _purge(db: Session, now: datetime) -> None:
    db.execute(delete(WebTicket).where(WebTicket.expires_at <= now))


def mint_first_ticket(db: Session, *, token: str, now: datetime) -> str:
    """A ticket for the very session that was opened with that token in this same transaction; the token ends here."""
    session = db.scalars(select(WebSession).where(WebSession.token_hash == hash_token(token))).one()
    session.token_hash = _UNCLAIMED + secrets.token_hex(_UNCLAIMED_BYTES)
    return mint_ticket(db, session=session, now=now)


def redeem_ticket(db: Session, *, token: str, now: datetime) -> str | None:
    """The token of a new session like the one that the ticket came from, or of that one where nobody is in it yet.

    None for a ticket that was used or is too old, and where that session or its person may no longer be here.
    """
    spent = delete(WebTicket).where(WebTicket.token_hash == hash_token(token), WebTicket.expires_at > now)
    ticket = db.execute(spent.returning(WebTicket.institution_id, WebTicket.session_id)).one_or_none()
    if ticket is None:
        return None
    session = get_ours(db, WebSession, ticket.session_id, institution_id=ticket.institution_id)
    user = get_ours(db, User, session.user_id, institution_id=ticket.institution_id)
    if not is_alive(session, now) or user.blocked_at is not None:
        return None
    if session.token_hash.startswith(_UNCLAIMED):
        return _claim(session, now=now)
    return open_session(
        db,
        user=user,
        now=now,
        frame_origins=session.frame_origins.split(),
        is_masqueraded=session.is_masqueraded,
        is_administrator=session.is_administrator,
        locale=session.locale,
        return_url=session.return_url,
    )


def _claim(session: WebSession, *, now: datetime) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.token_hash, session.seen_at = hash_token(token), now
    return token
