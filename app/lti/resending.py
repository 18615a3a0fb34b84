"""Sends what is stuck once more, when an administrator says that the cause is mended."""

from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from app import jobs
from app.lti.deliveries import SCORES, resend
from app.lti.delivery_rules import State
from app.lti.grades import LEASE
from app.lti.models import Delivery, SendingPause

# Refused ones are put back one by one; the rest of them at the next press.
MOST_REFUSED = 100


def resend_stuck(db: Session, *, institution_id: int, registration_id: int, now: datetime) -> int:
    """How many were put back: refused ones as new, waiting ones as due now. What a worker is sending stays with it."""
    ours = Delivery.institution_id == institution_id, Delivery.registration_id == registration_id
    refused = db.scalars(
        select(Delivery).where(*ours, Delivery.state == State.REFUSED).order_by(Delivery.id).limit(MOST_REFUSED)
    ).all()
    for delivery in refused:
        resend(db, delivery, now=now)
    resting = or_(
        Delivery.state.in_([State.DUE, State.WAITING]),
        and_(Delivery.state == State.SENDING, Delivery.next_at > now + LEASE),
    )
    hurried = update(Delivery).where(*ours, Delivery.next_at > now, resting).values(next_at=now).returning(Delivery.id)
    count = len(refused) + len(db.scalars(hurried).all())
    db.execute(delete(SendingPause).where(SendingPause.registration_id == registration_id))
    jobs.wake(db, kind=SCORES, lane=str(registration_id))
    return count
