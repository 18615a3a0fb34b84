"""Who sits at which browser; a cookie names the session."""

import secrets
from dataclasses import dataclass

COOKIE = "PracticeSession"


@dataclass(frozen=True)
class BrowserSession:
    """`person_id` None has not signed in; `acting_id` is an administrator who acts as the person."""

    id: str
    person_id: str | None
    acting_id: str | None = None

    @property
    def sesskey(self) -> str:
        return self.id[:10]


class BrowserSessions:
    def __init__(self) -> None:
        self._by_id: dict[str, BrowserSession] = {}

    def find(self, session_id: str | None) -> BrowserSession | None:
        return self._by_id.get(session_id or "")

    def open(self, person_id: str | None, *, acting_id: str | None = None, keep: str | None = None) -> BrowserSession:
        """A session for this person; `keep` is the id to go on with when it is known."""
        known = keep if keep in self._by_id else None
        session = BrowserSession(known or secrets.token_urlsafe(18), person_id, acting_id)
        self._by_id[session.id] = session
        return session
