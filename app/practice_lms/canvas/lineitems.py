"""Canvas's line item service: only the caller's own columns, and assignments behind them."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.canvas import callers
from app.practice_lms.canvas.hosts import ON_COURSE_HOST
from app.practice_lms.dependencies import RawBody, ThePlatform, only_in
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.registrations import Registration
from app.practice_lms.words import CANVAS, LINEITEM, LINEITEM_READ, LINEITEM_TYPE, LINEITEMS_TYPE
from app.practice_lms.world import LineItem, opaque_id

router = APIRouter(prefix="/api/lti/courses", dependencies=[only_in("canvas"), ON_COURSE_HOST])

_SUBMISSION_TYPE = CANVAS + "submission_type"
_FILTERS = {"resource_id": "resourceId", "resource_link_id": "resourceLinkId", "tag": "tag"}


@router.get("/{course_number}/line_items", name="canvas.lineitems")
def list_line_items(course_number: str, request: Request, platform: ThePlatform) -> Response:
    registration = callers.get_canvas_caller(platform, request, LINEITEM, LINEITEM_READ)
    callers.check_accept(request, LINEITEMS_TYPE)
    course = callers.get_course(platform, course_number)
    items = [i for i in platform.world.items_of(course.id) if i.owner in {None, registration.client_id}]
    shown = [show_item(platform, item, registration) for item in items]
    wanted = {name: request.query_params[param] for param, name in _FILTERS.items() if param in request.query_params}
    kept = [one for one in shown if all(one.get(name, "") == value for name, value in wanted.items())]
    return callers.answer(kept, LINEITEMS_TYPE)


@router.post("/{course_number}/line_items", name="canvas.create_lineitem")
def create_line_item(course_number: str, request: Request, body: RawBody, platform: ThePlatform) -> Response:
    """Makes an assignment that students see."""
    registration = callers.get_canvas_caller(platform, request, LINEITEM)
    callers.check_media_type(request, LINEITEM_TYPE)
    course, given = callers.get_course(platform, course_number), _read_item(body)
    link = given.get("resourceLinkId")
    links = {one.uuid: one.id for one in platform.world.links_of(course.id)}
    if link is not None and link not in links:
        message = "The specified LTI link ID is not associated with the line item."
        raise callers.refuse(412, "precondition_failed", message)
    number = platform.world.next_id("line item", start=11)
    item = LineItem(number, course.id, given["label"], float(given["scoreMaximum"]), link_id=links.get(link or ""))
    item.resource_id, item.tag = str(given.get("resourceId", "")), str(given.get("tag", ""))
    item.owner, item.submission_type = registration.client_id, _read_submission_type(given)
    platform.world.add_line_item(item)
    extension = {_SUBMISSION_TYPE: item.submission_type} if item.submission_type else {}
    return callers.answer({**show_item(platform, item, registration), **extension}, LINEITEM_TYPE, status=201)


@router.get("/{course_number}/line_items/{number}", name="canvas.lineitem")
def show_line_item(course_number: str, number: str, request: Request, platform: ThePlatform) -> Response:
    registration = callers.get_canvas_caller(platform, request, LINEITEM, LINEITEM_READ)
    callers.check_accept(request, LINEITEM_TYPE)
    course = callers.get_course(platform, course_number)
    item = callers.get_item(platform, course, number, registration)
    shown = show_item(platform, item, registration)
    link = platform.links.get(item.link_id or "")
    if request.query_params.get("include[]") == "launch_url" and link is not None and link.url:
        shown[CANVAS + "launch_url"] = link.url
    return callers.answer(shown, LINEITEM_TYPE)


@router.put("/{course_number}/line_items/{number}", name="canvas.update_lineitem")
def update_line_item(
    course_number: str, number: str, request: Request, body: RawBody, platform: ThePlatform
) -> Response:
    """Renames the assignment and changes its points."""
    registration = callers.get_canvas_caller(platform, request, LINEITEM)
    callers.check_media_type(request, LINEITEM_TYPE)
    item = callers.get_item(platform, callers.get_course(platform, course_number), number, registration)
    given = _read_item(body)
    item.label, item.maximum = given["label"], float(given["scoreMaximum"])
    item.resource_id, item.tag = str(given.get("resourceId", item.resource_id)), str(given.get("tag", item.tag))
    return callers.answer(show_item(platform, item, registration), LINEITEM_TYPE)


@router.delete("/{course_number}/line_items/{number}", name="canvas.delete_lineitem")
def delete_line_item(course_number: str, number: str, request: Request, platform: ThePlatform) -> Response:
    """Not the column of an assignment that was made in Canvas."""
    registration = callers.get_canvas_caller(platform, request, LINEITEM)
    item = callers.get_item(platform, callers.get_course(platform, course_number), number, registration)
    if item.owner is None:
        raise Refusal(401, reason="a coupled line item cannot be deleted")
    platform.delete_line_item(item.id)
    return Response(status_code=204)


def _read_item(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
        label, maximum = given["label"], given["scoreMaximum"]
    except (ValueError, TypeError, KeyError) as problem:
        raise callers.refuse(400, "bad_request", "label and scoreMaximum are required") from problem
    if not isinstance(label, str) or not label.strip() or isinstance(maximum, bool):
        raise callers.refuse(400, "bad_request", "label must be text")
    if not isinstance(maximum, int | float) or maximum <= 0:
        raise callers.refuse(422, "unprocessable_entity", "scoreMaximum must be greater than 0")
    return dict(given)


def _read_submission_type(given: dict[str, Any]) -> dict[str, str] | None:
    wanted = given.get(_SUBMISSION_TYPE)
    if wanted is None:
        return None
    if not isinstance(wanted, dict) or wanted.get("type") not in {"none", "external_tool"}:
        kind = wanted.get("type") if isinstance(wanted, dict) else wanted
        text = f"Invalid submission_type for new assignment: {kind}"
        raise Refusal(400, json.dumps({"error": text}), callers.JSON, text)
    return {str(key): str(value) for key, value in wanted.items()}


def show_item(platform: Platform, item: LineItem, registration: Registration) -> dict[str, Any]:
    """A column as the service shows it; empty members are left out."""
    link = platform.links.get(item.link_id or "")
    optional = {"tag": item.tag, "resourceId": item.resource_id}
    return {
        "id": platform.temper.line_item_url(item, registration),
        "scoreMaximum": float(item.maximum),
        "label": item.label,
        **{name: value for name, value in optional.items() if value},
        "resourceLinkId": link.uuid if link else opaque_id("assignment", item.id),
    }
