"""Erases a person from the command line: first whether the words name one; with consent, all that names them.

No row is counted aloud: how much somebody has written is theirs, and an operator sees configuration only.
"""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.admin import erasing
from app.config import Settings
from app.main import build_house
from app.membership.models import Institution, User


class NotOnePerson(LookupError):  # noqa: N818  a sentence
    """Nobody of that institution has this identifier or address, or more than one person has it."""


def erase_person(settings: Settings, institution: str, who: str, *, is_sure: bool) -> None:
    """All that names the person is gone, but only where `is_sure`. Raises NotOnePerson."""
    house = build_house(settings)
    try:
        with house.database.writing() if is_sure else house.database.reading() as db:
            person = _find_person(db, institution, who)
            if is_sure:
                erasing.erase_by_operator(db, person=person, library=house.library, now=house.clock())
    finally:
        house.database.close()


def _find_person(db: Session, institution: str, who: str) -> User:
    """By the LMS's identifier, byte by byte, or by the e-mail address."""
    tenant = db.scalar(select(Institution.id).where(Institution.name == institution))
    named = or_(User.sub == who, func.lower(User.email) == who.lower())
    found = db.scalars(select(User).where(User.institution_id == tenant, named).limit(2)).all()
    if len(found) != 1:
        raise NotOnePerson("more than one person fits" if found else "nobody fits")
    return found[0]
