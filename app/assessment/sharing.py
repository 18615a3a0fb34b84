"""Shares one goal with one person, changes and revokes that, and notes each opening."""

from datetime import date, datetime
from enum import Enum, auto
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.assessment import sharing_queries as queries
from app.assessment.models import Goal, GoalShare, GoalShareEvent, ReaderCode
from app.assessment.sharing_queries import Received
from app.assessment.sharing_rules import AGREEMENTS, CODE_LIFETIME, EventKind, Scope, is_opened
from app.db.inserting import build_upsert, insert_once
from app.db.rows import table_of
from app.membership import spoken_codes
from app.membership.looks import LookKind, Viewing, record_look
from app.membership.models import User


class CodeProblem(Enum):
    """Why a code names nobody with whom a goal could be shared."""

    WRONG = auto()
    TOO_MANY_TRIES = auto()
    OWN = auto()
    TOO_MANY_READERS = auto()


_REPLACE = build_upsert(table_of(ReaderCode), ["user_id"], newest=("code_hash", "expires_at"))


def make_code(db: Session, *, user: User, now: datetime) -> str:
    """A code, `BCDFG-HJKLM`, by which somebody else can share a goal with this person. An older one ends."""
    code, code_hash = spoken_codes.make_letters()
    row = {
        "institution_id": user.institution_id, "user_id": user.id, "code_hash": code_hash,
        "expires_at": now + CODE_LIFETIME,
    }  # fmt: skip
    _REPLACE.run(db, row)
    return code


def find_reader(db: Session, *, user: User, goal: Goal, typed: str, now: datetime) -> User | CodeProblem:
    """Who made that code and could read that goal. It stays open: only sharing spends it.

    A wrong one counts against whoever typed it.
    """
    if spoken_codes.has_tried_too_often(db, user=user, now=now):
        return CodeProblem.TOO_MANY_TRIES
    code_hash = spoken_codes.hash_typed(typed)
    found = queries.find_reader(db, institution_id=user.institution_id, code_hash=code_hash, now=now)
    if found is None:
        spoken_codes.count_try(db, user=user, now=now)
        return CodeProblem.WRONG
    if found.id == user.id:
        return CodeProblem.OWN
    others = queries.count_readers_besides(db, goal=goal, reader=found, today=now.date())
    return CodeProblem.TOO_MANY_READERS if others >= queries.MOST_SHARES else found


def share(  # noqa: PLR0913  a share is all this
    db: Session, *, goal: Goal, reader: User, typed: str, scope: Scope, until: date, now: datetime
) -> bool:
    """Spends the code and shares the goal; False where the code was spent meanwhile. An old share goes on."""
    spent = delete(ReaderCode).where(
        ReaderCode.institution_id == reader.institution_id,
        ReaderCode.user_id == reader.id,
        ReaderCode.code_hash == spoken_codes.hash_typed(typed),
        ReaderCode.expires_at > now,
    )
    if db.scalar(spent.returning(ReaderCode.user_id)) is None:
        return False
    named = {
        "uuid": uuid4(), "institution_id": goal.institution_id, "user_id": goal.user_id, "goal_id": goal.id,
        "reader_id": reader.id, "scope": scope, "until": until, "shared_at": now,
    }  # fmt: skip
    insert_once(db, GoalShare, named, unique=["goal_id", "reader_id"])
    row = queries.get_share_with(db, goal=goal, reader=reader)
    row.scope, row.until, row.shared_at, row.revoked_at = scope, until, now, None
    _note(db, row, EventKind.SHARED, by_id=goal.user_id, now=now)
    return True


def change(db: Session, *, share: GoalShare, scope: Scope, until: date, now: datetime) -> None:
    """Another extent or another last day, from the next opening on. The share is open."""
    if (share.scope, share.until) == (scope, until):
        return
    share.scope, share.until = scope, until
    _note(db, share, EventKind.CHANGED, by_id=share.user_id, now=now)


def revoke(db: Session, *, share: GoalShare, now: datetime) -> None:
    """Ends it at once."""
    if share.revoked_at is None:
        share.revoked_at = now
        _note(db, share, EventKind.REVOKED, by_id=share.user_id, now=now)


def note_opening(db: Session, *, received: Received, reader: User, now: datetime) -> None:
    """In the goal's own log where it is not open now, and once a day where its coach reads all looks at theirs."""
    share = received.share
    record_look(db, Viewing(reader, LookKind.SHARED_GOAL, now, about_ids=[share.user_id]))
    if not is_opened(received.opened_at, now):
        _note(db, share, EventKind.OPENED, by_id=share.reader_id, now=now)


def forget_shares(db: Session, *, goal: Goal) -> None:
    """Removes who could read this goal, with the log of it."""
    of_goal = GoalShare.institution_id == goal.institution_id, GoalShare.goal_id == goal.id
    shares = select(GoalShare.id).where(*of_goal)
    db.execute(
        delete(GoalShareEvent).where(
            GoalShareEvent.institution_id == goal.institution_id, GoalShareEvent.share_id.in_(shares)
        )
    )
    db.execute(delete(GoalShare).where(*of_goal))


def _note(db: Session, share: GoalShare, kind: EventKind, *, by_id: int, now: datetime) -> None:
    is_agreed = kind in AGREEMENTS
    event = GoalShareEvent(
        institution_id=share.institution_id, user_id=share.user_id, by_id=by_id, share_id=share.id, kind=kind, at=now,
        scope=share.scope if is_agreed else None, until=share.until if is_agreed else None,
    )  # fmt: skip
    db.add(event)
