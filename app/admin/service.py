"""What holders of a right do: each step checked against their own institution and kept in the log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.admin import log, queries
from app.admin.rules import EventKind
from app.membership import codes
from app.membership import service as membership_service
from app.membership.codes import Outcome
from app.membership.models import Grant, User
from app.membership.roles import Right


def enter_code(db: Session, *, user: User, typed: str, is_administrator: bool, now: datetime) -> Outcome:
    """Takes a code that a person typed, with what came of it."""
    outcome, right = codes.enter_code(db, user=user, typed=typed, is_administrator=is_administrator, now=now)
    if outcome is Outcome.GRANTED and right is not None:
        log.note(db, EventKind.RIGHT_BY_CODE, by=user, now=now, detail=right)
    return outcome


def make_code(db: Session, *, by: User, right: Right, now: datetime) -> str:
    code = codes.make_code(db, institution_id=by.institution_id, right=right, now=now, made_by=by)
    log.note(db, EventKind.CODE_MADE, by=by, now=now, detail=right)
    return code


def grant_office(db: Session, *, by: User, person: UUID, now: datetime) -> bool:
    """False where there is no such person in this institution."""
    found = queries.find_person(db, institution_id=by.institution_id, uuid=person)
    if found is None:
        return False
    if membership_service.grant(db, user=found, right=Right.OFFICE, by=by, now=now):
        log.note(db, EventKind.RIGHT_GRANTED, by=by, now=now, about=found, detail=Right.OFFICE)
    return True


def revoke(db: Session, *, by: User, grant: UUID, now: datetime) -> None:
    """Takes a right back. One that is gone already, or was never here, changes nothing.

    Nobody takes their own right to this page back: the last one to do so would lock everybody out.
    """
    found = queries.find_grant(db, institution_id=by.institution_id, uuid=grant)
    if found is not None and is_own_key(found[0], by):
        return
    if found is not None and membership_service.revoke(db, grant=found[0], by=by, now=now):
        if found[0].kind == Right.LMS_ADMIN:
            codes.forget_codes_made_by(db, user=found[1])
        log.note(db, EventKind.RIGHT_REVOKED, by=by, now=now, about=found[1], detail=found[0].kind)


def is_own_key(grant: Grant, user: User) -> bool:
    return grant.user_id == user.id and grant.kind == Right.LMS_ADMIN


_DECIDED = {
    True: EventKind.COURSE_MARKED,
    False: EventKind.COURSE_DECLINED,
    None: EventKind.COURSE_REOPENED,
}


def decide_course(db: Session, *, by: User, course: UUID, is_training: bool | None, now: datetime) -> bool:
    """Marks a course, declines it, or (None) takes that back. False where there is no such course here."""
    found = queries.find_course(db, institution_id=by.institution_id, uuid=course)
    if found is None:
        return False
    membership_service.decide_course(db, context=found, is_training=is_training, now=now)
    log.note(db, _DECIDED[is_training], by=by, now=now, detail=found.title or found.label or "")
    return True
