"""Reads what gradebooks are owed, and takes the next score of a registration that is due. Statements are built once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.lti.delivery_rules import FAILURES_BEFORE_REST, State
from app.lti.models import Delivery, Deployment, LineItem, LinkUser, Registration, ResourceLink, SendingPause
from app.membership.models import User
from app.progress.models import Fact


@dataclass(frozen=True)
class Owed:
    """A completion that a column should show, with the delivery if there is one already."""

    line_item_id: int
    link: ResourceLink
    registration_id: int
    completed_at: datetime
    delivery: Delivery | None


# The person opened the link as somebody who can be graded there; the column is there and takes our scores.
_SERVABLE = (
    select(LineItem.id, ResourceLink, Deployment.registration_id, Fact.at, Delivery)
    .join(
        ResourceLink,
        and_(LineItem.resource_link_id == ResourceLink.id, LineItem.institution_id == ResourceLink.institution_id),
    )
    .join(Deployment, ResourceLink.deployment_id == Deployment.id)
    .join(LinkUser, LinkUser.resource_link_id == ResourceLink.id)
    .join(User, and_(LinkUser.user_id == User.id, LinkUser.institution_id == User.institution_id))
    .join(Fact, and_(Fact.user_id == User.id, Fact.institution_id == User.institution_id))
    .outerjoin(
        Delivery,
        and_(
            Delivery.line_item_id == LineItem.id,
            Delivery.user_id == User.id,
            Delivery.institution_id == LineItem.institution_id,
        ),
    )
    .where(
        ResourceLink.institution_id == bindparam("institution_id"),
        LinkUser.institution_id == bindparam("institution_id"),
        Fact.kind == bindparam("kind"),
        LinkUser.is_gradable,
        LineItem.may_score,
        LineItem.gone_at.is_(None),
        User.is_test_user.is_(False),
    )
    .order_by(LineItem.id)
)
_SERVED = _SERVABLE.where(LinkUser.user_id == bindparam("user_id"))
_BY_KEY = _SERVED.where(ResourceLink.key == bindparam("key"), Fact.id == bindparam("fact_id"))
_BY_LINK = _SERVED.where(ResourceLink.id == bindparam("link_id"))
_BY_LINK_AND_KEY = _BY_LINK.where(Fact.key == ResourceLink.key)
_UNSERVED = (
    _SERVABLE.add_columns(User)
    .where(ResourceLink.id == bindparam("link_id"), or_(Delivery.id.is_(None), Delivery.state == State.GONE))
    .order_by(User.id)
    .limit(bindparam("most"))
)
_UNSERVED_OF_KEY = _UNSERVED.where(Fact.key == ResourceLink.key)

_OPENERS = (
    select(User)
    .join(LinkUser, and_(LinkUser.user_id == User.id, LinkUser.institution_id == User.institution_id))
    .join(
        ResourceLink,
        and_(LinkUser.resource_link_id == ResourceLink.id, LinkUser.institution_id == ResourceLink.institution_id),
    )
    .join(Fact, and_(Fact.user_id == User.id, Fact.institution_id == User.institution_id))
    .where(
        ResourceLink.institution_id == bindparam("institution_id"),
        ResourceLink.id == bindparam("link_id"),
        Fact.kind == bindparam("kind"),
        LinkUser.is_gradable,
    )
    .distinct()
)
_OPENERS_BY_KEY = _OPENERS.where(Fact.key == ResourceLink.key)

_DUE_LANES = (
    select(Registration.id)
    .outerjoin(SendingPause, SendingPause.registration_id == Registration.id)
    .where(
        Registration.is_active,
        (SendingPause.resume_at.is_(None)) | (SendingPause.resume_at <= bindparam("now")),
        select(Delivery.id)
        .where(Delivery.registration_id == Registration.id, Delivery.next_at <= bindparam("now"))
        .exists(),
    )
    .order_by(Registration.id)
)
_LINE_ITEM = select(LineItem).where(
    LineItem.institution_id == bindparam("institution_id"), LineItem.resource_link_id == bindparam("link_id")
)


def list_owed_for_fact(db: Session, *, fact: Fact, kind: str, key: str) -> Sequence[Owed]:
    """Each column of this person's links with that key."""
    values = {"institution_id": fact.institution_id, "user_id": fact.user_id, "kind": kind, "key": key}
    return [_owed(row) for row in db.execute(_BY_KEY, {**values, "fact_id": fact.id})]


def list_owed_for_link(db: Session, *, link: ResourceLink, user: User, kind: str, is_any_key: bool) -> Sequence[Owed]:
    """The link's column, if the person has what it asks for: a fact of that kind with the link's key, or with any."""
    values = {"institution_id": user.institution_id, "user_id": user.id, "kind": kind, "link_id": link.id}
    return [_owed(row) for row in db.execute(_BY_LINK if is_any_key else _BY_LINK_AND_KEY, values)][:1]


def list_openers_with(db: Session, *, link: ResourceLink, kind: str, is_any_key: bool) -> Sequence[User]:
    """Whoever opened the link as somebody gradable and has what it asks for: a fact with its key, or with any."""
    values = {"institution_id": link.institution_id, "kind": kind, "link_id": link.id}
    return db.scalars(_OPENERS if is_any_key else _OPENERS_BY_KEY, values).all()


def list_owed_by_link(
    db: Session, *, link: ResourceLink, kind: str, is_any_key: bool, most: int
) -> Sequence[tuple[Owed, User]]:
    """The next people whose completion the link's column has not been given, or has lost."""
    values = {"institution_id": link.institution_id, "kind": kind, "link_id": link.id, "most": most}
    rows = db.execute(_UNSERVED if is_any_key else _UNSERVED_OF_KEY, values)
    return [(_owed(row[:5]), row[5]) for row in rows]


def list_due_lanes(db: Session, now: datetime) -> Sequence[str]:
    """The active registrations that do not rest and have something due, as names of lanes."""
    return [str(number) for number in db.scalars(_DUE_LANES, {"now": now})]


def find_line_item(db: Session, *, link: ResourceLink) -> LineItem | None:
    return db.scalars(_LINE_ITEM, {"institution_id": link.institution_id, "link_id": link.id}).one_or_none()


def may_send(db: Session, *, registration_id: int, now: datetime, lease: timedelta) -> bool:
    """Whether a registration does not rest. After many failures one score goes ahead, the others wait for its fate."""
    pause = db.get(SendingPause, registration_id)
    if pause is None:
        return True
    if pause.resume_at > now:
        return False
    if pause.failures >= FAILURES_BEFORE_REST:
        pause.resume_at = now + lease
    return True


def _owed(row: Any) -> Owed:
    line_item_id, link, registration_id, completed_at, delivery = row
    return Owed(line_item_id, link, registration_id, completed_at, delivery)
