"""Asks each deployment once for its notices, as soon as a launch offers them; again when our address has changed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.jobs import Job
from app.lti import health, tokens, upserts
from app.lti.delivery_rules import DAY, back_off
from app.lti.desk import desk_of
from app.lti.health import Service
from app.lti.launches import Launch, NoticeOffer
from app.lti.models import Deployment, Registration
from app.lti.notice_models import NoticeSubscription
from app.lti.scopes import NOTICE_SCOPE
from app.lti.tokens import TokenRefused
from app.outbound.errors import OutboundError
from app.outbound.http import Answer
from app.web.house import House

SUBSCRIPTIONS = "notice-subscriptions"
HANDLER_PATH = "/lti/notices"
BATCH_SIZE = 20
LEASE = timedelta(seconds=90)
# Where a platform keeps refusing, the question is put daily, and after a month only when a launch offers it anew.
TRIES_BEFORE_DAILY = 8
MOST_TRIES = 40
_MOST_REMEMBERED = 10_000
_MOST_BYTES = 262_144
_UNAUTHORIZED = 401


class State(StrEnum):
    """Where a subscription stands."""

    DUE = "due"
    SUBSCRIBED = "subscribed"
    GIVEN_UP = "given-up"


@dataclass(frozen=True)
class Claim:
    """A subscription that this worker makes now."""

    subscription_id: int
    registration: Registration
    service_url: str
    handler: str
    notice_types: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of it: no reason where the platform has taken everything."""

    reason: str | None = None
    status: int | None = None


def is_news(house: House, launch: Launch) -> bool:
    """Whether this process has not yet written down what this deployment offers. Costs a normal launch a look-up."""
    return launch.notices is not None and _mark_of(launch) not in desk_of(house).offers


def remember(house: House, launch: Launch) -> None:
    """After the commit: the next launch needs not look again."""
    desk = desk_of(house)
    with desk.lock:
        if len(desk.offers) >= _MOST_REMEMBERED:
            desk.offers.clear()
        desk.offers.add(_mark_of(launch))


def _mark_of(launch: Launch) -> tuple[int, str, NoticeOffer | None]:
    return launch.registration_id, launch.deployment_id, launch.notices


def keep(db: Session, house: House, launch: Launch) -> None:
    """Writes down what a deployment offers; where that or our address is new, the platform is asked by a job."""
    offer, handler = launch.notices, f"{house.settings.origin}{HANDLER_PATH}"
    assert offer is not None
    row: dict[str, Any] = {"service_url": offer.url, "notice_types": " ".join(offer.types), "handler": handler}
    deployment_id = db.scalar(
        select(Deployment.id).where(
            Deployment.registration_id == launch.registration_id,
            Deployment.platform_deployment_id == launch.deployment_id,
        )
    )
    known = db.scalar(select(NoticeSubscription).where(NoticeSubscription.deployment_id == deployment_id))
    if known is not None and known.state != State.GIVEN_UP and row == {name: getattr(known, name) for name in row}:
        return
    row |= {
        "registration_id": launch.registration_id, "deployment_id": deployment_id, "state": State.DUE,
        "next_at": house.clock(), "attempts": 0,
    }  # fmt: skip
    upserts.KEEP_SUBSCRIPTION.run(db, row)
    jobs.wake(db, kind=SUBSCRIPTIONS, lane=str(launch.registration_id))


def subscription_job() -> Job:
    """One lane for each registration."""
    return Job(SUBSCRIPTIONS, _list_due_lanes, drain)


def _list_due_lanes(db: Session, now: datetime) -> Sequence[str]:
    due = (
        select(NoticeSubscription.registration_id)
        .join(Registration, Registration.id == NoticeSubscription.registration_id)
        .where(Registration.is_active, NoticeSubscription.next_at <= now)
        .distinct()
    )
    return [str(one) for one in db.scalars(due)]


def drain(house: House, lane: str) -> bool:
    """Makes one subscription; True when another may be due."""
    with house.database.writing() as db:
        claim = _claim(db, registration_id=int(lane), now=house.clock())
    if claim is None:
        return False
    outcome = _subscribe(house, claim)
    with house.database.writing() as db:
        _conclude(db, claim, outcome, now=house.clock())
    return True


def _claim(db: Session, *, registration_id: int, now: datetime) -> Claim | None:
    registration = db.get(Registration, registration_id)
    if registration is None or not registration.is_active:
        return None
    row = db.scalars(
        select(NoticeSubscription)
        .where(NoticeSubscription.registration_id == registration_id, NoticeSubscription.next_at <= now)
        .order_by(NoticeSubscription.next_at, NoticeSubscription.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    row.next_at, row.attempts = now + LEASE, row.attempts + 1
    return Claim(row.id, registration, row.service_url, row.handler, tuple(row.notice_types.split()))


def _subscribe(house: House, claim: Claim) -> Outcome:
    try:
        token = tokens.get_token(house, claim.registration, scope=NOTICE_SCOPE)
        known = _read_handlers(_call(house, claim, token, "GET"))
        for kind in claim.notice_types:
            if known.get(kind) != claim.handler:
                wish = {"notice_type": kind, "handler": claim.handler, "max_batch_size": BATCH_SIZE}
                answer = _call(house, claim, token, "PUT", json.dumps(wish).encode())
                if not answer.is_success:
                    return _read_refusal(house, claim, token, answer)
    except TokenRefused as refused:
        return Outcome(refused.reason)
    except OutboundError as error:
        return Outcome(error.reason.value)
    return Outcome()


def _call(house: House, claim: Claim, token: str, method: str, body: bytes | None = None) -> Answer:
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    if body is not None:
        headers["content-type"] = "application/json"
    return house.outbound.send(method, claim.service_url, headers=headers, body=body, limit=_MOST_BYTES)


def _read_handlers(answer: Answer) -> dict[str, object]:
    """Which address each type is sent to now; nothing where the platform does not say."""
    try:
        given = answer.json() if answer.is_success else {}
    except OutboundError:
        return {}
    listed = given.get("notice_handlers") if isinstance(given, dict) else None
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {str(one.get("notice_type")): one.get("handler") for one in found}


def _read_refusal(house: House, claim: Claim, token: str, answer: Answer) -> Outcome:
    if answer.status == _UNAUTHORIZED:
        tokens.drop_token(house, claim.registration, scope=NOTICE_SCOPE, token=token)
    return Outcome(f"status-{answer.status}", answer.status)


def _conclude(db: Session, claim: Claim, outcome: Outcome, *, now: datetime) -> None:
    row = db.get_one(NoticeSubscription, claim.subscription_id)
    health.note_service_result(
        db,
        registration_id=row.registration_id,
        service=Service.NOTICES,
        ok=outcome.reason is None,
        reason=outcome.reason,
        now=now,
    )
    if row.handler != claim.handler or row.service_url != claim.service_url:
        return  # a launch has put it back meanwhile, with another address
    row.status, row.reason = outcome.status, outcome.reason
    if outcome.reason is None:
        row.state, row.next_at, row.subscribed_at = State.SUBSCRIBED, None, now
    elif row.attempts >= MOST_TRIES:
        row.state, row.next_at = State.GIVEN_UP, None
    else:
        row.next_at = now + (DAY if row.attempts >= TRIES_BEFORE_DAILY else back_off(row.attempts, row.id))
