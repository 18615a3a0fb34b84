"""Moodle's line item service."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.dependencies import RawBody, ThePlatform, media_type_of, only_in
from app.practice_lms.moodle.callers import check_accept, check_type, get_course, get_item, get_moodle_caller, refuse
from app.practice_lms.platform import Platform
from app.practice_lms.registrations import Registration
from app.practice_lms.words import LINEITEM, LINEITEM_READ, LINEITEM_TYPE, LINEITEMS_TYPE
from app.practice_lms.world import LineItem

router = APIRouter(prefix="/mod/lti/services.php", dependencies=[only_in("moodle")])

_FILTERS = {"resource_link_id": "link_id", "resource_id": "resource_id", "tag": "tag"}


@router.get("/{course_id}/lineitems", name="moodle.lineitems")
def list_line_items(course_id: str, request: Request, platform: ThePlatform, type_id: str | None = None) -> Response:
    """The tool's columns, all at once: Moodle's own paging is unusable."""
    registration = get_moodle_caller(platform, request, LINEITEM, LINEITEM_READ)
    check_type(registration, type_id)
    check_accept(request, LINEITEMS_TYPE)
    wanted = {name: request.query_params[param] for param, name in _FILTERS.items() if param in request.query_params}
    items = platform.world.items_of(get_course(platform, course_id).id)
    kept = [item for item in items if all(getattr(item, name) == value for name, value in wanted.items())]
    return _answer([show_item(platform, item, registration) for item in kept], LINEITEMS_TYPE)


@router.post("/{course_id}/lineitems", name="moodle.create_lineitem")
def create_line_item(
    course_id: str, request: Request, body: RawBody, platform: ThePlatform, type_id: str | None = None
) -> Response:
    """A column that the tool asks for."""
    registration = get_moodle_caller(platform, request, LINEITEM)
    check_type(registration, type_id)
    given = _read_item(request, body)
    link_id = given.get("resourceLinkId")
    if link_id is not None and str(link_id) not in {link.id for link in platform.world.links_of(course_id)}:
        raise refuse(403, "resourceLinkId is not this tool's")
    number = platform.world.next_id("line item", start=11)
    item = LineItem(number, get_course(platform, course_id).id, given["label"], given["scoreMaximum"])
    item.link_id = str(link_id) if link_id is not None else None
    item.resource_id, item.tag = str(given.get("resourceId", "")), str(given.get("tag", ""))
    item.owner = registration.client_id
    platform.world.add_line_item(item)
    dates = {name: given[name] for name in ("startDateTime", "endDateTime") if name in given}
    return _answer({**show_item(platform, item, registration), **dates}, LINEITEM_TYPE, status=201)


@router.get("/{course_id}/lineitems/{item_id}/lineitem", name="moodle.lineitem")
def show_line_item(
    course_id: str, item_id: str, request: Request, platform: ThePlatform, type_id: str | None = None
) -> Response:
    registration = get_moodle_caller(platform, request, LINEITEM, LINEITEM_READ)
    check_type(registration, type_id)
    check_accept(request, LINEITEM_TYPE)
    return _answer(show_item(platform, get_item(platform, course_id, item_id), registration), LINEITEM_TYPE)


@router.put("/{course_id}/lineitems/{item_id}/lineitem", name="moodle.update_lineitem")
def update_line_item(  # noqa: PLR0913, PLR0917 - a route's injected arguments
    course_id: str, item_id: str, request: Request, body: RawBody, platform: ThePlatform, type_id: str | None = None
) -> Response:
    """Label, maximum, resource id and tag may change."""
    registration = get_moodle_caller(platform, request, LINEITEM)
    check_type(registration, type_id)
    given, item = _read_item(request, body), get_item(platform, course_id, item_id)
    item.label, item.maximum = given["label"], given["scoreMaximum"]
    item.resource_id, item.tag = str(given.get("resourceId", "")), str(given.get("tag", ""))
    return _answer(show_item(platform, item, registration), LINEITEM_TYPE)


@router.delete("/{course_id}/lineitems/{item_id}/lineitem", name="moodle.delete_lineitem")
def delete_line_item(
    course_id: str, item_id: str, request: Request, platform: ThePlatform, type_id: str | None = None
) -> Response:
    """Also takes a link's own column away, as Moodle does."""
    check_type(get_moodle_caller(platform, request, LINEITEM), type_id)
    platform.delete_line_item(get_item(platform, course_id, item_id).id)
    return Response(status_code=204)


def _read_item(request: Request, body: bytes) -> dict[str, Any]:
    if media_type_of(request) != LINEITEM_TYPE:
        raise refuse(400, f"Content-Type must be {LINEITEM_TYPE}")
    try:
        given = json.loads(body)
        label, maximum = given["label"], given["scoreMaximum"]
    except (ValueError, TypeError, KeyError) as problem:
        raise refuse(400, "label and scoreMaximum are required") from problem
    if not isinstance(label, str) or not label.strip() or isinstance(maximum, bool):
        raise refuse(400, "label must be text")
    if not isinstance(maximum, int | float):
        raise refuse(400, "scoreMaximum must be a number")
    return dict(given)


def show_item(platform: Platform, item: LineItem, registration: Registration) -> dict[str, Any]:
    """A column as the service shows it."""
    maximum = int(item.maximum) if item.maximum == int(item.maximum) else item.maximum
    shown = {
        "id": platform.temper.line_item_url(item, registration),
        "label": item.label,
        "scoreMaximum": maximum,
        "resourceId": item.resource_id,
        "tag": item.tag,
    }
    coupled = {"resourceLinkId": item.link_id, "ltiLinkId": item.link_id} if item.link_id else {}
    return {**shown, **coupled}


def _answer(body: Any, media_type: str, *, status: int = 200) -> Response:
    return Response(json.dumps(body), status, media_type=f"{media_type}; charset=utf-8")
