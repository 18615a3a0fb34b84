"""Reads with whom a goal is shared, what happened to that, and what is shared with somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from app.assessment.models import Goal, GoalShare, GoalShareEvent, ReaderCode
from app.assessment.sharing_rules import AGREEMENTS, EventKind
from app.membership.models import User

MOST_EVENTS = 200
# As many rows as one goal's page lists, and so as many people as may read it at once: each can be ended there.
MOST_SHARES = 50


def _is_living(today: date) -> ColumnElement[bool]:
    return GoalShare.revoked_at.is_(None) & (GoalShare.until >= today)


def count_readers(today: date) -> ColumnElement[int]:
    """Of a goal, within a query of goals: how many people may read it today."""
    return (
        select(func.count())
        .where(GoalShare.institution_id == Goal.institution_id, GoalShare.goal_id == Goal.id, _is_living(today))
        .scalar_subquery()
    )


def count_readers_of(db: Session, *, goal: Goal, today: date) -> int:
    """How many people may read this goal today."""
    query = select(count_readers(today)).where(Goal.institution_id == goal.institution_id, Goal.id == goal.id)
    return db.scalar(query) or 0


def count_readers_besides(db: Session, *, goal: Goal, reader: User, today: date) -> int:
    """How many people other than this one may read this goal today."""
    query = select(func.count()).where(
        GoalShare.institution_id == goal.institution_id,
        GoalShare.goal_id == goal.id,
        GoalShare.reader_id != reader.id,
        _is_living(today),
    )
    return db.scalar(query) or 0


def list_shares(db: Session, *, goal: Goal, today: date) -> Sequence[Row[GoalShare, User]]:
    """With whom this goal is shared, all of them, then with whom it was; each newest first."""
    return db.execute(
        select(GoalShare, User)
        .join(User, (User.id == GoalShare.reader_id) & (User.institution_id == GoalShare.institution_id))
        .where(GoalShare.institution_id == goal.institution_id, GoalShare.goal_id == goal.id)
        .order_by(case((_is_living(today), 0), else_=1), GoalShare.shared_at.desc(), GoalShare.id.desc())
        .limit(MOST_SHARES)
    ).all()


def find_share(db: Session, *, goal: Goal, uuid: UUID) -> GoalShare | None:
    """One share of this goal; another request that changes it waits until this one has ended."""
    return db.scalars(
        select(GoalShare)
        .where(GoalShare.institution_id == goal.institution_id, GoalShare.goal_id == goal.id, GoalShare.uuid == uuid)
        .with_for_update()
    ).one_or_none()


def get_share_with(db: Session, *, goal: Goal, reader: User) -> GoalShare:
    """The share of this goal with that person, open or not; it has been written before."""
    return db.scalars(
        select(GoalShare)
        .where(
            GoalShare.institution_id == goal.institution_id,
            GoalShare.goal_id == goal.id,
            GoalShare.reader_id == reader.id,
        )
        .with_for_update()
    ).one()


def list_events(db: Session, *, goal: Goal) -> Sequence[GoalShareEvent]:
    """The newest events of all shares of a goal, newest first."""
    return db.scalars(
        select(GoalShareEvent)
        .join(
            GoalShare,
            (GoalShare.id == GoalShareEvent.share_id) & (GoalShare.institution_id == GoalShareEvent.institution_id),
        )
        .where(GoalShareEvent.institution_id == goal.institution_id, GoalShare.goal_id == goal.id)
        .order_by(GoalShareEvent.at.desc(), GoalShareEvent.id.desc())
        .limit(MOST_EVENTS)
    ).all()


@dataclass(frozen=True)
class Received:
    """A goal that somebody shares, whose it is, and when its reader last opened it as it is shared now."""

    share: GoalShare
    goal: Goal
    owner: User
    opened_at: datetime | None


def list_received(db: Session, *, reader: User, today: date) -> Sequence[Received]:
    """What is shared with this person today, all of it, by its end. Each took a code that they made by hand."""
    rows = db.execute(_received(reader).where(_is_living(today)).order_by(GoalShare.until, GoalShare.id))
    return [Received(*row) for row in rows]


def find_received(db: Session, *, reader: User, uuid: UUID, is_held: bool = False) -> Received | None:
    """One share with this person, open or not; held, another request that changes or opens it waits for this one."""
    if is_held:
        of_reader = GoalShare.institution_id == reader.institution_id, GoalShare.reader_id == reader.id
        db.execute(select(GoalShare.id).where(*of_reader, GoalShare.uuid == uuid).with_for_update())
    row = db.execute(_received(reader).where(GoalShare.uuid == uuid)).one_or_none()
    return None if row is None else Received(*row)


def _received(reader: User) -> Select[GoalShare, Goal, User, datetime | None]:
    opening, agreement = aliased(GoalShareEvent), aliased(GoalShareEvent)
    # By number, not by moment: what came first within one moment still came first.
    agreed = (
        select(func.max(agreement.id))
        .where(
            agreement.institution_id == GoalShare.institution_id,
            agreement.share_id == GoalShare.id,
            agreement.kind.in_(AGREEMENTS),
        )
        .correlate(GoalShare)
        .scalar_subquery()
    )
    opened = (
        select(func.max(opening.at))
        .where(
            opening.institution_id == GoalShare.institution_id,
            opening.share_id == GoalShare.id,
            opening.kind == EventKind.OPENED,
            opening.id > agreed,
        )
        .correlate(GoalShare)
        .scalar_subquery()
    )
    owner = aliased(User)
    return (
        select(GoalShare, Goal, owner, opened)
        .join(Goal, (Goal.id == GoalShare.goal_id) & (Goal.institution_id == GoalShare.institution_id))
        .join(owner, (owner.id == GoalShare.user_id) & (owner.institution_id == GoalShare.institution_id))
        .where(GoalShare.institution_id == reader.institution_id, GoalShare.reader_id == reader.id)
    )


def find_code_of(db: Session, *, user: User, now: datetime) -> ReaderCode | None:
    """The open code that this person made."""
    return db.scalars(
        select(ReaderCode).where(
            ReaderCode.institution_id == user.institution_id,
            ReaderCode.user_id == user.id,
            ReaderCode.expires_at > now,
        )
    ).one_or_none()


def find_reader(db: Session, *, institution_id: int, code_hash: str, now: datetime) -> User | None:
    """Who made this open code, in this institution; nobody who was shut out since."""
    return db.scalars(
        select(User)
        .join(ReaderCode, (ReaderCode.user_id == User.id) & (ReaderCode.institution_id == User.institution_id))
        .where(
            ReaderCode.institution_id == institution_id,
            ReaderCode.code_hash == code_hash,
            ReaderCode.expires_at > now,
            User.blocked_at.is_(None),
        )
    ).one_or_none()
