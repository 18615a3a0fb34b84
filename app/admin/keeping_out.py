"""Keeps a person out whom the LMS still sends, sessions and all, and lets them in again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.admin import log, queries
from app.admin.rules import EventKind
from app.membership import codes
from app.membership import service as membership_service
from app.membership.models import User
from app.web.session import end_sessions_of_person


def keep_out(db: Session, *, by: User, person: UUID, now: datetime) -> bool:
    """Shuts somebody out at once, sessions and all. False where this institution has no such person but oneself."""
    found = queries.find_person(db, institution_id=by.institution_id, uuid=person)
    if found is None or found.id == by.id:
        return False
    if membership_service.keep_out(db, user=found, now=now):
        end_sessions_of_person(db, user=found, now=now)
        codes.forget_codes_made_by(db, user=found)
        log.note(db, EventKind.PERSON_KEPT_OUT, by=by, now=now, about=found)
    return True


def let_in(db: Session, *, by: User, person: UUID, now: datetime) -> bool:
    """False where there is no such person in this institution."""
    found = queries.find_person(db, institution_id=by.institution_id, uuid=person)
    if found is None:
        return False
    if membership_service.let_in(db, user=found):
        log.note(db, EventKind.PERSON_LET_IN, by=by, now=now, about=found)
    return True
