"""Which of our public keys lie at an address that one LMS was told."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from anyio import CapacityLimiter, to_thread
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lti.invitations import is_open_or_used
from app.lti.keys import find_public_jwks, list_public_jwks
from app.lti.models import Invitation, Registration
from app.web.house import House

T = TypeVar("T")
# A first key waits for the one writer, so it is made in a thread that no page needs, and by one maker at a time: of
# many who ask for the same key at once, the others find it made.
_MAKERS = 1
_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, CapacityLimiter] = WeakKeyDictionary()


async def list_shown(house: House, address: UUID) -> list[dict[str, str]] | None:
    """The keys that sign for the connection which the invitation of that uuid made, or may still make; else None.

    An LMS that registers once more under another invitation may hold the address of either: both show the same keys.
    """
    is_invited, ring = await _read(house, partial(_read_ring, house, address))
    return await list_of_ring(house, ring) if is_invited else None


async def list_of_ring(house: House, ring: UUID | None) -> list[dict[str, str]]:
    """The ring's public keys, the first one made if there is none yet."""
    kept = await _read(house, partial(find_public_jwks, house, ring))
    if kept is not None:
        return kept
    limiter = _limiters.setdefault(asyncio.get_running_loop(), CapacityLimiter(_MAKERS))
    return await to_thread.run_sync(list_public_jwks, house, ring, limiter=limiter)


async def _read(house: House, work: Callable[[], T]) -> T:
    async with house.readers.passing():
        return await to_thread.run_sync(work)


def _read_ring(house: House, address: UUID) -> tuple[bool, UUID | None]:
    with house.database.reading() as db:
        return _find_ring(db, address, house.clock())


def _find_ring(db: Session, address: UUID, now: datetime) -> tuple[bool, UUID | None]:
    found = db.execute(
        select(Registration.id, Registration.key_ring)
        .select_from(Invitation)
        .outerjoin(Registration, Registration.id == Invitation.registration_id)
        .where(Invitation.uuid == address, is_open_or_used(now))
    ).one_or_none()
    if found is None:
        return False, None
    return True, address if found.id is None else found.key_ring
