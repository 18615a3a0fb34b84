"""How often one address, or one connected LMS, may ask before it is told to wait: buckets in this process's memory.

A campus behind one address opens a lecture's 300 launches within seconds, each with one bounce, and is let in; what
goes far beyond that is no campus. Where no address can be told (loopback, as behind a proxy that is not named in
CAIRN_TRUSTED_PROXIES), nobody is held up: one bucket for everybody would lock everybody out.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from threading import Lock
from time import monotonic

from fastapi import Request

from app.web.errors import AppError
from app.web.texts import lazy as _

MOST_ADDRESSES = 10_000
# One household or one machine has as many IPv6 addresses as it likes, and one prefix.
_IPV6_PREFIX = 64


class TooOften(AppError):  # noqa: N818  a sentence
    status = 429
    code = "too-often"
    title = _("Too many requests at once")
    what = _("So many requests came from your network, or from your LMS, that Cairn answers more slowly for a moment.")
    now = _("Wait a minute, and open Cairn from your course again. If it goes on, tell your IT service the code below.")

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.headers = {"retry-after": str(seconds)}


class Bucket:
    """At most `burst` at once and `per_second` in the long run, for each name. Holds the names that asked last."""

    def __init__(self, *, burst: int, per_second: float, most: int = MOST_ADDRESSES) -> None:
        self._burst, self._per_second, self._most = float(burst), per_second, most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, name: str, now: float) -> float:
        """0.0 where this name may ask at `now` (seconds of any clock); else the seconds to wait, and none is taken."""
        with self._lock:
            left, since = self._left.pop(name, (self._burst, now))
            left = min(self._burst, left + max(0.0, now - since) * self._per_second)
            is_fine = left >= 1.0
            self._left[name] = (left - 1.0 if is_fine else left, now)
            if len(self._left) > self._most:
                self._left.popitem(last=False)
        return 0.0 if is_fine else (1.0 - left) / self._per_second


def _login_bucket() -> Bucket:
    return Bucket(burst=1200, per_second=20)


def _launch_bucket() -> Bucket:
    """Of one LMS, which may serve a whole state: its lectures pass, a machine that makes up people does not."""
    return Bucket(burst=6000, per_second=100)


def _registration_bucket() -> Bucket:
    return Bucket(burst=60, per_second=0.5)


@dataclass(frozen=True)
class Limits:
    """The buckets of one running Cairn."""

    login: Bucket = field(default_factory=_login_bucket)
    launch: Bucket = field(default_factory=_launch_bucket)
    registration: Bucket = field(default_factory=_registration_bucket)


def require_patience(request: Request, bucket: Bucket) -> None:
    """Raises TooOften. The address is the connection's; the server has put a trusted proxy's word in its place."""
    name = name_network(request.client.host) if request.client else None
    if name is not None:
        take_turn(bucket, name)


def take_turn(bucket: Bucket, name: str) -> None:
    """Raises TooOften where this name asked too often."""
    wait = bucket.take(name, monotonic())
    if wait:
        raise TooOften(ceil(wait))


@lru_cache(maxsize=4096)
def name_network(host: str) -> str | None:
    """What counts as one asker: an IPv4 address, or an IPv6 prefix. None where the address tells nobody apart."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback:
        return None
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)
