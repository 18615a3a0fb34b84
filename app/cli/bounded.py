"""An HTTP protocol that ends: a request's head is bounded in length and time before anything looks at it."""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# An address with a whole launch's hints, sixteen cookies and what proxies add fit in several times.
LONGEST_HEAD = 65_536
# A ward's poorest line sends a head in one second.
HEAD_SECONDS = 20.0


class BoundedProtocol(HttpToolsProtocol):
    """The parser keeps whatever comes until a head is whole; here it comes no further than this."""

    _waits: TimerHandle | None = None
    _is_in_head = True
    _head = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_in_head and not self.transport.is_closing():
            self._head += len(data)
            if self._head > LONGEST_HEAD:
                self.send_400_response("The head of this request is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin_waiting()

    def on_headers_complete(self) -> None:
        self._end_waiting()
        self._is_in_head, self._head = False, 0
        length = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if length > LONGEST_HEAD:
            # The parser's caller answers with 400 and hangs up.
            raise ValueError("the head is too long")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_in_head = True
        super().on_message_complete()

    def _begin_waiting(self) -> None:
        if self._waits is None:
            self._waits = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _end_waiting(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _give_up(self, *_args: Any) -> None:
        self._waits = None
        self.transport.close()
