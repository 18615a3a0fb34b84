"""Reads a person's own self-assessments, and the institution's sums."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from app.assessment.models import Assessment, AssessmentAnswer, Goal, ScaleSum
from app.assessment.sharing_queries import count_readers
from app.membership.models import Platform, User


def list_assessments(db: Session, *, user: User, is_held: bool = False) -> Sequence[Assessment]:
    """Everything that this person began, oldest first. Held: as in `find_assessment`."""
    query = (
        select(Assessment)
        .where(Assessment.institution_id == user.institution_id, Assessment.user_id == user.id)
        .order_by(Assessment.started_at, Assessment.id)
    )
    return db.scalars(query.with_for_update() if is_held else query).all()


def find_assessment(db: Session, *, user: User, uuid: UUID, is_held: bool = False) -> Assessment | None:
    """One of this person's own. Held: another request that changes it waits until this one has ended."""
    query = select(Assessment).where(
        Assessment.institution_id == user.institution_id, Assessment.user_id == user.id, Assessment.uuid == uuid
    )
    return db.scalars(query.with_for_update() if is_held else query).one_or_none()


def read_answers(db: Session, *, assessment: Assessment) -> dict[str, str]:
    """Its answers by key."""
    rows = db.execute(
        select(AssessmentAnswer.key, AssessmentAnswer.value).where(
            AssessmentAnswer.institution_id == assessment.institution_id,
            AssessmentAnswer.user_id == assessment.user_id,
            AssessmentAnswer.assessment_id == assessment.id,
        )
    )
    return {key: value for key, value in rows}  # noqa: C416  rows are no pairs for the type checker


def read_all(db: Session, *, user: User) -> tuple[tuple[Assessment, dict[str, str]], ...]:
    """Everything that this person began, oldest first, each with its answers by key. One statement."""
    ours = AssessmentAnswer.institution_id == user.institution_id, AssessmentAnswer.user_id == user.id
    rows = db.execute(
        select(Assessment, AssessmentAnswer.key, AssessmentAnswer.value)
        .outerjoin(AssessmentAnswer, and_(AssessmentAnswer.assessment_id == Assessment.id, *ours))
        .where(Assessment.institution_id == user.institution_id, Assessment.user_id == user.id)
        .order_by(Assessment.started_at, Assessment.id)
    )
    found: dict[int, tuple[Assessment, dict[str, str]]] = {}
    for assessment, key, value in rows:
        _one, answers = found.setdefault(assessment.id, (assessment, {}))
        if key is not None:
            answers[key] = value
    return tuple(found.values())


def list_goals(db: Session, *, user: User, today: date) -> Sequence[Row[Goal, int]]:
    """All goals of a person, oldest first, each with how many people may read it today."""
    return db.execute(
        select(Goal, count_readers(today))
        .where(Goal.institution_id == user.institution_id, Goal.user_id == user.id)
        .order_by(Goal.created_at, Goal.id)
    ).all()


def list_all_goals(db: Session, *, user: User) -> Sequence[Goal]:
    """The same without their readers, to be deleted."""
    return db.scalars(select(Goal).where(Goal.institution_id == user.institution_id, Goal.user_id == user.id)).all()


def count_goals(db: Session, *, user: User) -> int:
    query = select(func.count()).where(Goal.institution_id == user.institution_id, Goal.user_id == user.id)
    return db.scalar(query) or 0


def find_goal_and_readers(db: Session, *, user: User, uuid: UUID, today: date) -> tuple[Goal, int] | None:
    """One of this person's own goals, and how many people may read it today."""
    row = db.execute(_select_goal(user, uuid).add_columns(count_readers(today))).one_or_none()
    return None if row is None else (row[0], row[1])


def find_goal(db: Session, *, user: User, uuid: UUID, is_held: bool = False) -> Goal | None:
    """One of this person's own goals. Held: another request that changes it waits until this one has ended."""
    query = _select_goal(user, uuid)
    return db.scalars(query.with_for_update() if is_held else query).one_or_none()


def _select_goal(user: User, uuid: UUID) -> Select[Goal]:
    return select(Goal).where(Goal.institution_id == user.institution_id, Goal.user_id == user.id, Goal.uuid == uuid)


def read_sums(db: Session, *, institution_id: int, instrument: str) -> Sequence[ScaleSum]:
    """The sums over the baselines of this institution, one row for each item and each domain."""
    return db.scalars(
        select(ScaleSum).where(ScaleSum.institution_id == institution_id, ScaleSum.instrument == instrument)
    ).all()


def is_in_production(db: Session, *, user: User) -> bool:
    """Whether this person comes from an LMS that counts in figures; test and beta sites do not."""
    use = db.scalar(
        select(Platform.use).where(Platform.institution_id == user.institution_id, Platform.id == user.platform_id)
    )
    return use == "production" and not user.is_test_user
