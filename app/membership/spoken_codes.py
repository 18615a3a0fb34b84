"""Codes of one use that people read out to each other: how they are made and read, and how often one may guess."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.db.inserting import insert_once
from app.membership.models import CodeTry, User

# Letters and digits that nobody mistakes for each other: 10 of these 28 are 48 bits.
_ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
_LENGTH = 10
_MOST_TYPED = 40
MOST_TRIES = 5
TRIES_PAUSE = timedelta(hours=1)


def make_letters() -> tuple[str, str]:
    """A new code as it is read out, `BCDFG-HJKLM`, and the hash under which it is kept."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return f"{letters[:5]}-{letters[5:]}", _hash(letters)


def hash_typed(typed: str) -> str:
    """The hash of a code as somebody typed it: case, blanks and hyphens do not matter."""
    return _hash("".join(typed[:_MOST_TYPED].upper().replace("-", "").split()))


def _hash(letters: str) -> str:
    return hashlib.sha256(letters.encode()).hexdigest()


def has_tried_too_often(db: Session, *, user: User, now: datetime) -> bool:
    tried = db.scalars(select(CodeTry).where(*_of(user))).one_or_none()
    return tried is not None and tried.tries >= MOST_TRIES and now - tried.first_at < TRIES_PAUSE


def count_try(db: Session, *, user: User, now: datetime) -> None:
    """A wrong code counts against whoever typed it, so that nobody can spoil another's.

    Codes of all kinds count together, and only time clears the count: a code that is right, which two people can make
    for each other, would give guesses without end.
    """
    # Two first tries may come at once: the row is made by one of them, and both then wait for it.
    row = {"user_id": user.id, "institution_id": user.institution_id, "tries": 0, "first_at": now}
    insert_once(db, CodeTry, row, unique=["user_id"])
    tried = db.scalars(select(CodeTry).where(*_of(user)).with_for_update()).one()
    if now - tried.first_at >= TRIES_PAUSE:
        tried.tries, tried.first_at = 0, now
    tried.tries += 1


def _of(user: User) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The wrong tries of that person."""
    return CodeTry.institution_id == user.institution_id, CodeTry.user_id == user.id
