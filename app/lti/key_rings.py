"""Which of our public keys lie at an address that one LMS was told."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lti.keys import list_public_jwks
from app.lti.models import Invitation, Registration
from app.web.house import House


def list_shown(house: House, address: UUID) -> list[dict[str, str]] | None:
    """The keys that sign for the connection which the invitation of that uuid made, or will make; None without one.

    An LMS that registers once more under another invitation may hold the address of either: both show the same keys.
    """
    with house.database.reading() as db:
        is_invited, ring = _find_ring(db, address)
    return list_public_jwks(house, ring) if is_invited else None


def _find_ring(db: Session, address: UUID) -> tuple[bool, UUID | None]:
    found = db.execute(
        select(Registration.id, Registration.key_ring)
        .select_from(Invitation)
        .outerjoin(Registration, Registration.id == Invitation.registration_id)
        .where(Invitation.uuid == address)
    ).one_or_none()
    if found is None:
        return False, None
    return True, address if found.id is None else found.key_ring
