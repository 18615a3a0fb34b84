"""Canvas's roster service: pages of fifty, bookmarks whose letters count, context roles only."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.canvas import callers
from app.practice_lms.canvas.claims import list_context_roles, share_person
from app.practice_lms.canvas.hosts import ON_COURSE_HOST
from app.practice_lms.canvas.variables import expand_for_member
from app.practice_lms.dependencies import ThePlatform, only_in
from app.practice_lms.launches import Launch
from app.practice_lms.platform import Platform
from app.practice_lms.registrations import Registration
from app.practice_lms.words import CONTEXT_ROLE, LTI, MEMBERS, MEMBERS_TYPE
from app.practice_lms.world import Course, Link, Person

router = APIRouter(prefix="/api/lti/courses", dependencies=[only_in("canvas"), ON_COURSE_HOST])

PAGE = 50


@router.get("/{course_number}/names_and_roles", name="canvas.members")
def list_members(course_number: str, request: Request, platform: ThePlatform) -> Response:
    """One page of active members; the next page is behind an opaque link."""
    registration = callers.get_canvas_caller(platform, request, MEMBERS)
    callers.check_accept(request, MEMBERS_TYPE)
    course, asked = callers.get_course(platform, course_number), request.query_params
    link = _find_link(platform, course, asked.get("rlid"))
    people = _list_people(platform, course, asked.get("role"))
    size = _page_size(asked.get("per_page") or asked.get("limit"))
    start = _read_bookmark(asked.get("page"))
    own = platform.temper.members_url(course, registration)
    launch = Launch(registration, "resource_link", None, course, link)
    body = {
        "id": f"{own}?{request.url.query}" if request.url.query else own,
        "context": {"id": course.opaque_id, "label": course.label, "title": course.title},
        "members": [_member(platform, launch, person) for person in people[start : start + size]],
    }
    kept = {name: asked[name] for name in ("rlid", "role") if name in asked}
    return callers.answer(body, MEMBERS_TYPE, headers={"Link": _links(own, kept, size, (start, len(people)))})


def _list_people(platform: Platform, course: Course, role: str | None) -> tuple[Person, ...]:
    """An unknown role gives nobody."""
    people = tuple(person for person, _ in platform.world.members_of(course.id))
    if role is None:
        return people
    wanted = role if "#" in role else CONTEXT_ROLE + role
    return tuple(person for person in people if wanted in list_context_roles(person, course))


def _find_link(platform: Platform, course: Course, link_id: str | None) -> Link | None:
    """None for the whole course, also where the context's own id is given."""
    if link_id in {None, course.opaque_id}:
        return None
    found = [link for link in platform.world.links_of(course.id) if link.uuid == link_id]
    if not found:
        raise callers.refuse(400, "bad_request", "Tool does not have access to rlid or rlid does not exist")
    return found[0]


def _page_size(text: str | None) -> int:
    return min(int(text), PAGE) if text is not None and text.isdecimal() and int(text) > 0 else PAGE


def make_bookmark(start: int) -> str:
    """Opaque, sealed, and different once its letters are."""
    seal = hashlib.sha256(f"bookmark {start}".encode()).hexdigest()[:6]
    return "bookmark:" + base64.urlsafe_b64encode(json.dumps([start, seal]).encode()).decode().rstrip("=")


def _read_bookmark(page: str | None) -> int:
    if page in {None, "first", "1"}:
        return 0
    text = str(page).removeprefix("bookmark:")
    try:
        start = int(json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))[0])
    except (ValueError, TypeError, IndexError):
        start = -1
    if start < 0 or make_bookmark(start) != page:
        raise callers.refuse(400, "bad_request", "page is not one of ours")
    return start


def _links(own: str, kept: dict[str, str], size: int, place: tuple[int, int]) -> str:
    start, total = place
    pages = {"current": make_bookmark(start) if start else "1"}
    if start + size < total:
        pages["next"] = make_bookmark(start + size)
    pages["first"] = "first"
    listed = {rel: urlencode({**kept, "page": page, "per_page": size}, safe=":") for rel, page in pages.items()}
    return ",".join(f'<{own}?{query}>; rel="{rel}"' for rel, query in listed.items())


def _member(platform: Platform, launch: Launch, person: Person) -> dict[str, Any]:
    registration, course = launch.registration, launch.course
    shown: dict[str, Any] = {"status": "Active", **_shared(platform, launch, registration, person)}
    shown |= {"user_id": person.uuid, "lti11_legacy_user_id": person.legacy_id}
    shown["roles"] = sorted(list_context_roles(person, course))
    if launch.link is not None:
        shown["message"] = [_message(launch, person)]
    return shown


def _shared(platform: Platform, launch: Launch, registration: Registration, person: Person) -> dict[str, str]:
    shared = share_person(callers.site_of(platform), launch, person)
    named = registration.shares_names() and not person.is_test_user
    return {**shared, **({"lis_person_sourcedid": f"E{100000 + int(person.id)}"} if named else {})}


def _message(launch: Launch, person: Person) -> dict[str, Any]:
    return {
        LTI + "message_type": "LtiResourceLinkRequest",
        "locale": "en",
        LTI + "custom": expand_for_member(launch, legacy_id=person.legacy_id),
        "https://www.instructure.com/canvas_user_id": 8800 + int(person.id),
    }
