"""Sends what gradebooks are owed: for each registration one score at a time, whatever the LMS answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy.orm import Session

from app.jobs import Job
from app.jobs.killing import die_at
from app.lti import delivery_queries as queries
from app.lti import sending_queries
from app.lti.deliveries import SCORES
from app.lti.delivery_rules import (
    SCORE_SCOPE,
    SCORE_TYPE,
    Meaning,
    Score,
    State,
    Verdict,
    is_service_good,
    next_stamp,
    scores_url,
    write_score,
)
from app.lti.delivery_verdicts import conclude
from app.lti.health import Service, note_service_result
from app.lti.models import Registration
from app.lti.platform_profiles import recognize
from app.lti.sending_queries import Place
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
    place: Place
    was_unsure: bool
    is_after_failures: bool
    # Set where nothing is to be sent: the verdict stands already.
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Sent:
    """What came of a claim; not yet written down."""

    claim: Claim
    verdict: Verdict


class Batch:
    """One registration's turn: the registration, read once, and what this turn has said of its health."""

    def __init__(self, house: House, registration_id: int) -> None:
        self.house, self.registration_id = house, registration_id
        self._registration: Registration | None = None
        self._is_good: bool | None = None

    def registration(self, db: Session) -> Registration:
        if self._registration is None:
            self._registration = db.get_one(Registration, self.registration_id)
        return self._registration

    def note_health(self, db: Session, verdict: Verdict) -> None:
        """Said once a turn, and again when it changes."""
        is_good = is_service_good(verdict)
        if is_good is None or is_good == self._is_good:
            return
        self._is_good = is_good
        reason = None if is_good else verdict.reason or str(verdict.status)
        note_service_result(
            db, registration_id=self.registration_id, service=Service.AGS, ok=is_good, reason=reason,
            now=self.house.clock(),
        )  # fmt: skip


def score_job() -> Job:
    """The work of this room: one lane for each registration."""
    return Job(SCORES, queries.list_due_lanes, drain)


def drain(house: House, lane: str) -> bool:
    """Sends one batch of a registration's scores; True when more may be due.

    What became of a score and the claim on the next one are one transaction: a commit costs more than all the rest.
    """
    batch, ends_at = Batch(house, int(lane)), monotonic() + BATCH_SECONDS
    sent: Sent | None = None
    for _ in range(BATCH):
        with house.database.writing() as db:
            if sent is not None:
                _conclude(db, batch, sent)
            claim = _claim(db, batch)
        if sent is not None:
            die_at("after-commit")
        if claim is None:
            return False
        sent = _deliver(house, claim)
        if monotonic() >= ends_at:
            break
    assert sent is not None
    with house.database.writing() as db:
        _conclude(db, batch, sent)
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


def _conclude(db: Session, batch: Batch, sent: Sent) -> None:
    claim, verdict, now = sent.claim, sent.verdict, batch.house.clock()
    batch.note_health(db, verdict)
    if verdict.meaning == Meaning.DELIVERED and not claim.is_after_failures:
        sending_queries.note_delivered(
            db, delivery_id=claim.delivery_id, stamp=claim.score.stamped_at, place=claim.place, status=verdict.status,
            now=now,
        )  # fmt: skip
    else:
        conclude(
            db, delivery_id=claim.delivery_id, institution_id=claim.place.institution_id,
            stamp=claim.score.stamped_at, verdict=verdict,
            was_unsure=claim.was_unsure, now=now,
        )  # fmt: skip


def _claim(db: Session, batch: Batch) -> Claim | None:
    now, registration_id = batch.house.clock(), batch.registration_id
    found = sending_queries.find_next(db, registration_id=registration_id, now=now)
    if found is None:
        return None
    is_after_failures = found.failures is not None
    if is_after_failures and not queries.may_send(db, registration_id=registration_id, now=now, lease=LEASE):
        return None
    was_unsure = found.state == State.SENDING
    stamp: datetime = found.stamped_at
    if found.state == State.DUE or stamp is None:
        stamp = next_stamp(now, stamp)
    sending_queries.take(db, found, stamp=stamp, now=now, lease=LEASE)
    return Claim(
        delivery_id=found.id,
        registration=batch.registration(db),
        url=found.url,
        score=Score(found.sub, stamp, found.completed_at, was_unsure or found.sent_at is not None),
        place=Place(found.institution_id, found.user_id, found.context_id, found.key),
        was_unsure=was_unsure,
        is_after_failures=is_after_failures,
        verdict=_decide_unsent(gone_at=found.gone_at, may_score=found.may_score),
    )


def _decide_unsent(*, gone_at: datetime | None, may_score: bool) -> Verdict | None:
    if gone_at is not None:
        return Verdict(Meaning.GONE, "no-line-item")
    return None if may_score else Verdict(Meaning.REFUSED, "no-score-scope")


def _send(house: House, claim: Claim) -> Verdict:
    registration = claim.registration
    url = scores_url(claim.url, site=registration.token_url)
    profile = recognize(registration.product, registration.issuer, service_url=claim.url)
    body = write_score(claim.score, extension=profile.services.score_extension)
    return exchange(house, registration, Call("POST", url, SCORE_SCOPE, {"content-type": SCORE_TYPE}, body)).verdict
