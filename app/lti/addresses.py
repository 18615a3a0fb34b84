"""Addresses that others name: their origins, whether they are ours, and whether they are safe to use."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

LONGEST_URL = 2048
LONGEST_ORIGIN = 255
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_UNSAFE = re.compile(r"[\s\\\x00-\x1f\x7f\ud800-\udfff<>\"'`{}|^]")
_DEFAULT_PORTS = {"https": 443, "http": 80}


def find_origin(url: object, *, allow_http: bool, most: int = LONGEST_URL) -> str | None:
    """`https://host[:port]` of an absolute URL as browsers write it; None for anything that has no such origin.

    `most` is how many characters the whole URL may have.
    """
    if not isinstance(url, str) or len(url) > most:
        return None
    return _read_origin(url, allow_http)


@lru_cache(maxsize=1024)
def _read_origin(url: str, allow_http: bool) -> str | None:  # noqa: FBT001  a cache's key
    if _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        port, host = parts.port, _write_host(parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme not in ({"https", "http"} if allow_http else {"https"}) or "@" in parts.netloc:
        return None
    if not _HOST.fullmatch(host):
        return None
    origin = f"{parts.scheme}://{host}" + ("" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}")
    return origin if len(origin) <= LONGEST_ORIGIN else None


def _write_host(name: str) -> str:
    """As it travels: a name in another script in its ASCII form, an IPv6 address in brackets."""
    if ":" in name:
        return f"[{name}]"
    return name.lower() if name.isascii() else name.encode("idna").decode()


def as_https(url: object, site: str) -> object:
    """A service address in the clear, on a site that we know as https, is used as https (Canvas behind a proxy)."""
    if isinstance(url, str) and url.startswith("http://") and site.startswith("https://"):
        return f"https://{url.removeprefix('http://')}"
    return url


def is_usable_url(url: object, *, allow_http: bool) -> bool:
    return find_origin(url, allow_http=allow_http) is not None


def is_ours(url: object, *, origin: str) -> bool:
    """Whether an address leads to this very origin: no other host, no userinfo, no trick with slashes."""
    return find_origin(url, allow_http=True) == origin


def read_query(url: str, name: str) -> str | None:
    """The first value of that query parameter, None where there is none."""
    try:
        pairs = parse_qsl(urlsplit(url).query, max_num_fields=50)
    except ValueError:
        return None
    return next((value for key, value in pairs if key == name), None)
