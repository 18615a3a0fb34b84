"""The log of calls that tools made, without their secrets."""

import json
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlencode

_KEPT = 50_000
_SECRET_HEADERS = {"cookie"}
_SECRET_FIELDS = {"client_assertion", "id_token", "JWT", "registration_token", "data", "sesskey"}


@dataclass(frozen=True)
class Call:
    """`scope` and `client_id` are the bearer token's; `reason` is what the LMS says in its status line."""

    at: datetime
    service: str
    method: str
    url: str
    headers: dict[str, str]
    scope: str
    client_id: str
    body: str
    status: int | None
    reason: str

    def json(self) -> Any:
        """The body as JSON; raises ValueError."""
        return json.loads(self.body)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}


class CallLog:
    """The newest calls in the order of their answers."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._lock = Lock()

    def add(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def list_all(self) -> tuple[Call, ...]:
        with self._lock:
            return tuple(self._calls)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()


def cut_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header names in lower case; a credential keeps its scheme only."""
    decoded = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    return {name: _cut_header(name, value) for name, value in decoded.items()}


def _cut_header(name: str, value: str) -> str:
    if name == "authorization":
        return f"{value.split(' ', 1)[0]} [cut]"
    return "[cut]" if name in _SECRET_HEADERS else value


def cut_body(body: bytes, headers: Mapping[str, str]) -> str:
    """The text of a body; tokens in a form are cut."""
    text = body.decode("utf-8", "replace")
    if "x-www-form-urlencoded" not in headers.get("content-type", ""):
        return text
    return urlencode([(name, "[cut]" if name in _SECRET_FIELDS else value) for name, value in parse_qsl(text)])


def cut_query(query: str) -> str:
    return re.sub(r"(registration_token|sesskey|data|id_token)=[^&]*", r"\1=[cut]", query)
