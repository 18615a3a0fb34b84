"""Codes of one use that give a right: short enough to be read out, kept as hashes, guessed at most a few times."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.membership import service
from app.membership.models import CodeTry, Platform, RightCode, User
from app.membership.roles import Right

# Letters and digits that nobody mistakes for each other: 10 of these 28 are 48 bits.
_ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
_LENGTH = 10
_MOST_TYPED = 40
MOST_TRIES = 5
TRIES_PAUSE = timedelta(hours=1)
LIFETIME = {Right.LMS_ADMIN: timedelta(days=30), Right.OFFICE: timedelta(days=14)}
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_FIRST_TRY = {
    name: insert(CodeTry).on_conflict_do_nothing(index_elements=["user_id"]) for name, insert in _INSERTS.items()
}


class Outcome(Enum):
    """What came of a code that somebody entered."""

    GRANTED = auto()
    WRONG = auto()
    TOO_MANY_TRIES = auto()
    NOT_AN_ADMINISTRATOR = auto()


def make_code(db: Session, *, institution_id: int, right: Right, now: datetime, made_by: User | None = None) -> str:
    """A new code, `BCDFG-HJKLM`, for somebody of that institution. It is shown once: only its hash is kept."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    row = RightCode(
        institution_id=institution_id, kind=right, code_hash=_hash(letters), made_at=now,
        expires_at=now + LIFETIME[right], made_by_id=made_by.id if made_by else None,
    )  # fmt: skip
    db.add(row)
    return f"{letters[:5]}-{letters[5:]}"


def make_code_for_platform(db: Session, *, platform_id: int | None, now: datetime) -> str | None:
    """For the administrator of an LMS that has just registered; None where it serves many institutions."""
    platform = db.get(Platform, platform_id) if platform_id is not None else None
    if platform is None:
        return None
    return make_code(db, institution_id=platform.institution_id, right=Right.LMS_ADMIN, now=now)


def enter_code(
    db: Session, *, user: User, typed: str, is_administrator: bool, now: datetime
) -> tuple[Outcome, Right | None]:
    """Takes a code, so that of two uses at once only one is granted.

    A wrong code counts against whoever typed it, so that nobody can spoil another's. The right of an LMS admin also
    needs a launch as administrator; without one the code stays unused.
    """
    if _has_tried_too_often(db, user=user, now=now):
        return Outcome.TOO_MANY_TRIES, None
    letters = "".join(typed[:_MOST_TYPED].upper().replace("-", "").split())
    known = db.scalars(_find_open(user, letters, now)).one_or_none()
    if known is None:
        _count_try(db, user=user, now=now)
        return Outcome.WRONG, None
    right = Right(known.kind)
    if right is Right.LMS_ADMIN and not is_administrator:
        return Outcome.NOT_AN_ADMINISTRATOR, right
    taken = update(RightCode).where(
        RightCode.institution_id == user.institution_id, RightCode.id == known.id, RightCode.used_at.is_(None)
    )
    if db.scalar(taken.values(used_at=now).returning(RightCode.id)) is None:
        return Outcome.WRONG, None
    db.execute(delete(CodeTry).where(*_of(user)))
    service.grant(db, user=user, right=right, by=None, now=now)
    return Outcome.GRANTED, right


def _find_open(user: User, letters: str, now: datetime) -> Select[RightCode]:
    return select(RightCode).where(
        RightCode.institution_id == user.institution_id,
        RightCode.code_hash == _hash(letters),
        RightCode.used_at.is_(None),
        RightCode.expires_at > now,
    )


def _of(user: User) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The wrong tries of that person."""
    return CodeTry.institution_id == user.institution_id, CodeTry.user_id == user.id


def _hash(letters: str) -> str:
    return hashlib.sha256(letters.encode()).hexdigest()


def _has_tried_too_often(db: Session, *, user: User, now: datetime) -> bool:
    tried = db.scalars(select(CodeTry).where(*_of(user))).one_or_none()
    return tried is not None and tried.tries >= MOST_TRIES and now - tried.first_at < TRIES_PAUSE


def _count_try(db: Session, *, user: User, now: datetime) -> None:
    # Two first tries may come at once: the row is made by one of them, and both then wait for it.
    row = {"user_id": user.id, "institution_id": user.institution_id, "tries": 0, "first_at": now}
    db.execute(_FIRST_TRY[db.get_bind().dialect.name], row)
    tried = db.scalars(select(CodeTry).where(*_of(user)).with_for_update()).one()
    if now - tried.first_at >= TRIES_PAUSE:
        tried.tries, tried.first_at = 0, now
    tried.tries += 1
