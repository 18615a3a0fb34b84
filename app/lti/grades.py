"""Sends what gradebooks are owed: for each registration one score at a time, whatever the LMS answers."""

from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

import structlog
from sqlalchemy.orm import Session

from app.jobs import Job
from app.jobs.killing import die_at
from app.lti import delivery_queries as queries
from app.lti.deliveries import SCORES
from app.lti.delivery_rules import (
    SCORE_SCOPE,
    SCORE_TYPE,
    Meaning,
    Score,
    State,
    Verdict,
    next_stamp,
    scores_url,
    write_score,
)
from app.lti.delivery_verdicts import conclude
from app.lti.models import LineItem, Registration
from app.lti.platform_profiles import recognize
from app.lti.services import Call, exchange
from app.web.house import House

BATCH = 25
BATCH_SECONDS = 5.0
# Longer than any call can take; after a crash the score is due again when it is over.
LEASE = timedelta(seconds=90)
_log = structlog.get_logger()


@dataclass(frozen=True)
class Claim:
    """A score that this worker sends now."""

    delivery_id: int
    registration: Registration
    url: str
    score: Score
    was_unsure: bool
    # Set where nothing is to be sent: the verdict stands already.
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Sent:
    """What came of a claim; not yet written down."""

    claim: Claim
    verdict: Verdict


def score_job() -> Job:
    """The work of this room: one lane for each registration."""
    return Job(SCORES, queries.list_due_lanes, drain)


def drain(house: House, lane: str) -> bool:
    """Sends one batch of a registration's scores; True when more may be due.

    What became of a score and the claim on the next one are one transaction: a commit costs more than all the rest.
    """
    registration_id, ends_at = int(lane), monotonic() + BATCH_SECONDS
    sent: Sent | None = None
    for _ in range(BATCH):
        with house.database.writing() as db:
            if sent is not None:
                _conclude(db, house, sent)
            claim = _claim(db, house, registration_id)
        if sent is not None:
            die_at("after-commit")
        if claim is None:
            return False
        sent = _deliver(house, claim)
        if monotonic() >= ends_at:
            break
    assert sent is not None
    with house.database.writing() as db:
        _conclude(db, house, sent)
    die_at("after-commit")
    return True


def _deliver(house: House, claim: Claim) -> Sent:
    die_at("before-send")
    verdict = claim.verdict or _send(house, claim)
    die_at("after-send")
    if verdict.meaning != Meaning.DELIVERED:
        told = {"registration": claim.registration.id, "reason": verdict.reason, "status": verdict.status}
        _log.info("score.not-delivered", **told)
    return Sent(claim, verdict)


def _conclude(db: Session, house: House, sent: Sent) -> None:
    claim = sent.claim
    conclude(db, delivery_id=claim.delivery_id, verdict=sent.verdict, was_unsure=claim.was_unsure, now=house.clock())


def _claim(db: Session, house: House, registration_id: int) -> Claim | None:
    now = house.clock()
    registration = db.get(Registration, registration_id)
    if registration is None or not registration.is_active:
        return None
    if not queries.may_send(db, registration_id=registration_id, now=now, lease=LEASE):
        return None
    found = queries.find_next(db, registration_id=registration_id, now=now)
    if found is None:
        return None
    delivery, line_item, user = found
    was_unsure = delivery.state == State.SENDING
    if delivery.state == State.DUE or delivery.stamped_at is None:
        delivery.stamped_at = next_stamp(now, delivery.stamped_at)
    delivery.state, delivery.next_at, delivery.attempts = State.SENDING, now + LEASE, delivery.attempts + 1
    score = Score(user.sub, delivery.stamped_at, delivery.completed_at, was_unsure or delivery.sent_at is not None)
    return Claim(delivery.id, registration, line_item.url, score, was_unsure, _decide_unsent(line_item))


def _decide_unsent(line_item: LineItem) -> Verdict | None:
    if line_item.gone_at is not None:
        return Verdict(Meaning.GONE, "no-line-item")
    return None if line_item.may_score else Verdict(Meaning.REFUSED, "no-score-scope")


def _send(house: House, claim: Claim) -> Verdict:
    registration = claim.registration
    url = scores_url(claim.url, site=registration.token_url)
    profile = recognize(registration.product, registration.issuer, service_url=claim.url)
    body = write_score(claim.score, extension=profile.services.score_extension)
    return exchange(house, registration, Call("POST", url, SCORE_SCOPE, {"content-type": SCORE_TYPE}, body)).verdict
