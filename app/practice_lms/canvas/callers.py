"""Who calls a Canvas service, its refusals, and the headers on its answers."""

import json
from typing import Any, cast

from fastapi import Request
from fastapi.responses import Response

from app.practice_lms.bearer import BearerRefused, get_caller
from app.practice_lms.canvas.site import CanvasTemper
from app.practice_lms.dependencies import media_type_of
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.registrations import Registration
from app.practice_lms.world import Course, LineItem

JSON = "application/json; charset=utf-8"
RATE_HEADERS = {"X-Request-Cost": "0.21", "X-Rate-Limit-Remaining": "698.7"}


def site_of(platform: Platform) -> CanvasTemper:
    return cast("CanvasTemper", platform.temper)


def refuse(status: int, kind: str, message: str) -> Refusal:
    """Canvas's usual wrapper."""
    return Refusal(status, json.dumps({"errors": {"type": kind, "message": message}}), JSON, message, RATE_HEADERS)


def refuse_missing() -> Refusal:
    message = "The specified resource does not exist."
    return Refusal(404, json.dumps({"errors": [{"message": message}]}), JSON, message, RATE_HEADERS)


def get_canvas_caller(platform: Platform, request: Request, *scopes: str) -> Registration:
    try:
        return get_caller(platform, request, *scopes)
    except BearerRefused as problem:
        raise refuse(401, "unauthorized", str(problem)) from problem


def get_course(platform: Platform, number: str) -> Course:
    course = site_of(platform).find_course(number)
    if course is None:
        raise refuse(404, "not_found", "Context not found")
    return course


def get_item(platform: Platform, course: Course, number: str, registration: Registration) -> LineItem:
    """A column of this course that is the caller's."""
    item = site_of(platform).find_line_item(number)
    if item is None or item.course_id != course.id:
        raise refuse_missing()
    if item.owner not in {None, registration.client_id}:
        raise refuse(412, "precondition_failed", "Tool does not have permission to view line_item")
    return item


def check_media_type(request: Request, media_type: str) -> None:
    """Real Canvas reads any JSON; the standard names one type per call."""
    if media_type_of(request) != media_type:
        raise refuse(415, "unsupported_media_type", f"Content-Type must be {media_type}")


def check_accept(request: Request, media_type: str) -> None:
    """Real Canvas answers whatever is accepted; the standard names one type per call."""
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "*/*").split(",")]
    if not {media_type, "*/*"} & set(accepted):
        raise refuse(406, "not_acceptable", f"Accept must be {media_type}")


def answer(body: Any, media_type: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, {**RATE_HEADERS, **(headers or {})}, media_type=f"{media_type}; charset=utf-8")
