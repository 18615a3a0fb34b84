"""The three statements of a score that simply arrives: taken, delivered, told. Of plain tables, each built once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session

from app.db.rows import table_of
from app.lti.delivery_rules import State
from app.lti.models import Delivery, LineItem, Registration, ResourceLink, SendingPause
from app.membership.models import User
from app.progress import service as progress_service
from app.progress.rules import ReceiptState

_delivery = table_of(Delivery)
_item = table_of(LineItem)
_link = table_of(ResourceLink)
_user = table_of(User)
_registration = table_of(Registration)
_pause = table_of(SendingPause)
_NEXT = (
    select(
        _delivery.c.id,
        _delivery.c.institution_id,
        _delivery.c.user_id,
        _delivery.c.state,
        _delivery.c.stamped_at,
        _delivery.c.completed_at,
        _delivery.c.sent_at,
        _item.c.url,
        _item.c.may_score,
        _item.c.gone_at,
        _link.c.context_id,
        _link.c.key,
        _user.c.sub,
        _pause.c.failures,
    )
    .join(_item, and_(_delivery.c.line_item_id == _item.c.id, _item.c.institution_id == _delivery.c.institution_id))
    .join(_link, and_(_item.c.resource_link_id == _link.c.id, _link.c.institution_id == _item.c.institution_id))
    .join(_user, and_(_delivery.c.user_id == _user.c.id, _user.c.institution_id == _delivery.c.institution_id))
    .join(_registration, _registration.c.id == _delivery.c.registration_id)
    .outerjoin(_pause, _pause.c.registration_id == _delivery.c.registration_id)
    .where(
        _delivery.c.registration_id == bindparam("registration_id"),
        _delivery.c.next_at <= bindparam("now"),
        _registration.c.is_active,
    )
    .order_by(_delivery.c.next_at, _delivery.c.id)
    .limit(1)
    .with_for_update(of=_delivery, skip_locked=True)
)
_TAKE = (
    update(_delivery)
    .where(_delivery.c.institution_id == bindparam("ours"), _delivery.c.id == bindparam("delivery_id"))
    .values(
        state=State.SENDING,
        stamped_at=bindparam("stamp"),
        next_at=bindparam("lease_ends_at"),
        attempts=_delivery.c.attempts + 1,
    )
)
# Only while it is still this very attempt: what was put back meanwhile is to be sent once more.
_DELIVERED = (
    update(_delivery)
    .where(
        _delivery.c.institution_id == bindparam("ours"),
        _delivery.c.id == bindparam("delivery_id"),
        _delivery.c.state == State.SENDING,
        _delivery.c.stamped_at == bindparam("stamp"),
    )
    .values(state=State.DELIVERED, next_at=None, reason=None, status=bindparam("http_status"), sent_at=bindparam("now"))
)


@dataclass(frozen=True)
class Place:
    """Where a score's receipt is shown: the person's own page of that content, in that course."""

    institution_id: int
    user_id: int
    context_id: int | None
    key: str


def find_next(db: Session, *, registration_id: int, now: datetime) -> Any:
    """The oldest due delivery of an active registration, locked where the database can.

    Another worker's is passed over. The row names all that sending needs, and `failures` where there is a pause.
    """
    return db.execute(_NEXT, {"registration_id": registration_id, "now": now}).one_or_none()


def take(db: Session, found: Any, *, stamp: datetime, now: datetime, lease: timedelta) -> None:
    """Puts what was found into this worker's hand."""
    values = {"ours": found.institution_id, "delivery_id": found.id, "stamp": stamp, "lease_ends_at": now + lease}
    db.execute(_TAKE, values)


def note_delivered(  # noqa: PLR0913  all of one attempt
    db: Session, *, delivery_id: int, stamp: datetime, place: Place, status: int | None, now: datetime
) -> None:
    """The gradebook has it."""
    values = {
        "ours": place.institution_id, "delivery_id": delivery_id, "stamp": stamp, "http_status": status, "now": now,
    }  # fmt: skip
    ended: Any = db.execute(_DELIVERED, values)
    if ended.rowcount and place.context_id is not None:
        progress_service.keep_receipt_row(
            db,
            {
                "institution_id": place.institution_id, "user_id": place.user_id, "context_id": place.context_id,
                "key": place.key, "state": ReceiptState.CONFIRMED, "at": now,
            },
        )  # fmt: skip
