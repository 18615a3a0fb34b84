"""Requests to an app without a client between: bodies that end late or never, and how much of them was taken."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

CHUNK = b"a" * 65_536
FORM = "application/x-www-form-urlencoded"


@dataclass
class Asked:
    """One request. `chunks` is its body; `taken` counts how many of them the app has asked for."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: AsyncIterator[bytes] | None = None
    taken: int = 0
    status: int = 0
    body: bytes = b""

    async def ask(self, app: Callable[..., Awaitable[None]]) -> "Asked":
        path, _, query = self.path.partition("?")
        named = {"host": "cairn.test", **self.headers}
        scope = {
            "type": "http", "http_version": "1.1", "method": self.method, "scheme": "https", "path": path,
            "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "server": ("cairn.test", 443),
            "client": ("testclient", 1), "state": {}, "asgi": {"version": "3.0"},
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
        }  # fmt: skip
        await app(scope, self._receive, self._send)
        return self

    async def _receive(self) -> dict[str, Any]:
        if self.chunks is None:
            return {"type": "http.request", "body": b"", "more_body": False}
        try:
            body = await anext(self.chunks)
        except StopAsyncIteration:
            self.chunks = None
            return {"type": "http.request", "body": b"", "more_body": False}
        self.taken += 1
        return {"type": "http.request", "body": body, "more_body": True}

    async def _send(self, message: Mapping[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")


async def endless() -> AsyncIterator[bytes]:
    """As much as is asked for, without a length."""
    while True:
        yield CHUNK


async def whole(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def held(begun: asyncio.Event, going_on: asyncio.Event) -> AsyncIterator[bytes]:
    """A first byte, and the next when it is let go on."""
    yield b"a"
    begun.set()
    await going_on.wait()
    yield b"b"
