"""Security headers on every answer, with the framing that the visitor's platform needs and no more."""

from collections.abc import Mapping
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# As ASGI carries them: names in lower case.
RawHeaders = list[tuple[bytes, bytes]]
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
# Before a session nothing is known about the frame; such pages hold no personal data.
ANY_HTTPS = "https:"
# Of `frame_origins`: this page stands in no frame at all.
NOBODY = "'none'"
LOOPBACK = "http://localhost:* http://127.0.0.1:*"


def content_policy(frame_origins: str, form_targets: str = "") -> str:
    """The policy of a page; both arguments are blank-separated origins, added to our own."""
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; "
        f"form-action {_and_ours(form_targets)}; "
        f"frame-ancestors {frame_origins if frame_origins == NOBODY else _and_ours(frame_origins)}"
    )


def _and_ours(origins: str) -> str:
    return f"'self' {origins}".strip()


def add_headers(headers: RawHeaders, state: Mapping[str, object], *, is_development: bool) -> None:
    """Completes an answer's headers; what a route has set itself stays."""
    before_session = f"{ANY_HTTPS} {LOOPBACK}" if is_development else ANY_HTTPS
    origins = str(state.get("frame_origins", before_session))
    ours = _list_ours(origins, str(state.get("form_targets", "")), is_development=is_development)
    there = {name for name, _value in headers}
    headers += [pair for pair in ours if pair[0] not in there]


@lru_cache(maxsize=256)
def _list_ours(frame_origins: str, form_targets: str, *, is_development: bool) -> tuple[tuple[bytes, bytes], ...]:
    ours = {
        "content-security-policy": content_policy(frame_origins, form_targets),
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "permissions-policy": PERMISSIONS,
        "cache-control": "no-store",
    }
    if not is_development:
        ours["strict-transport-security"] = "max-age=31536000"
    return tuple((name.encode(), value.encode("latin-1")) for name, value in ours.items())


class SecurityHeaders:
    """Adds the headers. A route narrows the framing by `request.state.frame_origins`, as the guards do."""

    def __init__(self, app: ASGIApp, *, is_development: bool) -> None:
        self._app = app
        self._is_development = is_development

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(message["headers"], state, is_development=self._is_development)
            await send(message)

        await self._app(scope, receive, send_with_headers)
