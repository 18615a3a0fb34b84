"""Canvas's notices: one handler for each type and deployment, hello on subscribing, and nothing is ever sent twice."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.canvas import callers
from app.practice_lms.canvas.claims import describe_context
from app.practice_lms.canvas.hosts import ON_COURSE_HOST
from app.practice_lms.dependencies import RawBody, ThePlatform, only_in
from app.practice_lms.platform import Platform
from app.practice_lms.registrations import Registration
from app.practice_lms.words import CONTEXT_COPY, HELLO_WORLD, LTI, NOTICE_TYPES, NOTICES
from app.practice_lms.world import Course

router = APIRouter(prefix="/api/lti/notice-handlers", dependencies=[only_in("canvas"), ON_COURSE_HOST])

_SECONDS = 3600
_MOST_IN_BATCH = 100
_DELIVERED = range(200, 300)


@router.get("/{number}", name="canvas.notice_handlers")
def list_handlers(number: str, request: Request, platform: ThePlatform) -> Response:
    registration = _get_registration(platform, request, number)
    handlers = [{"notice_type": one, "handler": registration.handlers.get(one, "")} for one in NOTICE_TYPES]
    body = {
        "client_id": int(registration.client_id),
        "deployment_id": registration.deployment_id,
        "notice_handlers": handlers,
    }
    return callers.answer(body, "application/json")


@router.put("/{number}", name="canvas.notice_handler")
def put_handler(number: str, request: Request, body: RawBody, platform: ThePlatform) -> Response:
    """Subscribes, or with an empty handler ends it; whoever asks for hello hears it at once."""
    registration = _get_registration(platform, request, number)
    callers.check_media_type(request, "application/json")
    wish = _read_wish(body, registration)
    kind, handler = wish["notice_type"], wish["handler"]
    with platform.lock:
        registration.handlers.pop(kind, None)
        if handler:
            registration.handlers[kind] = handler
    if handler and kind == HELLO_WORLD:
        hello = {"https://www.instructure.com/hello_world": {"title": "Hello World!", "message": "…"}}
        send_notice(platform, registration, HELLO_WORLD, {LTI + "context": describe_context(None), **hello})
    return callers.answer(wish, "application/json")


def _get_registration(platform: Platform, request: Request, number: str) -> Registration:
    caller = callers.get_canvas_caller(platform, request, NOTICES)
    known = [one for one in platform.registrations.list_all("canvas") if one.deployment_id.split(":")[0] == number]
    if not known:
        raise callers.refuse(404, "not_found", "not found")
    if known[0].client_id != caller.client_id:
        raise callers.refuse(403, "forbidden", "permission denied")
    return known[0]


def _read_wish(body: bytes, registration: Registration) -> dict[str, Any]:
    try:
        given = json.loads(body)
        kind, handler, size = given["notice_type"], given["handler"], given.get("max_batch_size", _MOST_IN_BATCH)
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise callers.refuse(400, "bad_request", "notice_type and handler are required") from problem
    if kind not in NOTICE_TYPES:
        raise callers.refuse(400, "bad_request", "unknown notice_type, it must be one of the supported ones")
    if not isinstance(handler, str) or (handler and not _is_of_tool(handler, registration)):
        raise callers.refuse(400, "bad_request", "handler must be a valid URL or an empty string")
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise callers.refuse(400, "bad_request", "max_batch_size must be a positive number")
    return {"notice_type": kind, "handler": handler, "max_batch_size": size}


def _is_of_tool(handler: str, registration: Registration) -> bool:
    """The handler must lie on the tool's own domain."""
    parts = urlsplit(handler)
    return parts.scheme in {"http", "https"} and parts.netloc == registration.config.domain


def send_notice(platform: Platform, registration: Registration, kind: str, more: dict[str, Any]) -> bool:
    """One notice in a request of its own, once; whether the tool took it. Nothing where nobody subscribed."""
    handler = registration.handlers.get(kind)
    if not handler:
        return False
    token = platform.sign(_build_claims(platform, registration, kind, more))
    status = platform.settings.post(handler, json.dumps({"notices": [{"jwt": token}]}).encode())
    platform.notices_sent.append((kind, status))
    return status in _DELIVERED


def tell_copy(platform: Platform, registration: Registration, course: Course, *, origin: Course) -> None:
    context = {LTI + "context": describe_context(course), LTI + "origin_contexts": [origin.opaque_id]}
    send_notice(platform, registration, CONTEXT_COPY, context)


def _build_claims(platform: Platform, registration: Registration, kind: str, more: dict[str, Any]) -> dict[str, Any]:
    now: datetime = platform.now()
    issued = int(now.timestamp())
    return {
        LTI + "version": "1.3.0",
        LTI + "notice": {"id": str(uuid4()), "timestamp": f"{now:%Y-%m-%dT%H:%M:%SZ}", "type": kind},
        "aud": registration.client_id,
        "azp": registration.client_id,
        LTI + "deployment_id": registration.deployment_id,
        "exp": issued + _SECONDS,
        "iat": issued,
        "iss": platform.urls.issuer,
        "nonce": str(uuid4()),
        **more,
    }
