"""Forgets what an institution no longer keeps, in batches, and says beforehand how much that would be."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.assessment import goals
from app.assessment import queries as assessment_queries
from app.assessment.deleting import delete_all_assessments
from app.assessment.models import Assessment, Goal
from app.credentials.keeping_models import KeepingPeriod
from app.credentials.keeping_rules import DEFAULT, EVERY, GRACE, Periods, find_cutoff
from app.db.inserting import insert_once
from app.learning.forgetting import forget_work
from app.learning.models import Attempt, Writing
from app.membership.look_models import Look
from app.membership.models import Institution, User, Visit
from modules import Library

MOST_PEOPLE, MOST_ROWS = 20, 500


def list_due(db: Session, now: datetime) -> Sequence[int]:
    """The institutions whose turn it is, those that never had one first among them."""
    query = (
        select(Institution.id)
        .outerjoin(KeepingPeriod, KeepingPeriod.institution_id == Institution.id)
        .where(or_(KeepingPeriod.institution_id.is_(None), KeepingPeriod.due_at <= now))
        .order_by(Institution.id)
    )
    return db.scalars(query).all()


def find_periods(db: Session, *, institution_id: int) -> Periods:
    found = db.get(KeepingPeriod, institution_id)
    return DEFAULT if found is None else Periods(found.private, found.visits, found.looks)


def save_periods(db: Session, *, institution_id: int, periods: Periods, now: datetime) -> bool:
    """Keeps other periods; False where they are the same. Shorter ones begin to count after GRACE."""
    _begin(db, institution_id, now)
    _hold(db, institution_id)
    old = find_periods(db, institution_id=institution_id)
    if old == periods:
        return False
    changed: dict[str, Any] = {**asdict(periods)}
    if periods.is_shorter_than(old):
        changed["due_at"] = now + GRACE
    _set(db, institution_id, changed)
    return True


def _begin(db: Session, institution_id: int, now: datetime) -> bool:
    """The default periods, from which somebody may choose others before they count; True at first sight."""
    row = {"institution_id": institution_id, **asdict(DEFAULT), "due_at": now + GRACE}
    return insert_once(db, KeepingPeriod, row, unique=["institution_id"])


def _hold(db: Session, institution_id: int) -> datetime:
    """When the next turn is. Until this transaction ends nobody else changes the periods or has a turn."""
    query = select(KeepingPeriod.due_at).where(KeepingPeriod.institution_id == institution_id)
    return db.scalars(query.with_for_update()).one()


def _set(db: Session, institution_id: int, values: dict[str, Any]) -> None:
    db.execute(update(KeepingPeriod).where(KeepingPeriod.institution_id == institution_id).values(values))


@dataclass(frozen=True)
class DryRun:
    """Of how many people something would go now. How much of each nobody is told: one of them could be all of it."""

    private: int
    visits: int
    looks: int


def try_out(db: Session, *, institution_id: int, periods: Periods, now: datetime) -> DryRun:
    """Counts and changes nothing. One statement."""
    of_person = Visit.institution_id == User.institution_id, Visit.user_id == User.id
    by_person = Look.institution_id == User.institution_id, Look.viewer_id == User.id
    ours = User.institution_id == institution_id
    which = (
        (_idle(institution_id, find_cutoff(periods.private, now)), _has_private()),
        (ours, exists().where(*of_person, _is_old_visit(find_cutoff(periods.visits, now)))),
        (ours, exists().where(*by_person, _is_before(Look.until, find_cutoff(periods.looks, now)))),
    )
    counts = (select(func.count()).select_from(User).where(*one).scalar_subquery() for one in which)
    return DryRun(*db.execute(select(*counts)).one())


@dataclass(frozen=True)
class Batch:
    """Some of what is over, by the rows' ids."""

    people: Sequence[int]
    visits: Sequence[int]
    looks: Sequence[int]

    @property
    def is_empty(self) -> bool:
        return not (self.people or self.visits or self.looks)


def find_batch(db: Session, *, institution_id: int, now: datetime) -> Batch:
    """Looks through the institution's rows, which takes a moment; to be asked on a connection that only reads.

    Empty where it is not the institution's turn.
    """
    found = db.get(KeepingPeriod, institution_id)
    if found is None or found.due_at > now:
        return Batch((), (), ())
    periods = find_periods(db, institution_id=institution_id)
    idle = _idle(institution_id, find_cutoff(periods.private, now))
    people = db.scalars(select(User.id).where(idle, _has_private()).order_by(User.id).limit(MOST_PEOPLE)).all()
    visits = _list_ids(db, Visit, institution_id, _is_old_visit(find_cutoff(periods.visits, now)))
    looks = _list_ids(db, Look, institution_id, _is_before(Look.until, find_cutoff(periods.looks, now)))
    return Batch(people, visits, looks)


def forget(db: Session, batch: Batch, *, institution_id: int, library: Library, now: datetime) -> bool:
    """Forgets that batch; True when more may be left. With an empty one, the next turn is a day away.

    Nothing goes at first sight, nor where it is not, or no longer, the institution's turn. Whoever came back, and
    what other periods keep that were chosen meanwhile, stays.
    """
    if _begin(db, institution_id, now) or _hold(db, institution_id) > now:
        return False
    if batch.is_empty:
        _set(db, institution_id, {"due_at": now + EVERY})
        return False
    periods = find_periods(db, institution_id=institution_id)
    idle = _idle(institution_id, find_cutoff(periods.private, now))
    for user in db.scalars(select(User).where(idle, User.id.in_(batch.people))).all():
        _forget_private(db, user, library)
    _delete(db, Visit, institution_id, batch.visits, _is_before(Visit.at, find_cutoff(periods.visits, now)))
    _delete(db, Look, institution_id, batch.looks, _is_before(Look.until, find_cutoff(periods.looks, now)))
    return True


def _delete(db: Session, model: Any, institution_id: int, ids: Sequence[int], which: ColumnElement[bool]) -> None:
    if ids:
        db.execute(delete(model).where(model.institution_id == institution_id, model.id.in_(ids), which))


def _forget_private(db: Session, user: User, library: Library) -> None:
    """Sums and group figures go down by it; facts stay."""
    delete_all_assessments(db, user=user, library=library)
    for goal in assessment_queries.list_all_goals(db, user=user):
        goals.delete_goal(db, goal=goal)
    forget_work(db, user=user)


def _list_ids(db: Session, model: Any, institution_id: int, which: ColumnElement[bool]) -> Sequence[int]:
    query = select(model.id).where(model.institution_id == institution_id, which)
    return db.scalars(query.order_by(model.id).limit(MOST_ROWS)).all()


def _idle(institution_id: int, cutoff: datetime | None) -> ColumnElement[bool]:
    """People who last came before that moment; somebody who acted in their name was not they."""
    if cutoff is None:
        return and_(User.institution_id == institution_id, User.id < 0)
    came = exists().where(
        Visit.institution_id == institution_id, Visit.user_id == User.id, Visit.at >= cutoff, ~Visit.is_masqueraded
    )
    return and_(User.institution_id == institution_id, User.created_at < cutoff, ~came)


def _has_private() -> ColumnElement[bool]:
    kept = (
        exists().where(model.institution_id == User.institution_id, model.user_id == User.id)
        for model in (Writing, Attempt, Assessment, Goal)
    )
    return or_(*kept)


def _is_old_visit(cutoff: datetime | None) -> ColumnElement[bool]:
    """But for the newest of each person, which says when they were last here."""
    later = aliased(Visit)
    newer = exists().where(
        later.institution_id == Visit.institution_id, later.user_id == Visit.user_id,
        or_(later.at > Visit.at, and_(later.at == Visit.at, later.id > Visit.id)), ~later.is_masqueraded,
    )  # fmt: skip
    return and_(_is_before(Visit.at, cutoff), newer)


def _is_before(moment: Any, cutoff: datetime | None) -> ColumnElement[bool]:
    # No row has a moment of None.
    is_before: ColumnElement[bool] = moment.is_(None) if cutoff is None else moment < cutoff
    return is_before
