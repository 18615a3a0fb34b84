"""Ends a call at its deadline, however slowly the other side drips."""

import contextlib
import socket
import time
from contextvars import ContextVar
from threading import Timer
from types import TracebackType
from typing import Self

_current: ContextVar["Watch | None"] = ContextVar("outbound_watch", default=None)


def watch_socket(sock: socket.socket | None) -> None:
    """Tells the call that runs in this thread which socket it uses now."""
    watch = _current.get()
    if watch is not None and sock is not None:
        watch.sockets.append(sock)


class Watch:
    """For the time of one call: shuts its socket when the seconds are over. A blocked read then ends at once."""

    def __init__(self, seconds: float) -> None:
        self.sockets: list[socket.socket] = []
        self.is_over = False
        self._ends_at = time.monotonic() + seconds
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        _current.reset(self._token)

    @property
    def has_ended(self) -> bool:
        return self.is_over or time.monotonic() >= self._ends_at

    def _cut(self) -> None:
        self.is_over = True
        for sock in list(self.sockets):
            with contextlib.suppress(OSError):
                # Not SSLSocket.shutdown, which would take the TLS layer away under the reading thread.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
