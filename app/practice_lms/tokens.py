"""Access tokens that were given out, and assertion ids that were seen."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

TOKEN_SECONDS = 3600


@dataclass(frozen=True)
class AccessToken:
    value: str
    client_id: str
    scopes: tuple[str, ...]
    expires_at: datetime


class AccessTokens:
    def __init__(self) -> None:
        self._by_value: dict[str, AccessToken] = {}
        self._spent_ids: dict[tuple[str, str], datetime] = {}
        self._lock = Lock()
        self.issued = 0

    def issue(self, client_id: str, scopes: tuple[str, ...], *, now: datetime) -> AccessToken:
        token = AccessToken(secrets.token_hex(16), client_id, scopes, now + timedelta(seconds=TOKEN_SECONDS))
        with self._lock:
            self._by_value[token.value] = token
            self.issued += 1
        return token

    def find(self, value: str) -> AccessToken | None:
        return self._by_value.get(value)

    def revoke_all(self) -> None:
        with self._lock:
            self._by_value.clear()

    def is_first_use(self, client_id: str, jti: str, *, now: datetime) -> bool:
        """Remember an assertion's id; False when this client has used it before."""
        with self._lock:
            if (client_id, jti) in self._spent_ids:
                return False
            self._spent_ids[client_id, jti] = now
            return True
