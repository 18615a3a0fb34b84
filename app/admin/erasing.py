"""Has everything of one person removed, on their request. Kept in the log, without saying who it was."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.admin import log
from app.admin.rules import EventKind
from app.credentials import erasing
from app.membership.models import User
from modules import Library


def erase(db: Session, *, by: User, person: User, library: Library, now: datetime) -> None:
    """For good; an LMS admin of the person's institution asks for it."""
    erasing.erase(db, user=person, library=library)
    log.note(db, EventKind.PERSON_ERASED, by=by, now=now)


def erase_by_operator(db: Session, *, person: User, library: Library, now: datetime) -> None:
    """The same from the command line."""
    institution_id = person.institution_id
    erasing.erase(db, user=person, library=library)
    log.note_operator(db, EventKind.PERSON_ERASED, institution_id=institution_id, now=now)
