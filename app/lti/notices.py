"""Reads the notices that came: a copied course learns its origin, a hello shows that the way to us is open."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.jobs import Job
from app.lti import copies, upserts
from app.lti.models import Deployment
from app.lti.notice_claims import CONTEXT_COPY
from app.lti.notice_models import Notice, NoticeSubscription
from app.membership.models import Context, Platform
from app.web.house import House

NOTICES = "notices"
BATCH = 50
# Long past the life of every token, and of every platform's patience in sending something twice.
KEPT = timedelta(days=30)


def notice_job() -> Job:
    """One lane for each registration."""
    return Job(NOTICES, _list_due_lanes, drain)


def _list_due_lanes(db: Session, _now: datetime) -> Sequence[str]:
    return [str(one) for one in db.scalars(select(Notice.registration_id).where(Notice.read_at.is_(None)).distinct())]


def drain(house: House, lane: str) -> bool:
    """Reads one batch, in one transaction; True when more may wait."""
    now = house.clock()
    with house.database.writing() as db:
        unread = db.scalars(
            select(Notice)
            .where(Notice.registration_id == int(lane), Notice.read_at.is_(None))
            .order_by(Notice.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for notice in unread:
            _read(db, notice, now)
            notice.read_at = now
        db.execute(delete(Notice).where(Notice.registration_id == int(lane), Notice.read_at < now - KEPT))
    return len(unread) == BATCH


def _read(db: Session, notice: Notice, now: datetime) -> None:
    if notice.notice_type == CONTEXT_COPY:
        _keep_origins(db, notice, now)
        return
    hello = update(NoticeSubscription).where(NoticeSubscription.deployment_id == notice.deployment_id)
    db.execute(hello.values(heard_at=notice.received_at))


def _keep_origins(db: Session, notice: Notice, now: datetime) -> None:
    """For the course's first launch; where that was quicker than the notice, at once."""
    course_id, listed = notice.told.get("context"), notice.told.get("origins")
    origins = [one for one in listed if one != course_id] if isinstance(listed, list) else []
    site = db.scalar(
        select(Platform)
        .join(Deployment, Deployment.platform_id == Platform.id)
        .where(Deployment.id == notice.deployment_id)
    )
    if not isinstance(course_id, str) or site is None or not origins:
        return
    tenant = {"institution_id": site.institution_id, "platform_id": site.id}
    # The nearest is written last: origins are read newest first.
    for origin in reversed(origins):
        row = {**tenant, "platform_context_id": course_id, "origin_context_id": origin, "told_at": now}
        upserts.ADD_ORIGIN.run(db, row)
    opened = select(Context.id).where(
        Context.institution_id == site.institution_id,
        Context.platform_id == site.id,
        Context.platform_context_id == course_id,
    )
    ancestors = copies.list_origins(db, **tenant, course_id=course_id)
    for context_id in db.scalars(opened).all():
        copies.link_to_ancestor(db, **tenant, context_id=context_id, ancestors=ancestors, now=now)
