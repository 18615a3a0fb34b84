"""The platforms' key sets: fetched under a limit, parsed once, kept while the platform does not answer."""

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from weakref import WeakKeyDictionary

from anyio import CapacityLimiter, to_thread
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from app.lti.platform_profiles import shortest_keyset_life
from app.lti.public_keys import read_keys
from app.lti.refusals import Reason, Refused
from app.outbound.errors import OutboundError
from app.outbound.http import Outbound

# Short enough for the LMS whose keys live shortest.
FRESH = timedelta(seconds=shortest_keyset_life())
KEPT = timedelta(hours=24)
# A registration's key set is asked for at most once in this time, whatever tokens arrive.
PAUSE = timedelta(seconds=30)
MOST_BYTES = 262_144
_FETCHES_AT_ONCE = 8
# Ten years: more is no clock.
_LARGEST_SKEW = 3.2e8


@dataclass
class _Shelf:
    """What is known of one registration's keys."""

    url: str
    keys: Mapping[str, RSAPublicKey] = field(default_factory=dict)
    fetched_at: datetime | None = None
    tried_at: datetime | None = None
    flight: Future[None] | None = None


@dataclass(frozen=True)
class Fetched:
    """How one fetch went: why it failed (None: it did not), and how far the platform's clock is ahead, in seconds."""

    reason: str | None
    skew_seconds: int | None = None


class KeySets:
    """One process's key sets, by registration. Safe from any thread and any event loop."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._lock = threading.Lock()
        self._shelves: dict[int, _Shelf] = {}
        self._limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, CapacityLimiter] = WeakKeyDictionary()

    def find_key(self, registration_id: int, url: str, kid: str, *, now: datetime) -> RSAPublicKey | None:
        """The key of that name, if a set that we may still trust holds it."""
        shelf = self._shelf(registration_id, url)
        if shelf.fetched_at is None or now - shelf.fetched_at > KEPT:
            return None
        return shelf.keys.get(kid)

    def is_worth_asking(self, registration_id: int, url: str, kid: str, *, now: datetime) -> bool:
        """Whether the platform should be asked before this token is judged: set unknown or old, or key unknown."""
        shelf = self._shelf(registration_id, url)
        if shelf.tried_at is not None and now - shelf.tried_at < PAUSE:
            return shelf.flight is not None and kid not in shelf.keys
        return shelf.fetched_at is None or now - shelf.fetched_at > FRESH or kid not in shelf.keys

    def has_keys(self, registration_id: int, url: str, *, now: datetime) -> bool:
        shelf = self._shelf(registration_id, url)
        return shelf.fetched_at is not None and now - shelf.fetched_at <= KEPT

    async def ask(self, registration_id: int, url: str, *, now: datetime) -> Fetched | None:
        """Fetches the set once, however many launches wait for it; only the one that asked is told how it went.

        A failure leaves the last good set in place. Nobody is asked where somebody was within the last thirty seconds.
        """
        shelf = self._shelf(registration_id, url)
        with self._lock:
            flight, is_mine = shelf.flight, shelf.flight is None
            # Whoever found that it is worth asking may come here after another one's fetch has ended.
            if is_mine and shelf.tried_at is not None and now - shelf.tried_at < PAUSE:
                return None
            if flight is None:
                flight = shelf.flight = Future()
                shelf.tried_at = now
        if not is_mine:
            await asyncio.wrap_future(flight)
            return None
        try:
            return await to_thread.run_sync(self._fetch, shelf, now, limiter=self._limiter())
        finally:
            with self._lock:
                shelf.flight = None
            flight.set_result(None)

    def _fetch(self, shelf: _Shelf, now: datetime) -> Fetched:
        fetched, keys = fetch_keys(self._outbound, shelf.url, now=now)
        if keys is not None:
            shelf.keys, shelf.fetched_at = keys, now
        return fetched

    def _shelf(self, registration_id: int, url: str) -> _Shelf:
        """The registration's shelf, an empty one if its address has changed."""
        with self._lock:
            shelf = self._shelves.get(registration_id)
            if shelf is None or shelf.url != url:
                shelf = self._shelves[registration_id] = _Shelf(url)
            return shelf

    def _limiter(self) -> CapacityLimiter:
        return self._limiters.setdefault(asyncio.get_running_loop(), CapacityLimiter(_FETCHES_AT_ONCE))


def fetch_keys(outbound: Outbound, url: str, *, now: datetime) -> tuple[Fetched, Mapping[str, RSAPublicKey] | None]:
    """Asks a platform for its key set; None where it has none to give."""
    try:
        answer = outbound.send("GET", url, headers={"accept": "application/json"}, limit=MOST_BYTES)
        keys = read_keys(answer.json()) if answer.is_success else None
    except OutboundError as error:
        return Fetched(error.reason.value), None
    skew = _read_skew(answer.headers.get("date"), now)
    if keys is None:
        return Fetched("unreadable" if answer.is_success else f"status-{answer.status}", skew), None
    return Fetched(None, skew), keys


def _read_skew(date: str | None, now: datetime) -> int | None:
    """From the answer's Date header, which is exact to a second."""
    try:
        said = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    ahead = (said.replace(tzinfo=said.tzinfo or UTC) - now).total_seconds()
    return int(ahead) if abs(ahead) < _LARGEST_SKEW else None


def get_key(keysets: KeySets, registration_id: int, url: str, kid: str, *, now: datetime) -> RSAPublicKey:
    """The key that a token names. Raises Refused where there is none, or where nothing could be asked."""
    key = keysets.find_key(registration_id, url, kid, now=now)
    if key is not None:
        return key
    known = keysets.has_keys(registration_id, url, now=now)
    raise Refused(Reason.KEY_UNKNOWN if known else Reason.KEYS_UNREACHABLE)
