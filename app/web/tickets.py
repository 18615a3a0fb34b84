"""Tickets from a frame into a tab of its own: the tab is another cookie partition, where nobody is signed in yet."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.membership.models import User
from app.web.models import WebSession, WebTicket
from app.web.session import find_session, hash_token, is_alive, open_session

LIFETIME = timedelta(seconds=60)
_TOKEN_BYTES = 32


def mint_ticket(db: Session, *, session: WebSession, now: datetime) -> str:
    """A ticket for the person of that session; used once, within a minute. Old ones go."""
    db.execute(delete(WebTicket).where(WebTicket.expires_at <= now))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = WebTicket(
        token_hash=hash_token(token),
        institution_id=session.institution_id,
        user_id=session.user_id,
        session_id=session.id,
        expires_at=now + LIFETIME,
    )
    db.add(row)
    return token


def mint_ticket_of(db: Session, *, token: str, now: datetime) -> str:
    """A ticket for the person of the session that was opened with that token in this same transaction."""
    found = find_session(db, token=token, now=now)
    assert found is not None
    return mint_ticket(db, session=found.session, now=now)


def redeem_ticket(db: Session, *, token: str, now: datetime) -> str | None:
    """The token of a new session like the one that the ticket came from.

    None for a ticket that was used or is too old, and where that session or its person may no longer be here.
    """
    spent = delete(WebTicket).where(WebTicket.token_hash == hash_token(token), WebTicket.expires_at > now)
    session_id = db.scalar(spent.returning(WebTicket.session_id))
    if session_id is None:
        return None
    session = db.get_one(WebSession, session_id)
    user = db.get_one(User, session.user_id)
    if not is_alive(session, now) or user.blocked_at is not None:
        return None
    return open_session(
        db,
        user=user,
        now=now,
        frame_origins=session.frame_origins.split(),
        is_masqueraded=session.is_masqueraded,
        is_administrator=session.is_administrator,
        locale=session.locale,
    )
