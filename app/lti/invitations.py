"""Invitations: single-use links that let one LMS register, kept as hashes."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.lti.models import Invitation
from app.lti.refusals import Reason, Refused
from app.membership.models import Institution

LIFETIME = timedelta(hours=72)
_TOKEN_BYTES = 32


def invite(db: Session, *, name: str, now: datetime) -> str:
    """The token of a new invitation for that institution, which is made if it is new. Only its hash is kept."""
    return invite_institution(db, name=name, now=now)[0]


def invite_institution(db: Session, *, name: str, now: datetime) -> tuple[str, int]:
    """The same, with the institution's id."""
    institution = db.scalars(select(Institution).where(Institution.name == name)).one_or_none()
    if institution is None:
        institution = Institution(name=name, created_at=now)
        db.add(institution)
        db.flush()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = Invitation(
        uuid=uuid_of(token), institution_id=institution.id, token_hash=hash_token(token), created_at=now,
        expires_at=now + LIFETIME,
    )  # fmt: skip
    db.add(row)
    return token, institution.id


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def uuid_of(token: str) -> UUID:
    """The uuid of the registration that an invitation makes, known beforehand: addresses that the LMS is told bear it.

    Nothing of the token can be learned from it.
    """
    return uuid5(NAMESPACE_OID, hash_token(token))


def find_institution(db: Session, *, token: str, now: datetime) -> Institution:
    """Whom an open invitation is for. Raises Refused for one that was used, is too old or was never made."""
    found = db.scalars(
        select(Institution)
        .join(Invitation, Invitation.institution_id == Institution.id)
        .where(Invitation.token_hash == hash_token(token), Invitation.used_at.is_(None), Invitation.expires_at > now)
    ).one_or_none()
    if found is None:
        raise Refused(Reason.INVITATION)
    return found


def is_open_or_used(now: datetime) -> ColumnElement[bool]:
    """Whether an invitation made a connection, is just making one, or still can."""
    return Invitation.used_at.is_not(None) | (Invitation.expires_at > now)


def take(db: Session, *, token: str, now: datetime) -> int:
    """Takes the invitation, so that of two uses at once only one goes on; its id. Raises Refused."""
    taken: int | None = db.scalar(
        update(Invitation)
        .where(Invitation.token_hash == hash_token(token), Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(used_at=now)
        .returning(Invitation.id)
    )
    if taken is None:
        raise Refused(Reason.INVITATION)
    return taken


def give_back(db: Session, *, invitation_id: int) -> None:
    """After a registration that failed: the same link may be tried again."""
    db.execute(update(Invitation).where(Invitation.id == invitation_id).values(used_at=None))
