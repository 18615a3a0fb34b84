"""Ends a call at its deadline, however slowly the other side drips."""

import contextlib
import socket
import time
from contextvars import ContextVar
from threading import Condition, Thread
from types import TracebackType
from typing import Self

_current: ContextVar["Watch | None"] = ContextVar("outbound_watch", default=None)


def watch_socket(sock: socket.socket | None) -> None:
    """Tells the call that runs in this thread which socket it uses now."""
    watch = _current.get()
    if watch is not None and sock is not None:
        watch.sockets.append(sock)


def seconds_left() -> float:
    """Until the call that runs in this thread must have ended; may be negative. Outside a call there is no end."""
    watch = _current.get()
    return watch.ends_at - time.monotonic() if watch is not None else float("inf")


class Watch:
    """For the time of one call: shuts its socket when the seconds are over. A blocked read then ends at once."""

    def __init__(self, seconds: float) -> None:
        self.sockets: list[socket.socket] = []
        self.ends_at = time.monotonic() + seconds

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        _watchman.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _watchman.remove(self)
        _current.reset(self._token)

    @property
    def has_ended(self) -> bool:
        return time.monotonic() >= self.ends_at

    def cut(self) -> None:
        for sock in list(self.sockets):
            with contextlib.suppress(OSError):
                # Not SSLSocket.shutdown, which would take the TLS layer away under the reading thread.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Watchman:
    """One thread that looks after all calls of the process; begun with the first."""

    def __init__(self) -> None:
        self._watches: set[Watch] = set()
        self._changed = Condition()
        self._thread: Thread | None = None
        # When the thread looks next; None while it waits for a call to begin.
        self._looks_at: float | None = None

    def add(self, watch: Watch) -> None:
        with self._changed:
            self._watches.add(watch)
            if self._thread is None or not self._thread.is_alive():  # the first call, also after a fork
                self._thread = Thread(target=self._look, name="cairn-deadlines", daemon=True)
                self._thread.start()
            elif self._looks_at is None or watch.ends_at < self._looks_at:
                # Only then: to wake a thread for each call would cost more than the call.
                self._changed.notify()

    def remove(self, watch: Watch) -> None:
        with self._changed:
            self._watches.discard(watch)

    def _look(self) -> None:
        with self._changed:
            while True:
                for watch in [watch for watch in self._watches if watch.has_ended]:
                    watch.cut()
                    self._watches.discard(watch)
                ends = [watch.ends_at for watch in self._watches]
                self._looks_at = min(ends, default=None)
                self._changed.wait(None if self._looks_at is None else max(0.0, self._looks_at - time.monotonic()))


_watchman = _Watchman()
