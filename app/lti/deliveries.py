"""What gradebooks should hold, derived when a fact is written and at every launch; nothing is sent from here."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app import jobs
from app.db.inserting import insert_once
from app.db.ours import get_ours
from app.lti import delivery_queries as queries
from app.lti.delivery_queries import Owed
from app.lti.delivery_rules import State
from app.lti.models import Delivery, LineItem, ResourceLink
from app.membership.models import User
from app.progress import service as progress_service
from app.progress.models import Fact
from app.progress.rules import HOME_KEY, FactKind, ReceiptState

SCORES = "scores"
# A launch may try again what an LMS refused; what was delivered, or changed there, is never touched.
_TRIED_AGAIN_AT_LAUNCH = frozenset({State.REFUSED, State.GONE})


def hear_fact(db: Session, fact: Fact) -> None:
    """A listener: a completion is owed to each column of the person's links with that key, in every course."""
    key = {FactKind.COMPLETED: fact.key, FactKind.PROGRAM_COMPLETED: HOME_KEY}.get(FactKind(fact.kind))
    if key is None:
        return
    for owed in queries.list_owed_for_fact(db, fact=fact, kind=fact.kind, key=key):
        user = get_ours(db, User, fact.user_id, institution_id=fact.institution_id)
        _owe(db, owed, user=user, now=fact.at)


def may_owe(*, is_complete: bool, state: str | None) -> bool:
    """Whether a known link's column may still need something: the completion is there and has not arrived."""
    return is_complete and (state is None or state in _TRIED_AGAIN_AT_LAUNCH)


def derive_for_launch(db: Session, *, link: ResourceLink, user: User, now: datetime) -> None:
    """What this link's column should hold for the person who just opened it."""
    if user.is_test_user:
        return
    is_home = link.key == HOME_KEY
    kind = FactKind.PROGRAM_COMPLETED if is_home else FactKind.COMPLETED
    for owed in queries.list_owed_for_link(db, link=link, user=user, kind=kind, is_any_key=is_home):
        _owe(db, owed, user=user, now=now)


def derive_for_link(db: Session, *, link: ResourceLink, most: int, now: datetime) -> int:
    """What this link's column should hold for everybody who opened it, `most` people at a time; how many were found.

    Called again until fewer are found: who was served is not found again.
    """
    is_home = link.key == HOME_KEY
    kind = FactKind.PROGRAM_COMPLETED if is_home else FactKind.COMPLETED
    found = queries.list_owed_by_link(db, link=link, kind=kind, is_any_key=is_home, most=most)
    for owed, user in found:
        _owe(db, owed, user=user, now=now)
    return len(found)


def _owe(db: Session, owed: Owed, *, user: User, now: datetime) -> None:
    if owed.delivery is None:
        if not _insert(db, owed, user=user, now=now):
            return
    elif owed.delivery.state in _TRIED_AGAIN_AT_LAUNCH:
        is_new_column = owed.delivery.state == State.GONE
        _put_back(owed.delivery, State.DUE if is_new_column else State.WAITING, now)
    else:
        return
    keep_receipt(db, user=user, link=owed.link, state=ReceiptState.WAITING, at=now)
    jobs.wake(db, kind=SCORES, lane=str(owed.registration_id))


def _insert(db: Session, owed: Owed, *, user: User, now: datetime) -> bool:
    """False where another request made the row first."""
    row = {
        "institution_id": user.institution_id, "registration_id": owed.registration_id, "user_id": user.id,
        "line_item_id": owed.line_item_id, "completed_at": owed.completed_at, "state": State.DUE, "next_at": now,
    }  # fmt: skip
    return insert_once(db, Delivery, row, unique=["line_item_id", "user_id"])


def _put_back(delivery: Delivery, state: State, now: datetime) -> None:
    delivery.state, delivery.next_at, delivery.attempts = state, now, 0
    delivery.status, delivery.reason = None, None


def resend(db: Session, delivery: Delivery, *, now: datetime) -> None:
    """Sends a completion once more, with a newer timestamp: for the office, when a gradebook lost or refused it."""
    _put_back(delivery, State.DUE, now)
    keep_receipt_of(db, delivery, state=ReceiptState.WAITING, at=now)
    jobs.wake(db, kind=SCORES, lane=str(delivery.registration_id))


def keep_receipt(db: Session, *, user: User, link: ResourceLink, state: ReceiptState, at: datetime) -> None:
    """Says on the pages what became of a completion; a link outside any course has no page to say it on."""
    if link.context_id is not None:
        progress_service.keep_receipt(db, user=user, context_id=link.context_id, key=link.key, state=state, at=at)


def get_line_item(db: Session, delivery: Delivery) -> LineItem:
    """The column for which it is meant."""
    return get_ours(db, LineItem, delivery.line_item_id, institution_id=delivery.institution_id)


def keep_receipt_of(db: Session, delivery: Delivery, *, state: ReceiptState, at: datetime) -> None:
    """The receipt of one delivery."""
    ours = {"institution_id": delivery.institution_id}
    link = get_ours(db, ResourceLink, get_line_item(db, delivery).resource_link_id, **ours)
    keep_receipt(db, user=get_ours(db, User, delivery.user_id, **ours), link=link, state=state, at=at)


def keep_line_item(db: Session, *, link: ResourceLink, url: str, may_score: bool, now: datetime) -> LineItem:
    """The link's column as this launch names it. A column that came back, or another one, is served anew."""
    item = queries.find_line_item(db, link=link)
    if item is None:
        row = {
            "institution_id": link.institution_id, "resource_link_id": link.id, "url": url, "may_score": may_score,
            "seen_at": now,
        }  # fmt: skip
        insert_once(db, LineItem, row, unique=["resource_link_id"])
        item = queries.find_line_item(db, link=link)
        assert item is not None
    if item.url != url:
        item.url = url
        _serve_anew(db, item, now)
    item.may_score, item.gone_at = may_score, None
    return item


def _serve_anew(db: Session, item: LineItem, now: datetime) -> None:
    """Every completion that the old column had: the new one knows nothing of them."""
    anew = {"state": State.DUE, "next_at": now, "attempts": 0, "sent_at": None, "status": None, "reason": None}
    ours = Delivery.institution_id == item.institution_id, Delivery.line_item_id == item.id
    lanes = db.scalars(update(Delivery).where(*ours).values(anew).returning(Delivery.registration_id))
    for registration_id in sorted(set(lanes)):
        jobs.wake(db, kind=SCORES, lane=str(registration_id))
