"""An HTTP protocol whose connections can be dropped without an answer, as a broken network does."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.practice_lms.watching import ABORT


class DroppingProtocol(HttpToolsProtocol):
    """Puts the way to drop the connection into each request's scope."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope[ABORT] = self.transport.abort
