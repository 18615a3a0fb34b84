"""Reads offers of line items: the next that is due, a link's neighbours, and a course's columns for its staff."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.lti.models import LineItem, Registration, ResourceLink
from app.lti.offer_models import LineItemOffer
from app.membership.models import Context

MOST_LINKS = 200
_NEXT = (
    select(LineItemOffer)
    .join(Registration, Registration.id == LineItemOffer.registration_id)
    .where(
        LineItemOffer.registration_id == bindparam("registration_id"),
        LineItemOffer.next_at <= bindparam("now"),
        Registration.is_active,
    )
    .order_by(LineItemOffer.next_at, LineItemOffer.id)
    .limit(1)
    .with_for_update(of=LineItemOffer, skip_locked=True)
)
_DUE_LANES = (
    select(LineItemOffer.registration_id)
    .join(Registration, Registration.id == LineItemOffer.registration_id)
    .where(LineItemOffer.next_at <= bindparam("now"), Registration.is_active)
    .distinct()
    .order_by(LineItemOffer.registration_id)
)
_WITH_COLUMN = and_(
    LineItem.resource_link_id == ResourceLink.id, LineItem.institution_id == ResourceLink.institution_id
)
_WITH_OFFER = and_(
    LineItemOffer.resource_link_id == ResourceLink.id, LineItemOffer.institution_id == ResourceLink.institution_id
)
_NEIGHBOURS = (
    select(ResourceLink.platform_link_id, LineItem.url)
    .outerjoin(LineItem, _WITH_COLUMN)
    .where(
        ResourceLink.institution_id == bindparam("institution_id"),
        ResourceLink.deployment_id == bindparam("deployment_id"),
        ResourceLink.context_id == bindparam("context_id"),
        ResourceLink.id != bindparam("link_id"),
    )
)
_OF_COURSE = (
    select(ResourceLink, LineItem, LineItemOffer)
    .outerjoin(LineItem, _WITH_COLUMN)
    .outerjoin(LineItemOffer, _WITH_OFFER)
    .where(
        ResourceLink.institution_id == bindparam("institution_id"), ResourceLink.context_id == bindparam("context_id")
    )
    .order_by(ResourceLink.id)
    .limit(MOST_LINKS)
)


def find_next(db: Session, *, registration_id: int, now: datetime) -> LineItemOffer | None:
    """The offer of a registration that is due longest, locked where the database can."""
    return db.scalars(_NEXT, {"registration_id": registration_id, "now": now}).one_or_none()


def list_due_lanes(db: Session, now: datetime) -> Sequence[str]:
    return [str(number) for number in db.scalars(_DUE_LANES, {"now": now})]


def list_neighbours(db: Session, *, link: ResourceLink) -> tuple[frozenset[str], frozenset[str]]:
    """The course's other links as the platform calls them, and the addresses of their columns."""
    values = {
        "institution_id": link.institution_id, "deployment_id": link.deployment_id, "context_id": link.context_id,
        "link_id": link.id,
    }  # fmt: skip
    rows = db.execute(_NEIGHBOURS, values).all()
    return frozenset(row[0] for row in rows), frozenset(row[1] for row in rows if row[1])


def list_columns(
    db: Session, *, context: Context
) -> Sequence[tuple[ResourceLink, LineItem | None, LineItemOffer | None]]:
    """The course's links in the order in which they were first opened, each with its column and its offer."""
    values = {"institution_id": context.institution_id, "context_id": context.id}
    return [(link, item, offer) for link, item, offer in db.execute(_OF_COURSE, values)]
