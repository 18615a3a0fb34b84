"""Notes whether a platform's services work: one row for each, written at most once a minute while nothing changes."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.db.inserting import build_upsert
from app.db.rows import table_of
from app.lti.keysets import Fetched
from app.lti.models import ServiceHealth
from app.web.house import House

PAUSE = timedelta(minutes=1)
LONGEST_REASON = 64


class Service(StrEnum):
    """What a platform does for us, each with a light of its own."""

    LAUNCH = "launch"
    AGS = "ags"
    NRPS = "nrps"
    TOKEN = "token"  # noqa: S105  the name of a service
    KEYSET = "keyset"
    NOTICES = "notices"


_health = table_of(ServiceHealth)
_FRESH = select(_health.c.is_good, _health.c.noted_at).where(
    _health.c.registration_id == bindparam("registration_id"), _health.c.service == bindparam("service")
)


_UNIQUE = ["registration_id", "service"]
# What this result does not speak of stays: a good one keeps the last failure, a bad one the last success.
_NOTE = build_upsert(
    _health, _UNIQUE, newest=("is_good", "noted_at"), filled=("last_good_at", "last_bad_at", "last_bad_reason")
)
_SKEW = build_upsert(_health, _UNIQUE, newest=("skew_seconds",))


def note_service_result(  # noqa: PLR0913  one result, named in full
    db: Session, *, registration_id: int, service: Service, ok: bool, reason: str | None, now: datetime
) -> None:
    """Notes one result in the caller's writing transaction.

    Cheap enough for hot places: one read by primary key, and a write only where the light changes or the last note
    is a minute old. `reason` is a word or a status ("403", "timed-out"), and never holds personal data.
    """
    key = {"registration_id": registration_id, "service": service.value}
    known = db.execute(_FRESH, key).one_or_none()
    if known is not None and known.is_good == ok and now - known.noted_at < PAUSE:
        return
    row = {
        **key, "is_good": ok, "noted_at": now, "last_good_at": now if ok else None, "last_bad_at": None if ok else now,
        "last_bad_reason": None if ok else (reason or "failed")[:LONGEST_REASON],
    }  # fmt: skip
    _NOTE.run(db, row)


def note_clock_skew(db: Session, *, registration_id: int, service: Service, seconds: int, now: datetime) -> None:
    """How far the platform's clock is ahead of ours, in seconds; negative where it is behind. The light stays."""
    row = {
        "registration_id": registration_id, "service": service.value, "is_good": True, "noted_at": now,
        "skew_seconds": seconds,
    }  # fmt: skip
    _SKEW.run(db, row)


def note_keyset(house: House, *, registration_id: int, fetched: Fetched) -> None:
    """After a platform's keys were fetched, in a transaction of its own: at most one each half minute."""
    now = house.clock()
    with house.database.writing() as db:
        note_service_result(
            db, registration_id=registration_id, service=Service.KEYSET, ok=fetched.reason is None,
            reason=fetched.reason, now=now,
        )  # fmt: skip
        if fetched.skew_seconds is not None:
            note_clock_skew(
                db, registration_id=registration_id, service=Service.KEYSET, seconds=fetched.skew_seconds, now=now
            )
