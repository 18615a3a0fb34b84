"""Reads what the group picture is made of, for the job, and what it shows, for its pages."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, ScalarSelect, case, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session, load_only

from app.assessment.models import Assessment, AssessmentAnswer, GroupEntry, GroupRound
from app.assessment.rules import Asked
from app.dashboard.models import GroupCourse, GroupLine, GroupSetting
from app.dashboard.rules import EVERYBODY, LEAST_OF_A_COURSE, POINTS, USUAL, tell_least, tell_round_size
from app.membership.models import Context, Institution, Membership, Platform, User

MOST_COURSES = 100
_NOW = f"{Asked.NOW}/"


def list_due_lanes(db: Session, _now: object) -> Sequence[str]:
    """The institutions with a round to take out, or with a group that has as many coaches waiting as a round needs."""
    is_entered = select(GroupEntry.assessment_id).where(GroupEntry.assessment_id == Assessment.id).exists()
    waiting = (
        select(
            Assessment.institution_id,
            Assessment.point,
            _own_course(Assessment.institution_id).label("course"),
            _needed(Assessment.institution_id).label("needed"),
        )
        .join(User, User.id == Assessment.user_id)
        .join(Platform, Platform.id == User.platform_id)
        .outerjoin(GroupSetting, GroupSetting.institution_id == Assessment.institution_id)
        .where(
            Assessment.point.in_(POINTS),
            Assessment.submitted_at.is_not(None),
            Platform.use == "production",
            ~User.is_test_user,
            ~is_entered,
        )
        .subquery()
    )
    full = (
        select(waiting.c.institution_id)
        .group_by(waiting.c.institution_id, waiting.c.point, waiting.c.course, waiting.c.needed)
        .having(func.count() >= tell_round_size(1) * waiting.c.needed)
    )
    undrawn = select(GroupRound.institution_id).where(~GroupRound.is_drawn)
    return [str(one) for (one,) in db.execute(union(full, undrawn))]


def _needed(institution_id: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """`read_needed` for many institutions, beside their settings."""
    least = func.coalesce(GroupSetting.least, USUAL)
    has_courses = select(GroupCourse.context_id).where(GroupCourse.institution_id == institution_id).exists()
    return case((has_courses & (least < LEAST_OF_A_COURSE), LEAST_OF_A_COURSE), else_=least)


def hold_institution(db: Session, *, institution_id: int) -> None:
    """Its picture is drawn by one at a time: another one waits here until this transaction has ended."""
    query = select(Institution.id).where(Institution.id == institution_id)
    db.execute(query.with_for_update(key_share=True)).one()


def read_least(db: Session, *, institution_id: int) -> int:
    """The least number of coaches in a figure, as this institution has set it."""
    found = db.scalar(select(GroupSetting.least).where(GroupSetting.institution_id == institution_id))
    return USUAL if found is None else found


def read_needed(db: Session, *, institution_id: int) -> int:
    """How many coaches each figure of this institution needs: more than is set where a course was set apart."""
    course = db.scalar(select(GroupCourse.context_id).where(GroupCourse.institution_id == institution_id).limit(1))
    return tell_least(read_least(db, institution_id=institution_id), has_courses=course is not None)


def list_gone_rounds(db: Session, *, institution_id: int) -> Sequence[GroupRound]:
    """Rounds that the picture still shows, and in which somebody deleted their answers.

    One that somebody else is leaving just now is left out: to wait for them while they wait for another would not end.
    """
    return db.scalars(
        select(GroupRound)
        .where(GroupRound.institution_id == institution_id, GroupRound.is_gone, ~GroupRound.is_drawn)
        .with_for_update(skip_locked=True)
    ).all()


def has_gone_round(db: Session, *, institution_id: int) -> bool:
    """Whether the picture still shows a round in which somebody deleted their answers."""
    ours = GroupRound.institution_id == institution_id, GroupRound.is_gone, ~GroupRound.is_drawn
    return db.scalar(select(GroupRound.id).where(*ours).limit(1)) is not None


def list_waiting(db: Session, *, institution_id: int, point: str) -> dict[str, list[Assessment]]:
    """What was handed in and entered no round yet, in that order, by whose it is; production sites and people only.

    Nobody can delete one of these before this transaction has ended. Whoever deletes one just now is left out: they may
    want a round next that this transaction holds.
    """
    query = (
        select(Assessment, _own_course(institution_id))
        .join(User, User.id == Assessment.user_id)
        .join(Platform, Platform.id == User.platform_id)
        .outerjoin(
            GroupEntry,
            (GroupEntry.assessment_id == Assessment.id) & (GroupEntry.institution_id == Assessment.institution_id),
        )
        .where(
            Assessment.institution_id == institution_id,
            User.institution_id == institution_id,
            Platform.institution_id == institution_id,
            Platform.use == "production",
            ~User.is_test_user,
            Assessment.point == point,
            Assessment.submitted_at.is_not(None),
            GroupEntry.assessment_id.is_(None),
        )
        .order_by(Assessment.submitted_at, Assessment.id)
        .with_for_update(of=Assessment, skip_locked=True)
    )
    rows = db.execute(query).all()
    keys = _read_keys(db, institution_id, {context_id for _one, context_id in rows if context_id is not None})
    found: dict[str, list[Assessment]] = {}
    for one, context_id in rows:
        found.setdefault(keys.get(context_id, EVERYBODY), []).append(one)
    return found


def _own_course(institution_id: int | InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The course shown by itself that a coach learns in; the first of several, for nobody is in two groups."""
    return (
        select(func.min(GroupCourse.context_id))
        .join(Membership, Membership.context_id == GroupCourse.context_id)
        .where(
            GroupCourse.institution_id == institution_id,
            Membership.institution_id == institution_id,
            Membership.user_id == Assessment.user_id,
            Membership.is_learner,
            Membership.left_at.is_(None),
        )
        .correlate(Assessment)
        .scalar_subquery()
    )


def _read_keys(db: Session, institution_id: int, context_ids: set[int]) -> dict[int | None, str]:
    if not context_ids:
        return {}
    query = select(Context.id, Context.uuid).where(
        Context.institution_id == institution_id, Context.id.in_(context_ids)
    )
    return {context_id: uuid.hex for context_id, uuid in db.execute(query)}


def read_ratings_of(db: Session, *, institution_id: int, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The answers about now to the items of each of these self-assessments, by key."""
    rows = db.execute(
        select(AssessmentAnswer.assessment_id, AssessmentAnswer.key, AssessmentAnswer.value).where(
            AssessmentAnswer.institution_id == institution_id,
            AssessmentAnswer.assessment_id.in_(ids),
            AssessmentAnswer.key.startswith(_NOW),
        )
    )
    found: dict[int, dict[str, str]] = {}
    for assessment_id, key, value in rows:
        found.setdefault(assessment_id, {})[key] = value
    return found


def list_lines(db: Session, *, institution_id: int, whose: str, least: int, point: str) -> Sequence[GroupLine]:
    """All competencies of a group on one occasion, for the job."""
    return db.scalars(
        select(GroupLine).where(
            GroupLine.institution_id == institution_id,
            GroupLine.whose == whose,
            GroupLine.least == least,
            GroupLine.point == point,
        )
    ).all()


def list_shown(db: Session, *, institution_id: int, whose: str, least: int) -> Sequence[GroupLine]:
    """What may be shown of a group; what it was made of is not read."""
    return db.scalars(
        select(GroupLine)
        .options(load_only(GroupLine.point, GroupLine.code, GroupLine.shown, GroupLine.changed_at, raiseload=True))
        .where(GroupLine.institution_id == institution_id, GroupLine.whose == whose, GroupLine.least == least)
    ).all()


def list_courses(db: Session, *, institution_id: int) -> Sequence[Context]:
    """The courses that are shown by themselves, by title."""
    return db.scalars(
        select(Context)
        .join(
            GroupCourse,
            (GroupCourse.context_id == Context.id) & (GroupCourse.institution_id == Context.institution_id),
        )
        .where(Context.institution_id == institution_id)
        .order_by(Context.title, Context.id)
        .limit(MOST_COURSES)
    ).all()
