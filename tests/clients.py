"""A client for apps of this process, all of them on one event loop, as a server has one; within a request, on the next.

Starlette's own starts a loop and two threads for each request and asks between them ten times, which was half of the
suite's CPU.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, TypeVar
from urllib.parse import unquote

import httpx2
import uvloop

App = Callable[[Any, Any, Any], Awaitable[None]]
Result = TypeVar("Result")
PORTS = {"http": 80, "https": 443}
# How many requests this one is asked within: a server of a test may itself ask another one before it answers.
_depth: ContextVar[int] = ContextVar("depth", default=0)
_loops: dict[int, asyncio.AbstractEventLoop] = {}
_making = threading.Lock()


class Client(httpx2.Client):
    """Keeps cookies as a browser does. What an app lets through is raised here, unless told otherwise."""

    def __init__(
        self, app: App, *, base_url: str, raise_server_exceptions: bool = True,
        client: tuple[str, int] = ("testclient", 50000), headers: dict[str, str] | None = None,
        follow_redirects: bool = True, **options: Any,
    ) -> None:  # fmt: skip
        self.app = app
        super().__init__(
            transport=_InProcess(app, client, raises=raise_server_exceptions),
            base_url=base_url,
            headers={"user-agent": "testclient", **(headers or {})},
            follow_redirects=follow_redirects,
            **options,
        )


class _InProcess(httpx2.BaseTransport):
    def __init__(self, app: App, client: tuple[str, int], *, raises: bool) -> None:
        self._app = app
        self._client = client
        self._raises = raises

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        depth = _depth.get()
        exchange = _Exchange(_write_scope(request, self._client), request.read())
        asked = asyncio.run_coroutine_threadsafe(exchange.run(self._app, depth), _loop(depth))
        try:
            asked.result()
        except Exception:
            if self._raises:
                raise
        if not exchange.status:
            assert not self._raises, "the app did not answer"
            exchange.status = 500
        body = b"" if request.method == "HEAD" else b"".join(exchange.body)
        return httpx2.Response(
            exchange.status, headers=exchange.headers, stream=httpx2.ByteStream(body), request=request
        )


class _Exchange:
    """One request and its answer, as an app sees them."""

    def __init__(self, scope: dict[str, Any], body: bytes) -> None:
        self._scope = scope
        self._given: bytes | None = body
        self._is_over = asyncio.Event()
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: list[bytes] = []

    async def run(self, app: App, depth: int) -> None:
        _depth.set(depth + 1)
        try:
            await app(self._scope, self._receive, self._send)
        finally:
            self._is_over.set()

    async def _receive(self) -> dict[str, Any]:
        if self._given is not None:
            body, self._given = self._given, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._is_over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        assert not self._is_over.is_set(), "something was sent after the answer was complete"
        if message["type"] == "http.response.start":
            assert not self.status, "an answer was begun twice"
            self.status, self.headers = message["status"], list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            assert self.status, "a body came before its head"
            self.body.append(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                self._is_over.set()


def _write_scope(request: httpx2.Request, client: tuple[str, int]) -> dict[str, Any]:
    url = request.url
    return {
        "type": "http", "http_version": "1.1", "method": request.method, "scheme": url.scheme, "root_path": "",
        "path": unquote(url.path), "raw_path": url.raw_path.split(b"?", 1)[0], "query_string": url.query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw], "client": client,
        "server": (url.host, url.port or PORTS[url.scheme]), "state": {}, "asgi": {"version": "3.0"}, "extensions": {},
    }  # fmt: skip


def _loop(depth: int) -> asyncio.AbstractEventLoop:
    """Runs as long as the process: threads that it gives work to stay as well. One for each depth, as none may wait."""
    with _making:
        if depth not in _loops:
            loop = _loops[depth] = uvloop.new_event_loop()
            never = loop.create_future()
            threading.Thread(target=loop.run_until_complete, args=[never], name="apps", daemon=True).start()
        return _loops[depth]


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Runs it in a thread and a loop of its own: where a browser has been driven, this thread has a running one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()  # noqa: TID251  this is where
