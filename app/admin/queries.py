"""Reads rights, people and courses for those who decide about them, always inside one institution."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.admin.models import AdminEvent
from app.membership.models import Context, ContextCopy, Grant, Membership, Platform, User

MOST_GRANTS = 200
MOST_KEPT_OUT = 200
MOST_FOUND = 10
COURSES_A_PAGE = 25
MOST_DECIDED = 25
MOST_CHOSEN = 100
EVENTS_A_PAGE = 50


def list_grants(db: Session, *, institution_id: int) -> Sequence[Row[Grant, User, User]]:
    """The living rights of an institution with their holder and who gave them (None: a code or the operator)."""
    giver = aliased(User)
    query = (
        select(Grant, User, giver)
        .join(User, (User.id == Grant.user_id) & (User.institution_id == Grant.institution_id))
        .outerjoin(giver, (giver.id == Grant.granted_by_id) & (giver.institution_id == Grant.institution_id))
        .where(Grant.institution_id == institution_id, Grant.revoked_at.is_(None))
        .order_by(Grant.kind, func.coalesce(User.name, ""), Grant.id)
        .limit(MOST_GRANTS)
    )
    return db.execute(query).all()


def find_grant(db: Session, *, institution_id: int, uuid: UUID) -> tuple[Grant, User] | None:
    row = db.execute(
        select(Grant, User)
        .join(User, (User.id == Grant.user_id) & (User.institution_id == Grant.institution_id))
        .where(Grant.institution_id == institution_id, Grant.uuid == uuid, Grant.revoked_at.is_(None))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def search_people(db: Session, *, institution_id: int, words: str) -> Sequence[Row[User, Platform]]:
    """People of this institution whose name or e-mail holds these words, one more than are shown."""
    query = (
        select(User, Platform)
        .join(Platform, (Platform.id == User.platform_id) & (Platform.institution_id == User.institution_id))
        .where(
            User.institution_id == institution_id,
            ~User.is_test_user,
            or_(User.name.icontains(words, autoescape=True), User.email.icontains(words, autoescape=True)),
        )
        .order_by(func.coalesce(User.name, ""), User.id)
        .limit(MOST_FOUND + 1)
    )
    return db.execute(query).all()


def list_kept_out(db: Session, *, institution_id: int) -> Sequence[Row[User, Platform]]:
    """Whom an LMS admin keeps out, the newest first."""
    query = (
        select(User, Platform)
        .join(Platform, (Platform.id == User.platform_id) & (Platform.institution_id == User.institution_id))
        .where(User.institution_id == institution_id, User.blocked_at.is_not(None))
        .order_by(User.blocked_at.desc(), User.id)
        .limit(MOST_KEPT_OUT)
    )
    return db.execute(query).all()


def find_person(db: Session, *, institution_id: int, uuid: UUID) -> User | None:
    return db.scalars(
        select(User).where(User.institution_id == institution_id, User.uuid == uuid, ~User.is_test_user)
    ).one_or_none()


@dataclass(frozen=True)
class CourseAsking:
    """A course that staff have opened: its LMS, the first of them, and the title of the training course it copies."""

    context: Context
    platform: Platform
    asker: User
    asked_at: datetime
    copied_from: str | None


def list_waiting(db: Session, *, institution_id: int, after: int) -> Sequence[CourseAsking]:
    """Courses that nobody has decided on and staff have opened, oldest first; one more than a page."""
    query = (
        _asking(institution_id)
        .where(Context.marked_at.is_(None), Context.declined_at.is_(None), Context.id > after)
        .order_by(Context.id)
        .limit(COURSES_A_PAGE + 1)
    )
    return [CourseAsking(*row) for row in db.execute(query)]


def list_decided(db: Session, *, institution_id: int) -> Sequence[CourseAsking]:
    """What was decided last, newest first."""
    decided_at = func.coalesce(Context.marked_at, Context.declined_at)
    query = _asking(institution_id).where(decided_at.is_not(None)).order_by(decided_at.desc(), Context.id.desc())
    return [CourseAsking(*row) for row in db.execute(query.limit(MOST_DECIDED))]


def _asking(institution_id: int) -> Select[Context, Platform, User, datetime, str | None]:
    first = (
        select(Membership.id)
        .where(Membership.institution_id == institution_id, Membership.context_id == Context.id, Membership.is_staff)
        .order_by(Membership.joined_at, Membership.id)
        .limit(1)
        .correlate(Context)
        .scalar_subquery()
    )
    origin = aliased(Context)
    return (
        select(Context, Platform, User, Membership.joined_at, func.coalesce(origin.title, origin.label))
        .join(Platform, (Platform.id == Context.platform_id) & (Platform.institution_id == Context.institution_id))
        .join(Membership, (Membership.id == first) & (Membership.institution_id == Context.institution_id))
        .join(User, (User.id == Membership.user_id) & (User.institution_id == Context.institution_id))
        .outerjoin(ContextCopy, (ContextCopy.context_id == Context.id) & (ContextCopy.institution_id == institution_id))
        .outerjoin(
            origin,
            (origin.id == ContextCopy.ancestor_id)
            & (origin.institution_id == institution_id)
            & origin.marked_at.is_not(None),
        )
        .where(Context.institution_id == institution_id)
    )


def find_course(db: Session, *, institution_id: int, uuid: UUID) -> Context | None:
    return db.scalars(
        select(Context).where(Context.institution_id == institution_id, Context.uuid == uuid)
    ).one_or_none()


def list_training_courses(db: Session, *, institution_id: int, also: Collection[int]) -> Sequence[Context]:
    """Training courses by title, and those of these ids that no longer are ones; MOST_CHOSEN at most."""
    query = (
        select(Context)
        .where(Context.institution_id == institution_id, or_(Context.marked_at.is_not(None), Context.id.in_(also)))
        .order_by(Context.id.in_(also).desc(), Context.title, Context.id)
    )
    return db.scalars(query.limit(MOST_CHOSEN)).all()


def list_events(db: Session, *, institution_id: int, before: int | None) -> Sequence[Row[AdminEvent, User, User]]:
    """What was done for this institution, newest first, with who did it and about whom; one more than a page."""
    actor, about = aliased(User), aliased(User)
    query = (
        select(AdminEvent, actor, about)
        .outerjoin(actor, (actor.id == AdminEvent.actor_id) & (actor.institution_id == AdminEvent.institution_id))
        .outerjoin(about, (about.id == AdminEvent.about_id) & (about.institution_id == AdminEvent.institution_id))
        .where(AdminEvent.institution_id == institution_id)
        .order_by(AdminEvent.id.desc())
        .limit(EVENTS_A_PAGE + 1)
    )
    if before is not None:
        query = query.where(AdminEvent.id < before)
    return db.execute(query).all()
