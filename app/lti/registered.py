"""Registrations that were read a moment ago: logins come in bursts, and each asks for the same few rows.

A login only leads on to the platform, and a launch reads in its own transaction whether the registration is still
open, so a moment's old news lets nobody in.
"""

from time import monotonic
from typing import NamedTuple
from uuid import UUID

from app.db.direct import Executes
from app.db.session import Database
from app.lti import registrations
from app.lti.refusals import Reason, Refused
from app.lti.registrations import Registered

FRESH_SECONDS = 1.0
_MOST = 1000


class Asked(NamedTuple):
    """By what a login asks for its registration; `own` is the uuid in the login's address, where it has one."""

    issuer: str
    client_id: str
    own: UUID | None = None


class RegisteredShelf:
    """One database's registrations, each kept for a second; what was not found, or is closed, is never kept."""

    def __init__(self) -> None:
        self._kept: dict[Asked | int, tuple[float, Registered]] = {}

    def find_kept(self, asked: Asked | int) -> Registered | None:
        """Without a look into the database; None where that is needed."""
        kept = self._kept.get(asked)
        return kept[1] if kept is not None and monotonic() - kept[0] < FRESH_SECONDS else None

    def find(self, database: Database, asked: Asked | int) -> Registered | None:
        """By what a login asks, or by id."""
        kept, read_at = self.find_kept(asked), monotonic()
        if kept is not None:
            return kept
        with database.reading_directly() as db:
            found = _read(db, asked)
        # The only one of its issuer may not be the only one for long: whoever names no client is looked up each time.
        if found is not None and found.is_active and (isinstance(asked, int) or asked.client_id):
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[asked] = (read_at, found)
        return found

    def get_open(self, database: Database, *, registration_id: int) -> Registered:
        """Raises Refused where the registration is gone or was closed."""
        found = self.find(database, registration_id)
        if found is None or not found.is_active:
            self.forget()
            raise Refused(Reason.REGISTRATION_CLOSED)
        return found

    def forget(self) -> None:
        """After a change that this process made or saw."""
        self._kept.clear()


def _read(db: Executes, asked: Asked | int) -> Registered | None:
    if isinstance(asked, int):
        return registrations.find_registered_by_id(db, registration_id=asked)
    if asked.own is None:
        return registrations.find_registered(db, issuer=asked.issuer, client_id=asked.client_id)
    return registrations.find_at_own_login(db, own=asked.own, issuer=asked.issuer, client_id=asked.client_id)
