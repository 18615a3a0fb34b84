"""Codes of one use that give a right: short enough to be read out, kept as hashes, guessed at most a few times."""

from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import ColumnElement, Select, delete, exists, select, update
from sqlalchemy.orm import Session

from app.membership import service, spoken_codes
from app.membership.models import Grant, Platform, RightCode, User
from app.membership.roles import Right

LIFETIME = {Right.LMS_ADMIN: timedelta(days=30), Right.OFFICE: timedelta(days=14)}


class Outcome(Enum):
    """What came of a code that somebody entered."""

    GRANTED = auto()
    WRONG = auto()
    TOO_MANY_TRIES = auto()
    NOT_AN_ADMINISTRATOR = auto()


def make_code(db: Session, *, institution_id: int, right: Right, now: datetime, made_by: User | None = None) -> str:
    """A new code, `BCDFG-HJKLM`, for somebody of that institution. It is shown once: only its hash is kept."""
    code, code_hash = spoken_codes.make_letters()
    row = RightCode(
        institution_id=institution_id, kind=right, code_hash=code_hash, made_at=now,
        expires_at=now + LIFETIME[right], made_by_id=made_by.id if made_by else None,
    )  # fmt: skip
    db.add(row)
    return code


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

    A wrong code counts against whoever typed it. The right of an LMS admin also needs a launch as administrator;
    without one the code stays unused.
    """
    if spoken_codes.has_tried_too_often(db, user=user, now=now):
        return Outcome.TOO_MANY_TRIES, None
    known = db.scalars(_find_open(user, typed, now)).one_or_none()
    if known is None:
        spoken_codes.count_try(db, user=user, now=now)
        return Outcome.WRONG, None
    right = Right(known.kind)
    if right is Right.LMS_ADMIN and not is_administrator:
        return Outcome.NOT_AN_ADMINISTRATOR, right
    taken = update(RightCode).where(
        RightCode.institution_id == user.institution_id, RightCode.id == known.id, RightCode.used_at.is_(None)
    )
    if db.scalar(taken.values(used_at=now).returning(RightCode.id)) is None:
        return Outcome.WRONG, None
    service.grant(db, user=user, right=right, by=None, now=now)
    return Outcome.GRANTED, right


def forget_codes_made_by(db: Session, *, user: User) -> None:
    """Ends what that person made and nobody has used: they could come back by it themselves."""
    unused = delete(RightCode).where(RightCode.institution_id == user.institution_id, RightCode.used_at.is_(None))
    db.execute(unused.where(RightCode.made_by_id == user.id))


def _find_open(user: User, typed: str, now: datetime) -> Select[RightCode]:
    return select(RightCode).where(
        RightCode.institution_id == user.institution_id,
        RightCode.code_hash == spoken_codes.hash_typed(typed),
        RightCode.used_at.is_(None),
        RightCode.expires_at > now,
        RightCode.made_by_id.is_(None) | _may_its_maker_still_give_rights(user),
    )


def _may_its_maker_still_give_rights(user: User) -> ColumnElement[bool]:
    return exists().where(
        User.institution_id == user.institution_id,
        User.id == RightCode.made_by_id,
        User.blocked_at.is_(None),
        Grant.institution_id == user.institution_id,
        Grant.user_id == User.id,
        Grant.kind == Right.LMS_ADMIN,
        Grant.revoked_at.is_(None),
    )
