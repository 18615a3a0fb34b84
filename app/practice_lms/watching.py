"""The layer around the services: writes the log of calls and lets the asked-for faults happen."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.practice_lms.calls import Call, cut_body, cut_headers, cut_query
from app.practice_lms.faults import Fault, find_service
from app.practice_lms.tokens import AccessToken

if TYPE_CHECKING:
    from app.practice_lms.platform import Platform

ABORT = "practice.abort"
REASON_HEADER = b"x-practice-reason"
_DROPPED = "practice.dropped"


class WatchedServices:
    """Pages and controls pass; calls of a service are logged, and disturbed where a fault waits for them."""

    def __init__(self, app: ASGIApp, platform: "Platform") -> None:
        self._app = app
        self._platform = platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = find_service(scope["path"]) if scope["type"] == "http" else None
        if service is None:
            await self._app(scope, receive, send)
            return
        body = await _read_all(receive)
        token = self._platform.tokens.find(_bearer_of(scope))

        def record(status: int | None, reason: str) -> None:
            self._platform.call_log.add(self._call(scope, service, body, token, (status, reason)))

        await self._answer(scope, service, _replay(body, receive), _recording(send, record))

    async def _answer(self, scope: Scope, service: str, receive: Receive, send: Send) -> None:
        fault = self._platform.faults.take(service)
        if fault is None:
            await self._app(scope, receive, send)
            return
        await asyncio.sleep(fault.delay)
        if fault.down:
            await _drop(scope, receive, send)
        elif fault.lose_answer:
            await self._app(scope, receive, _swallow)
            await _drop(scope, receive, send)
        elif fault.status is None:
            await self._app(scope, receive, send)
        else:
            await _send_fault(fault, send)

    def _call(
        self, scope: Scope, service: str, body: bytes, token: AccessToken | None, answered: tuple[int | None, str]
    ) -> Call:
        headers = cut_headers(scope["headers"])
        query = cut_query(scope["query_string"].decode("latin-1"))
        return Call(
            at=self._platform.now(),
            service=service,
            method=scope["method"],
            url=f"{scope['scheme']}://{headers.get('host', '')}{scope['path']}" + (f"?{query}" if query else ""),
            headers=headers,
            scope=" ".join(token.scopes) if token else "",
            client_id=token.client_id if token else "",
            body=cut_body(body, headers),
            status=answered[0],
            reason=answered[1],
        )


def _bearer_of(scope: Scope) -> str:
    value = next((value for name, value in scope["headers"] if name.lower() == b"authorization"), b"")
    return str(value.decode("latin-1").partition(" ")[2])


async def _read_all(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def replayed() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replayed


def _recording(send: Send, record: Callable[[int | None, str], None]) -> Send:
    """Writes the log before the answer leaves, so that whoever has the answer finds the call in the log."""

    async def recorded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = dict(message.get("headers", ()))
            record(message["status"], headers.get(REASON_HEADER, b"").decode("latin-1"))
        elif message["type"] == _DROPPED:
            record(None, "dropped")
            return
        await send(message)

    return recorded


async def _swallow(message: Message) -> None:
    """Take an answer that never leaves."""


async def _drop(scope: Scope, receive: Receive, send: Send) -> None:
    """End the connection without an answer; where there is no socket, raise what a broken one would."""
    await send({"type": _DROPPED})
    abort = scope.get(ABORT)
    if abort is None:
        raise ConnectionResetError("the practice LMS dropped the connection")
    abort()
    while (await receive())["type"] != "http.disconnect":
        continue


async def _send_fault(fault: Fault, send: Send) -> None:
    headers = {"content-type": fault.content_type, "content-length": str(len(fault.body.encode())), **fault.headers}
    if fault.retry_after is not None:
        headers["retry-after"] = fault.retry_after
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": fault.status, "headers": raw})
    await send({"type": "http.response.body", "body": fault.body.encode()})
