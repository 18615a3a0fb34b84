"""Writes down what an LMS's answer means: for the score, for the registration's pause, and for the person's page."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.db.ours import get_ours
from app.lti import offers
from app.lti.deliveries import get_line_item, keep_receipt_of
from app.lti.delivery_rules import DAY, FAILURES_BEFORE_REST, Meaning, State, Verdict, back_off
from app.lti.models import Delivery, SendingPause
from app.progress.rules import ReceiptState

_FINAL = {
    Meaning.DELIVERED: (State.DELIVERED, ReceiptState.CONFIRMED),
    Meaning.SUPERSEDED: (State.CHANGED, ReceiptState.CHANGED_IN_LMS),
    Meaning.REFUSED: (State.REFUSED, ReceiptState.REFUSED),
    Meaning.GONE: (State.GONE, ReceiptState.REFUSED),
}
_CONFLICT = 409


def conclude(  # noqa: PLR0913  all of one attempt
    db: Session, *, delivery_id: int, institution_id: int, stamp: datetime, verdict: Verdict, was_unsure: bool,
    now: datetime,
) -> None:  # fmt: skip
    """Ends the attempt with that timestamp. `was_unsure`: an earlier one with the same timestamp may have arrived."""
    delivery = get_ours(db, Delivery, delivery_id, institution_id=institution_id)
    _keep_pause(db, verdict, now, registration_id=delivery.registration_id)
    # A row that was put back may be under way again, with a later timestamp: that is not this attempt.
    if delivery.state != State.SENDING or delivery.stamped_at != stamp:
        return  # put back meanwhile, for another column say, or ended by another worker
    delivery.status, delivery.reason = verdict.status, verdict.reason or None
    if verdict.status is not None or verdict.may_have_arrived:
        delivery.sent_at = now
    meaning = _read_conflict(verdict, was_unsure=was_unsure)
    if meaning in _FINAL:
        _end(db, delivery, meaning, now)
    else:
        is_unsure = was_unsure or verdict.may_have_arrived
        delivery.state = State.SENDING if is_unsure else State.WAITING
        delivery.next_at = now + _wait_of(verdict, delivery)


def _read_conflict(verdict: Verdict, *, was_unsure: bool) -> Meaning:
    """The LMS has this timestamp already: if we may have sent it before, that was us."""
    is_ours = verdict.meaning == Meaning.SUPERSEDED and verdict.status == _CONFLICT and was_unsure
    return Meaning.DELIVERED if is_ours else verdict.meaning


def _end(db: Session, delivery: Delivery, meaning: Meaning, now: datetime) -> None:
    state, receipt = _FINAL[meaning]
    delivery.state, delivery.next_at = state, None
    line_item = get_line_item(db, delivery)
    if meaning == Meaning.GONE:
        line_item.gone_at = line_item.gone_at or now
        receipt = ReceiptState.WAITING if offers.make_anew(db, line_item, now=now) else receipt
    keep_receipt_of(db, delivery, state=receipt, at=now)


def _wait_of(verdict: Verdict, delivery: Delivery) -> timedelta:
    if verdict.meaning == Meaning.TOMORROW:
        return DAY
    return max(verdict.wait or timedelta(), back_off(delivery.attempts, delivery.id))


def _keep_pause(db: Session, verdict: Verdict, now: datetime, *, registration_id: int) -> None:
    """Counts failures in a row; an answer that is none ends the count. After some, or at once if asked, we rest."""
    pause = db.get(SendingPause, registration_id)
    if not verdict.is_trouble:
        if pause is not None and verdict.status is not None:
            db.delete(pause)
        return
    if pause is None:
        pause = SendingPause(registration_id=registration_id, failures=0)
        db.add(pause)
    pause.failures = max(pause.failures + 1, FAILURES_BEFORE_REST if verdict.is_lanes else 0)
    pause.reason = verdict.reason
    rests = pause.failures - FAILURES_BEFORE_REST + 1
    pause.resume_at = now if rests < 1 else now + max(verdict.wait or timedelta(), back_off(rests, registration_id))
