"""Who calls a Moodle service, and the refusals that all its services share."""

from fastapi import Request

from app.practice_lms.bearer import BearerRefused, get_caller
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.registrations import Registration
from app.practice_lms.world import Course, LineItem

JSON = "application/json; charset=utf-8"


def refuse(status: int, reason: str) -> Refusal:
    """A failed service call has an empty list for a body; the reason stands in the status line."""
    return Refusal(status, "[]", JSON, reason)


def get_moodle_caller(platform: Platform, request: Request, *scopes: str) -> Registration:
    try:
        return get_caller(platform, request, *scopes)
    except BearerRefused as problem:
        raise refuse(401, str(problem)) from problem


def check_type(registration: Registration, type_id: str | None) -> None:
    """The tool type in the address is the caller's own."""
    if type_id != registration.deployment_id:
        raise refuse(403, "type_id is not this tool's")


def get_course(platform: Platform, course_id: str) -> Course:
    course = platform.world.courses.get(course_id)
    if course is None:
        raise refuse(404, "Not Found: Course doesn't exist")
    return course


def get_item(platform: Platform, course_id: str, item_id: str) -> LineItem:
    item = platform.world.line_items.get(item_id)
    if item is None or item.course_id != course_id:
        raise refuse(404, "Not Found: Line item doesn't exist")
    return item


def check_accept(request: Request, media_type: str) -> None:
    """Only the service's own media type, or anything at all."""
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "*/*").split(",")]
    if media_type not in accepted and "*/*" not in accepted:
        raise refuse(400, f"Accept must be {media_type}")
