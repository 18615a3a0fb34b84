"""Binds a login to the browser it began in: a secret in one of eight cookie slots, its hash in the state.

Two frames of one page log in at the same moment without cookies; each must get a slot of its own, or the second
would overwrite the secret of the first.
"""

import hmac
import itertools
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from app.lti.states import hash_text
from app.web.cookies import set_cookie

SLOTS = 8
LIFETIME_SECONDS = 1200
_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
# A random start, so that several processes do not walk in step.
_turns = itertools.count(secrets.randbelow(SLOTS))


@dataclass(frozen=True)
class BrowserSecret:
    """One secret and the slot that it lives in."""

    slot: int
    value: str

    @property
    def hash(self) -> str:
        return hash_text(self.value)


SLOT_NAMES = tuple(f"__Host-cairn-b{slot}" for slot in range(SLOTS))


def list_secrets(cookies: Mapping[str, str]) -> tuple[BrowserSecret, ...]:
    """The secrets that this browser brought, by slot; anything that does not look like one of ours is left out."""
    found = [(slot, cookies[name]) for slot, name in enumerate(SLOT_NAMES) if name in cookies]
    return tuple(BrowserSecret(slot, value) for slot, value in found if _SECRET.fullmatch(value))


def make_secret() -> BrowserSecret:
    return BrowserSecret(next(_turns) % SLOTS, secrets.token_urlsafe(_SECRET_BYTES))


def keep_secret(response: Response, secret: BrowserSecret) -> None:
    """Sets the cookie, or lengthens the life of the one that is there."""
    set_cookie(response, SLOT_NAMES[secret.slot], secret.value, max_age=LIFETIME_SECONDS)


def is_same_browser(cookies: Mapping[str, str], secret_hash: str) -> bool:
    return any(hmac.compare_digest(secret.hash, secret_hash) for secret in list_secrets(cookies))
