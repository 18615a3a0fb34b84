"""One run of reading a roster: how it is claimed, where it stands, how it ends."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from app.lti.delivery_rules import back_off
from app.lti.models import Registration
from app.lti.platform_profiles import recognize
from app.lti.roster.models import RosterEntry, RosterPage, RosterReading
from app.lti.roster.rules import WHOLE_AGAIN_AFTER, Phase, first_url, next_night
from app.membership.models import Context, Membership, Roster, User

# Longer than any step can take; after a crash the course is due again when it is over.
LEASE = timedelta(seconds=90)
# A run that could not end within a day begins anew: people have come and gone since.
LONGEST_RUN = timedelta(days=1)

_IS_OF_ROSTER = (RosterReading.context_id == Roster.context_id) & (
    RosterReading.institution_id == Roster.institution_id
)
_DUE = (
    select(Roster.lane)
    .join(Context, (Context.id == Roster.context_id) & (Context.institution_id == Roster.institution_id))
    .join(RosterReading, _IS_OF_ROSTER)
    .join(Registration, Registration.id == RosterReading.registration_id)
    .where(Roster.due_at <= bindparam("now"), Context.marked_at.is_not(None), Registration.is_active)
)
_DUE_LANES = _DUE.distinct().order_by(Roster.lane)
_NEXT = (
    _DUE.with_only_columns(Roster, RosterReading, Context, Registration)
    .where(RosterReading.registration_id == bindparam("registration_id"))
    .order_by(Roster.due_at, Roster.id)
    .limit(1)
    .with_for_update(of=[Roster, RosterReading], skip_locked=True)
)
_COUNT = (
    select(func.count(Membership.id))
    .join(User, (User.id == Membership.user_id) & (User.institution_id == Membership.institution_id))
    .where(
        Membership.institution_id == bindparam("institution_id"),
        Membership.context_id == bindparam("context_id"),
        Membership.is_learner,
        Membership.left_at.is_(None),
        ~User.is_test_user,
    )
)


@dataclass(frozen=True)
class Run:
    """A run as one worker has it in hand. `url` is the page to be read next."""

    institution_id: int
    platform_id: int
    context_id: int
    context_uuid: Any
    number: int
    phase: Phase
    is_whole: bool
    started_at: datetime
    url: str | None
    done_to: int

    @property
    def ours(self) -> dict[str, int]:
        return {"institution_id": self.institution_id, "context_id": self.context_id}


@dataclass(frozen=True)
class Held:
    """A run at the point where its worker left it, with its rows, inside one transaction."""

    run: Run
    roster: Roster
    reading: RosterReading
    now: datetime


def list_due_lanes(db: Session, now: datetime) -> list[str]:
    """The registrations with a marked course whose roster is due."""
    return list(db.scalars(_DUE_LANES, {"now": now}))


def claim(db: Session, *, registration_id: int, now: datetime) -> tuple[Run, Registration] | None:
    """The course that is due longest, in this worker's hand for a while; None where none is."""
    found = db.execute(_NEXT, {"registration_id": registration_id, "now": now}).one_or_none()
    if found is None:
        return None
    roster, reading, context, registration = found
    if reading.phase == Phase.RESTING or (reading.phase == Phase.READING and _is_stale(reading, now)):
        _begin(db, reading, now)
        profile = recognize(registration.product, registration.issuer, service_url=reading.url)
        roster.names_only_openers = profile.services.has_partial_roster
    roster.due_at = now + LEASE
    assert reading.started_at is not None
    run = Run(
        institution_id=reading.institution_id, platform_id=context.platform_id, context_id=context.id,
        context_uuid=context.uuid, number=reading.run, phase=Phase(reading.phase), is_whole=reading.is_whole,
        started_at=reading.started_at, url=reading.next_url, done_to=reading.done_to,
    )  # fmt: skip
    return run, registration


def _is_stale(reading: RosterReading, now: datetime) -> bool:
    return reading.started_at is None or now - reading.started_at > LONGEST_RUN


def _begin(db: Session, reading: RosterReading, now: datetime) -> None:
    forget(db, reading)
    is_whole = reading.differences_url is None or reading.whole_at is None or now - reading.whole_at > WHOLE_AGAIN_AFTER
    reading.run, reading.phase, reading.is_whole = reading.run + 1, Phase.READING, is_whole
    reading.next_url = first_url(reading.url) if is_whole else reading.differences_url
    reading.started_at, reading.pages, reading.done_to, reading.differences_found = now, 0, 0, None


def describe(reading: RosterReading, run: Run) -> Run:
    """The same run after a step."""
    return replace(run, phase=Phase(reading.phase), url=reading.next_url, done_to=reading.done_to)


def take_up(db: Session, run: Run, *, now: datetime) -> Held | None:
    """The run for one more step, its worker's hand on it prolonged; None if another has it meanwhile."""
    query = (
        select(Roster, RosterReading)
        .join(RosterReading, _IS_OF_ROSTER)
        .where(Roster.institution_id == run.institution_id, Roster.context_id == run.context_id)
        .with_for_update(of=[Roster, RosterReading])
    )
    roster, reading = db.execute(query).one()
    if (reading.run, reading.phase, reading.next_url, reading.done_to) != (run.number, run.phase, run.url, run.done_to):
        return None
    roster.due_at = now + LEASE
    return Held(run, roster, reading, now)


def fail(held: Held, reason: str, *, wait: timedelta | None) -> None:
    """The run rests and goes on where it stopped; what was known of the course stays as it is."""
    held.reading.failures += 1
    held.roster.reason, held.roster.failed_at = reason, held.now
    held.roster.due_at = held.now + max(wait or timedelta(), back_off(held.reading.failures, held.reading.context_id))


def give_up(db: Session, held: Held, reason: str) -> None:
    """Nothing of this run is worth keeping: another begins at the first page. Soon once, and then by night."""
    is_first = held.reading.failures == 0
    fail(held, reason, wait=None)
    if not is_first:
        held.roster.due_at = next_night(held.now, held.reading.context_id)
    forget(db, held.reading)
    held.reading.phase, held.reading.next_url, held.reading.differences_url = Phase.RESTING, None, None


def finish(db: Session, held: Held) -> None:
    """The course is as the roster says; the next reading comes in the night."""
    roster, reading, now = held.roster, held.reading, held.now
    forget(db, reading)
    reading.phase, reading.next_url, reading.failures = Phase.RESTING, None, 0
    reading.differences_url = reading.differences_found
    if reading.is_whole:
        reading.whole_at = reading.started_at
    roster.read_at, roster.people = now, db.scalars(_COUNT, held.run.ours).one()
    roster.reason, roster.failed_at, roster.due_at = None, None, next_night(now, reading.context_id)


def forget(db: Session, reading: RosterReading) -> None:
    """Drops what a run has put aside."""
    ours = RosterEntry.institution_id == reading.institution_id, RosterEntry.context_id == reading.context_id
    db.execute(delete(RosterEntry).where(*ours))
    db.execute(delete(RosterPage).where(RosterPage.context_id == reading.context_id))


def release(db: Session, run: Run, *, now: datetime) -> None:
    """The run goes to the end of the line."""
    ours = Roster.institution_id == run.institution_id, Roster.context_id == run.context_id
    db.execute(update(Roster).where(*ours).values(due_at=now))
