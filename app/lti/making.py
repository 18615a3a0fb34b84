"""Makes the line items that staff asked for: found first, made once, then filled with what is complete already."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.db.ours import get_ours
from app.jobs import Job
from app.lti import deliveries, line_items
from app.lti import offer_queries as queries
from app.lti.delivery_rules import Meaning, Verdict, is_service_good
from app.lti.health import Service, note_service_result
from app.lti.line_items import LINE_ITEM_SCOPE, Access, FoundItem, NewItem
from app.lti.models import Registration, ResourceLink
from app.lti.offer_models import LineItemOffer
from app.lti.offer_rules import LONGEST_LABEL, MADE_TAG, UNDER_WAY, OfferState, choose_item, next_step
from app.lti.offers import LINE_ITEMS
from app.lti.services import ServiceFailed
from app.progress.rules import module_key
from app.web.house import House
from app.web.texts import gettext as _

# Longer than the few calls that one line item takes; after a crash it is looked for, and found, before it is made.
LEASE = timedelta(minutes=3)
FILL_BATCH = 200
_log = structlog.get_logger()
_NOT_WITH_THE_LINK = frozenset({Meaning.REFUSED, Meaning.GONE})


@dataclass(frozen=True)
class Order:
    """A line item that this worker makes now; `others` and `taken` are the course's other links and their columns."""

    offer_id: int
    institution_id: int
    registration: Registration
    url: str
    key: str
    link_id: str
    others: frozenset[str]
    taken: frozenset[str]


def line_item_job() -> Job:
    """The work of this room: one lane for each registration."""
    return Job(LINE_ITEMS, queries.list_due_lanes, drain)


def drain(house: House, lane: str) -> bool:
    """Makes one line item, or fills one a little further; True when more may be due."""
    with house.database.writing() as db:
        offer = queries.find_next(db, registration_id=int(lane), now=house.clock())
        if offer is None:
            return False
        if offer.state == OfferState.FILLING:
            _fill(db, offer, now=house.clock())
            return True
        order = _take(db, offer, now=house.clock())
    made = _make(house, order)
    with house.database.writing() as db:
        _conclude(db, house, order, made)
    return True


def _take(db: Session, offer: LineItemOffer, *, now: datetime) -> Order:
    offer.state, offer.next_at, offer.attempts = OfferState.MAKING, now + LEASE, offer.attempts + 1
    link = _get_link(db, offer)
    others, taken = queries.list_neighbours(db, link=link)
    registration = db.get_one(Registration, offer.registration_id)
    return Order(
        offer_id=offer.id, institution_id=offer.institution_id, registration=registration, url=offer.url, key=link.key,
        link_id=link.platform_link_id, others=others, taken=taken,
    )  # fmt: skip


def _get_link(db: Session, offer: LineItemOffer) -> ResourceLink:
    return get_ours(db, ResourceLink, offer.resource_link_id, institution_id=offer.institution_id)


def _make(house: House, order: Order) -> FoundItem | Verdict:
    access = Access(house, order.registration, frozenset({LINE_ITEM_SCOPE}))
    try:
        found = line_items.find_line_items(access, order.url, resource_id=order.key, tag=MADE_TAG)
        kept = choose_item(found, link_id=order.link_id, other_links=order.others, taken=order.taken)
        return kept or _create(house, access, order)
    except ServiceFailed as failed:
        verdict = failed.verdict
    told = {"registration": order.registration.id, "reason": verdict.reason, "status": verdict.status}
    _log.info("line-item.not-made", **told)
    return verdict


def _create(house: House, access: Access, order: Order) -> FoundItem:
    """As the link's own column; where the LMS wants no such bond, as one beside it."""
    label = _find_label(house, order.key)
    try:
        return line_items.create_line_item(access, order.url, NewItem(label, order.key, MADE_TAG, order.link_id))
    except ServiceFailed as failed:
        if failed.verdict.meaning not in _NOT_WITH_THE_LINK:
            raise
    return line_items.create_line_item(access, order.url, NewItem(label, order.key, MADE_TAG))


def _find_label(house: House, key: str) -> str:
    module = house.library.find_module(key.removeprefix(module_key("")))
    return (module.title if module else _("Coach training"))[:LONGEST_LABEL]


def _conclude(db: Session, house: House, order: Order, made: FoundItem | Verdict) -> None:
    now = house.clock()
    offer = get_ours(db, LineItemOffer, order.offer_id, institution_id=order.institution_id)
    _note_health(db, offer, made, now=now)
    if offer.state not in UNDER_WAY:
        return
    if isinstance(made, Verdict):
        wait = next_step(made, attempts=offer.attempts, seed=offer.id)
        offer.status, offer.reason = made.status, made.reason
        offer.state = OfferState.REFUSED if wait is None else OfferState.MAKING
        offer.next_at = None if wait is None else now + wait
        return
    link = _get_link(db, offer)
    deliveries.keep_line_item(db, link=link, url=made.url, may_score=True, now=now)
    offer.state, offer.next_at, offer.attempts = OfferState.FILLING, now, 0
    offer.status, offer.reason, offer.made_url, offer.made_at = None, None, made.url, now


def _fill(db: Session, offer: LineItemOffer, *, now: datetime) -> None:
    """Owes the column what people have completed already, a batch at a time; each row is made once."""
    link = _get_link(db, offer)
    if deliveries.derive_for_link(db, link=link, most=FILL_BATCH, now=now) < FILL_BATCH:
        offer.state, offer.next_at = OfferState.MADE, None


def _note_health(db: Session, offer: LineItemOffer, made: FoundItem | Verdict, *, now: datetime) -> None:
    is_good = is_service_good(made) if isinstance(made, Verdict) else True
    if is_good is not None:
        reason = made.reason if isinstance(made, Verdict) else None
        note_service_result(
            db, registration_id=offer.registration_id, service=Service.AGS, ok=is_good, reason=reason, now=now
        )
