"""What the operator does in the console; each step is kept in the log of the institution that it concerns."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.admin import log
from app.admin import operator_queries as queries
from app.admin.rules import EventKind
from app.lti import closing, invitations, key_rotation
from app.lti.models import Deployment, Invitation
from app.membership import codes
from app.membership.models import Institution, Platform
from app.membership.roles import Right
from app.web.errors import NotFound
from app.web.house import House

T = TypeVar("T")


def _get(found: T | None) -> T:
    """Raises NotFound where there is none."""
    if found is None:
        raise NotFound
    return found


def invite(db: Session, *, name: str, now: datetime) -> str:
    """The token of a registration link for the institution of that name, which is made where it is new."""
    token, institution_id = invitations.invite_institution(db, name=name, now=now)
    log.note_operator(db, EventKind.INVITED, institution_id=institution_id, now=now)
    return token


def withdraw_invitations(db: Session, *, institution: UUID, now: datetime) -> None:
    """No open registration link of that institution works any more."""
    found = _get(queries.find_institution(db, uuid=institution))
    mine = Invitation.institution_id == found.id, Invitation.used_at.is_(None), Invitation.expires_at > now
    db.execute(update(Invitation).where(*mine).values(expires_at=now))


def make_code(db: Session, *, institution: UUID, right: str, now: datetime) -> str:
    """A code for an LMS admin whose own was lost, or for an office without an LMS admin."""
    found = _get(queries.find_institution(db, uuid=institution))
    if right not in set(Right):
        raise NotFound
    code = codes.make_code(db, institution_id=found.id, right=Right(right), now=now)
    log.note_operator(db, EventKind.CODE_MADE, institution_id=found.id, now=now, detail=right)
    return code


def switch(db: Session, *, connection: UUID, is_active: bool, now: datetime) -> UUID | None:
    """Closes or opens a connection; the institution to which it belongs, None for one that serves many."""
    registration = _get(queries.find_registration(db, uuid=connection))
    if is_active:
        closing.reopen(registration=registration, now=now)
    else:
        closing.close(db, registration=registration, now=now)
    platform = db.get(Platform, registration.platform_id) if registration.platform_id is not None else None
    kind = EventKind.CONNECTION_OPENED if is_active else EventKind.CONNECTION_CLOSED
    detail = platform.name if platform else registration.issuer
    institution_id = platform.institution_id if platform else None
    log.note_operator(db, kind, institution_id=institution_id, now=now, detail=detail)
    return db.get_one(Institution, platform.institution_id).uuid if platform else None


def assign(db: Session, *, deployment: UUID, site: UUID, now: datetime) -> None:
    """Gives a deployment that waits to one institution's site, for good: its people and courses hang on it."""
    found = _get(queries.find_pending(db, uuid=deployment))
    platform = _get(queries.find_site(db, uuid=site))
    pending = update(Deployment).where(Deployment.id == found.id, Deployment.platform_id.is_(None))
    if db.scalar(pending.values(platform_id=platform.id).returning(Deployment.id)) is None:
        raise NotFound
    detail = found.platform_deployment_id
    log.note_operator(db, EventKind.DEPLOYMENT_ASSIGNED, institution_id=platform.institution_id, now=now, detail=detail)


def rotate_keys(db: Session, house: House) -> None:
    key_rotation.rotate(db, house)
    log.note_operator(db, EventKind.KEY_ROTATED, institution_id=None, now=house.clock())
