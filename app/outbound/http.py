"""The one HTTP client for addresses that somebody else chose: key sets, tokens, scores, registration."""

import json
import re
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
import urllib3.exceptions
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from app.outbound.addresses import AddressRules, CallStopped
from app.outbound.connections import GuardedAdapter
from app.outbound.errors import OutboundError, Reason
from app.outbound.watch import Watch

USER_AGENT = "Cairn/0.1 (LTI tool)"
CONNECT_SECONDS = 2
READ_SECONDS = 5
TOTAL_SECONDS = 10.0
ONE_MEGABYTE = 1_000_000
_CHUNK = 65_536
_CAN_TRAVEL = re.compile(r"https?://[!$-~]+/[!$-~]*")

AdapterMaker = Callable[[AddressRules], BaseAdapter]


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status; a redirect is an answer too, it is never followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004  HTTP's own numbers

    def json(self) -> Any:
        """The body as JSON; the content type is not asked (Moodle's token comes as text/html). Raises OutboundError."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise OutboundError(Reason.NOT_JSON) from error


class Outbound:
    """Calls outside, from any thread. `make_adapter` is the transport; tests put an LMS of this process there."""

    def __init__(
        self, rules: AddressRules, *, make_adapter: AdapterMaker = GuardedAdapter, total_seconds: float = TOTAL_SECONDS
    ) -> None:
        self._rules = rules
        self._make_adapter = make_adapter
        self._total_seconds = total_seconds
        self._threads = threading.local()

    @property
    def session(self) -> "GuardedSession":
        """The session of this thread, for libraries that want a `requests.Session`; never hand it to another thread."""
        found: GuardedSession | None = getattr(self._threads, "session", None)
        if found is None:
            found = GuardedSession(self._rules, self._make_adapter(self._rules), self._total_seconds)
            self._threads.session = found
        return found

    def refuses(self, url: str) -> bool:
        """Whether that address can be refused without asking anybody, so that it need not be kept first."""
        return self._rules.refuses(url)

    def get_json(self, url: str, *, headers: Mapping[str, str] | None = None, limit: int = ONE_MEGABYTE) -> Any:
        """The JSON at that address. Raises OutboundError, also for a status that is no success."""
        answer = self.send("GET", url, headers={"accept": "application/json", **(headers or {})}, limit=limit)
        if not answer.is_success:
            raise OutboundError(Reason.STATUS, status=answer.status)
        return answer.json()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | Mapping[str, str] | None = None,
        limit: int = ONE_MEGABYTE,
    ) -> Answer:
        """One request; a mapping as body is sent as a form. Any status is an answer. Raises OutboundError."""
        response = self.session.call(requests.Request(method, url, headers=headers, data=body), limit=limit)
        return Answer(response.status_code, response.headers, response.content)


class GuardedSession(requests.Session):
    """A `requests.Session` whose every call is checked, bounded in time and size, unredirected and unproxied."""

    def __init__(self, rules: AddressRules, adapter: BaseAdapter, total_seconds: float) -> None:
        super().__init__()
        self.trust_env = False
        self.headers = CaseInsensitiveDict({"user-agent": USER_AGENT, "accept": "*/*", "accept-encoding": "identity"})
        self._rules = rules
        self._total_seconds = total_seconds
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def call(self, request: requests.Request, *, limit: int) -> requests.Response:
        """Prepares and sends. Raises OutboundError only."""
        try:
            self._rules.check_url(request.url or "")
            prepared = self.prepare_request(request)
            prepared.url = _as_given(request.url or "", prepared.url)
        except CallStopped as stop:
            raise OutboundError(stop.reason) from stop
        except (requests.RequestException, ValueError) as error:
            raise OutboundError(Reason.BAD_URL) from error
        return self._send_watched(prepared, limit)

    def send(self, request: requests.PreparedRequest, **_kwargs: Any) -> requests.Response:
        """What `get`, `post` and `request` of requests end in; whatever they ask for, our limits stand."""
        try:
            self._rules.check_url(request.url or "")
        except CallStopped as stop:
            raise OutboundError(stop.reason) from stop
        return self._send_watched(request, ONE_MEGABYTE)

    def _send_watched(self, prepared: requests.PreparedRequest, limit: int) -> requests.Response:
        with Watch(self._total_seconds) as watch:
            try:
                return self._send_once(prepared, limit, watch)
            except CallStopped as stop:
                raise OutboundError(stop.reason) from stop
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                raise _translate(error, watch) from error

    def _send_once(self, prepared: requests.PreparedRequest, limit: int, watch: Watch) -> requests.Response:
        adapter = self.get_adapter(prepared.url or "")
        response = adapter.send(
            prepared, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS), verify=True, cert=None, proxies={}
        )
        is_whole = False
        try:
            body = _decode(_read(response, limit, watch), response.headers.get("content-encoding", ""), limit)
            is_whole = True
        finally:
            _end(response, is_whole=is_whole)
        response._content = body  # noqa: SLF001  as requests itself does
        response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001
        return response


def _as_given(url: str, prepared: str | None) -> str | None:
    """The address byte for byte where it can travel so: what a platform calls its next page is nobody's to rewrite."""
    return url if _CAN_TRAVEL.fullmatch(url) else prepared


def _end(response: requests.Response, *, is_whole: bool) -> None:
    """A connection with an unread rest is closed, not returned to the pool."""
    if not is_whole:
        response.raw.close()
    response.raw.release_conn()


def _read(response: requests.Response, limit: int, watch: Watch) -> bytes:
    parts: list[bytes] = []
    size = 0
    while chunk := response.raw.read1(_CHUNK, decode_content=False):
        size += len(chunk)
        if size > limit:
            raise OutboundError(Reason.TOO_LARGE)
        if watch.has_ended:
            raise OutboundError(Reason.TIMEOUT)
        parts.append(chunk)
    if watch.has_ended:
        raise OutboundError(Reason.TIMEOUT)
    return b"".join(parts)


def _decode(body: bytes, encoding: str, limit: int) -> bytes:
    """We ask for no encoding; servers that compress all the same are read within the same limit."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return body
    if name not in {"gzip", "deflate"}:
        raise OutboundError(Reason.BAD_ENCODING)
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        plain = unpack.decompress(body, limit + 1)
    except zlib.error as error:
        raise OutboundError(Reason.BAD_ENCODING) from error
    if len(plain) > limit:
        raise OutboundError(Reason.TOO_LARGE)
    return plain


def _translate(error: Exception, watch: Watch) -> OutboundError:
    if isinstance(error, OutboundError):
        return error
    if watch.has_ended or isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return OutboundError(Reason.TIMEOUT)
    if isinstance(error, requests.exceptions.SSLError):
        return OutboundError(Reason.TLS)
    return OutboundError(Reason.BROKEN)
