"""A Cairn in a process of its own, for tests that kill it.

A launch that brings the header `x-die-after-commit` is written, committed, and never answered.
"""

import os
import signal
import sys

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config import Settings
from app.main import create_app


class DiesAfterCommit:
    """Kills the process at the moment when the answer would leave: everything is committed by then."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def die(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                os.kill(os.getpid(), signal.SIGKILL)
            await send(message)

        asked = scope["type"] == "http" and (b"x-die-after-commit", b"1") in scope["headers"]
        await self._app(scope, receive, die if asked else send)


def serve() -> None:
    """Serves at the port that is the one argument."""
    server = DiesAfterCommit(create_app(Settings()))
    uvicorn.run(server, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical", lifespan="off", access_log=False)
