"""Which origins may frame the pages of one platform's people: those that its launches and its registration named."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.db.direct import Direct, Executes
from app.db.rows import table_of
from app.lti import upserts
from app.lti.addresses import find_origin
from app.lti.arrival import Arrived
from app.lti.frame_origins import MOST_ADDED, MOST_ORIGINS, select_stored
from app.lti.registrations import Registered
from app.membership.models import EmbeddingOrigin

_origin = table_of(EmbeddingOrigin)
_STORED = select_stored(bindparam("platform_id"))


def list_stored(db: Executes, *, platform_id: int) -> tuple[str, ...]:
    return tuple(origin for (origin,) in db.execute(_STORED, {"platform_id": platform_id}))


def keep_origins(
    db: Direct, *, arrived: Arrived, registered: Registered, named: Iterable[str], now: datetime
) -> tuple[str, ...]:
    """All that may frame this launch's session; what it names for the first time is remembered for the next."""
    stored, named = arrived.stored_origins, tuple(named)
    fresh = [origin for origin in named if origin not in stored][: MOST_ORIGINS - len(stored)]
    for origin in fresh:
        row = {"platform_id": arrived.platform_id, "origin": origin, "first_seen_at": now}
        upserts.KEEP_ORIGIN.run(db, row)
    return tuple(dict.fromkeys((*named, *list_own(registered), *stored)))


def add_origin(db: Session, *, platform_id: int, origin: str, now: datetime) -> bool:
    """An origin that an administrator names stands before those of launches. False where it would be one too many."""
    added = select(EmbeddingOrigin.id).where(EmbeddingOrigin.platform_id == platform_id, EmbeddingOrigin.is_added)
    if len(db.scalars(added).all()) >= MOST_ADDED:
        return False
    upserts.KEEP_ORIGIN.run(db, {"platform_id": platform_id, "origin": origin, "first_seen_at": now})
    known = (_origin.c.platform_id == platform_id) & (_origin.c.origin == origin)
    db.execute(update(_origin).where(known).values(is_added=True))
    return True


def list_own(registered: Registered) -> tuple[str, ...]:
    """The origins of the registration itself; a hosted Canvas frames us from none of them."""
    urls = (registered.issuer, registered.authorization_url, registered.registration_url)
    return tuple(dict.fromkeys(filter(None, (find_origin(url, allow_http=True) for url in urls))))


def list_before_session(db: Executes, registered: Registered) -> tuple[str, ...]:
    """The origins for a page before there is a session; empty where too little is known, which means any https."""
    stored = list_stored(db, platform_id=registered.platform_id) if registered.platform_id else ()
    return tuple(dict.fromkeys((*list_own(registered), *stored))) if stored else ()
