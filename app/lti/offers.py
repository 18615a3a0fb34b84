"""Offers of line items: kept at launches, taken up by staff, and anew when a column of ours was lost."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app import jobs
from app.db.inserting import build_once
from app.db.rows import table_of
from app.lti.delivery_rules import DAY
from app.lti.models import LineItem, ResourceLink
from app.lti.offer_models import LineItemOffer
from app.lti.offer_rules import MAY_BE_ASKED, UNDER_WAY, OfferState
from app.membership.models import Context

LINE_ITEMS = "line-items"
_table = table_of(LineItemOffer)
_KNOWN = select(_table.c.id, _table.c.url, _table.c.state).where(
    _table.c.institution_id == bindparam("institution_id"), _table.c.resource_link_id == bindparam("link_id")
)
_OFFER = build_once(_table, ["resource_link_id"])
_OF_LINK = select(LineItemOffer).where(
    LineItemOffer.institution_id == bindparam("institution_id"), LineItemOffer.resource_link_id == bindparam("link_id")
)


def keep_offer(db: Session, *, link: ResourceLink, registration_id: int, url: str, now: datetime) -> None:
    """A launch named no column for this link, and where one may be made. One statement where that was known."""
    known = db.execute(_KNOWN, {"institution_id": link.institution_id, "link_id": link.id}).one_or_none()
    if known is None:
        row = {
            "uuid": uuid4(), "institution_id": link.institution_id, "registration_id": registration_id,
            "resource_link_id": link.id, "url": url, "state": OfferState.OPEN, "attempts": 0, "seen_at": now,
        }  # fmt: skip
        _OFFER.run(db, row)
        return
    # What was made is not there any more, or the LMS's own column came in its place and went.
    state = OfferState.OPEN if known.state == OfferState.MADE else known.state
    if (known.url, known.state) != (url, state):
        ours = _table.c.institution_id == link.institution_id, _table.c.id == known.id
        db.execute(update(_table).where(*ours).values(url=url, state=state, seen_at=now))


def ask(db: Session, *, context: Context, uuid: UUID, now: datetime) -> bool:
    """Staff want that column: it is to be made, once, however many ask. False where there is nothing to ask for."""
    links = select(ResourceLink.id).where(
        ResourceLink.institution_id == context.institution_id, ResourceLink.context_id == context.id
    )
    offer = db.scalar(
        select(LineItemOffer)
        .where(
            LineItemOffer.institution_id == context.institution_id,
            LineItemOffer.uuid == uuid,
            LineItemOffer.resource_link_id.in_(links),
        )
        .with_for_update()
    )
    if offer is None:
        return False
    if offer.state in MAY_BE_ASKED:
        _ask(db, offer, now)
    return True


def make_anew(db: Session, item: LineItem, *, now: datetime) -> bool:
    """A column is gone: if it is ours it is made anew, at most once a day. Whether that is under way."""
    values = {"institution_id": item.institution_id, "link_id": item.resource_link_id}
    offer = db.scalar(_OF_LINK, values)
    if offer is None or offer.made_url != item.url or offer.made_at is None:
        return False
    if offer.state in UNDER_WAY:
        return True
    if now - offer.made_at < DAY:
        # Somebody takes it away as often as we make it: now a person decides.
        offer.state = OfferState.OPEN
        return False
    _ask(db, offer, now)
    return True


def _ask(db: Session, offer: LineItemOffer, now: datetime) -> None:
    offer.state, offer.next_at, offer.attempts = OfferState.ASKED, now, 0
    offer.status, offer.reason = None, None
    jobs.wake(db, kind=LINE_ITEMS, lane=str(offer.registration_id))
