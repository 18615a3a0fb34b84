"""The practice LMS on real sockets in a thread, for tests that need a network."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from app.practice_lms.application import create_practice_lms
from app.practice_lms.dropping import DroppingProtocol
from app.practice_lms.platform import Platform
from app.practice_lms.settings import PracticeSettings, TemperName

_BIND = "127.0.0.1"
# Far longer than it takes: a busy machine lets a thread wait.
_SECONDS = 60


class LivePractice:
    """Stop it and calls are refused; start it again on the same ports with its memory whole."""

    def __init__(self, settings: PracticeSettings, ports: tuple[int, ...]) -> None:
        self._ports = ports
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.app: FastAPI = create_practice_lms(settings)

    @property
    def platform(self) -> Platform:
        platform: Platform = self.app.state.platform
        return platform

    @property
    def base_url(self) -> str:
        return self.platform.settings.base_url

    def start(self) -> None:
        """Listen; returns when calls are answered."""
        sockets = [_listen(port) for port in self._ports]
        config = uvicorn.Config(self.app, http=DroppingProtocol, log_level="critical", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": sockets}, daemon=True)
        self._thread.start()
        _wait_until(lambda: self._server is not None and self._server.started)

    def stop(self) -> None:
        """Close the sockets: connections are refused from now on."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(_SECONDS)
        self._server = self._thread = None


@contextmanager
def run_live(*, tool_base_url: str, temper: TemperName = "moodle", **more: Any) -> Iterator[LivePractice]:
    """A running practice LMS on `localhost`; in Canvas's temper on three ports for its three origins."""
    with ExitStack() as held:
        sockets = [held.enter_context(hold_port()) for _ in range(3 if temper == "canvas" else 1)]
        ports = tuple(one.getsockname()[1] for one in sockets)
        origins = [f"http://localhost:{one}" for one in ports]
        more = {"issuer_origin": origins[1], "token_origin": origins[2], **more} if temper == "canvas" else more
        settings = PracticeSettings(base_url=origins[0], tool_base_url=tool_base_url, temper=temper, **more)
        live = LivePractice(settings, ports)
        live.start()
        try:
            yield live
        finally:
            live.stop()


def hold_port() -> socket.socket:
    """Holds a port until it is closed: the system gives it to nobody else, whoever knows it may listen there."""
    held = socket.socket()
    # With this on both sides a socket that listens may stand beside one that does not.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind((_BIND, 0))
    return held


def _listen(port: int) -> socket.socket:
    return socket.create_server((_BIND, port), backlog=128)


def _wait_until(condition: Any) -> None:
    ends = time.monotonic() + _SECONDS
    while not condition():
        if time.monotonic() > ends:
            raise TimeoutError("the practice LMS did not start")
        time.sleep(0.005)
