"""A refusal as the LMS itself words it."""

from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import Response


@dataclass
class Refusal(Exception):  # noqa: N818 - an error's name is a noun here: it is what the tool receives
    """Raised anywhere below a route.

    `reason` is what the LMS puts in its status line. ASGI has no room for it there: it travels as X-Practice-Reason.
    """

    status: int
    body: str = ""
    content_type: str = "text/html; charset=utf-8"
    reason: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def answer_refusal(_request: Request, refusal: Exception) -> Response:
    """The exception handler."""
    if not isinstance(refusal, Refusal):
        raise refusal
    one_line = refusal.reason.encode("ascii", "replace").decode().replace("\n", " ").replace("\r", " ")
    headers = {**refusal.headers, **({"X-Practice-Reason": one_line} if one_line else {})}
    return Response(refusal.body, refusal.status, headers, media_type=refusal.content_type)
