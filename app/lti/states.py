"""The state of a login: signed, kept nowhere, bound to the browser's secret, and the nonce that belongs to it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.lti.refusals import Reason, Refused
from app.web.signing import Signer

LIFETIME = timedelta(minutes=10)
LONGEST = 512
_VERSION = "1"
_STATE = "lti-state"
_NONCE = "lti-nonce"
_RANDOM_BYTES = 16
_HASH_LENGTH = 32
_PARTS = 9


@dataclass(frozen=True)
class State:
    """What we knew at the login. The hashes are hex; `deployment_hash` is "" where the login named no deployment.

    `storage_target` names the branch: the frame of the LMS that keeps the secret, "" where a cookie carries it.
    """

    begun_at: datetime
    registration_id: int
    secret_hash: str
    target_hash: str
    deployment_hash: str
    storage_target: str = ""


def hash_text(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]


def write_state(signer: Signer, state: State) -> str:
    """A new state as it travels; its random part makes each one different."""
    text = ".".join(
        (
            _VERSION,
            str(int(state.begun_at.timestamp())),
            str(state.registration_id),
            state.secret_hash,
            state.target_hash,
            state.deployment_hash,
            state.storage_target,
            secrets.token_urlsafe(_RANDOM_BYTES),
        )
    )
    return f"{text}.{signer.mac(_STATE, text)}"


def read_state(signer: Signer, text: str, *, now: datetime) -> State:
    """The state that we wrote. Raises Refused for one that is not ours, was altered or is too old."""
    body, _, mac = text.rpartition(".")
    parts = body.split(".")
    if len(text) > LONGEST or not text.isascii() or len(parts) != _PARTS - 1 or parts[0] != _VERSION:
        raise Refused(Reason.STATE_INVALID)
    if not signer.is_mac(mac, _STATE, body):
        raise Refused(Reason.STATE_INVALID)
    begun_at = datetime.fromtimestamp(int(parts[1]), UTC)
    if not begun_at - timedelta(minutes=1) <= now <= begun_at + LIFETIME:
        raise Refused(Reason.STATE_EXPIRED)
    return State(begun_at, int(parts[2]), *parts[3:7])


def nonce_for(signer: Signer, state: str) -> str:
    """The one nonce that a token may carry with this state: 144 bits, known to nobody without our key."""
    return signer.mac(_NONCE, state)
