"""Moodle's roster service: short role names, pages only when asked for, a next link that forgets the role."""

import json
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.dependencies import ThePlatform, only_in
from app.practice_lms.moodle.callers import check_accept, check_type, get_course, get_moodle_caller, refuse
from app.practice_lms.moodle.claims import build_outcome
from app.practice_lms.platform import Platform
from app.practice_lms.registrations import Registration
from app.practice_lms.words import LTI, MEMBERS, MEMBERS_TYPE, OUTCOME_CLAIM
from app.practice_lms.world import Course, Enrolment, Link, Person

if TYPE_CHECKING:
    from app.practice_lms.moodle.site import MoodleTemper

router = APIRouter(prefix="/mod/lti/services.php/CourseSection", dependencies=[only_in("moodle")])


@router.get("/{course_id}/bindings/{type_id}/memberships", name="moodle.members")
def list_members(course_id: str, type_id: str, request: Request, platform: ThePlatform) -> Response:
    """The active members of a course."""
    registration = get_moodle_caller(platform, request, MEMBERS)
    check_type(registration, type_id)
    check_accept(request, MEMBERS_TYPE)
    course, asked = get_course(platform, course_id), request.query_params
    link = _find_link(platform, course, asked.get("rlid"))
    people = _with_role(platform.world.members_of(course_id), asked.get("role"))
    start, limit = _page(asked.get("from")), _page(asked.get("limit"))
    page = people[start : start + limit] if limit else people
    own = platform.temper.members_url(course, registration)
    body = {
        "id": own,
        "context": {"id": course.id, "label": course.label, "title": course.title},
        "members": [_member(platform, registration, link, *member) for member in page],
    }
    headers = {}
    if limit and start + limit < len(people):
        query = {"rlid": link.id} if link else {}
        headers["Link"] = f'<{own}?{urlencode({"limit": limit, "from": start + limit, **query})}>; rel="next"'
    text = json.dumps(body).replace("/", "\\/")
    return Response(text, headers=headers, media_type=f"{MEMBERS_TYPE}; charset=utf-8")


def _find_link(platform: Platform, course: Course, link_id: str | None) -> Link | None:
    if link_id is None:
        return None
    link = platform.links.get(link_id)
    if link is None or link.course_id != course.id:
        raise refuse(404, "Not Found: rlid")
    return link


def _with_role(members: tuple[tuple[Person, Enrolment], ...], role: str | None) -> tuple[tuple[Person, Enrolment], ...]:
    """A role that Moodle does not know gives everyone."""
    wanted = (role or "").rpartition("#")[2]
    if wanted not in {"Learner", "Instructor"}:
        return members
    return tuple(member for member in members if _role(member[1]) == wanted)


def _role(enrolment: Enrolment) -> str:
    """A non-editing teacher is a learner here, though an instructor in the launch."""
    return "Instructor" if enrolment == "teacher" else "Learner"


def _page(number: str | None) -> int:
    return int(number) if number is not None and number.isdecimal() else 0


def _member(
    platform: Platform, registration: Registration, link: Link | None, person: Person, enrolment: Enrolment
) -> dict[str, Any]:
    shown: dict[str, Any] = {"status": "Active", "roles": [_role(enrolment)]}
    if link is not None:
        site = cast("MoodleTemper", platform.temper)
        message: dict[str, Any] = {LTI + "message_type": "LtiResourceLinkRequest"}
        if link.accepts_grades:
            message[OUTCOME_CLAIM] = build_outcome(site, link_id=link.id, person_id=person.id)
        shown["message"] = [message]
    shown |= {"user_id": person.id, "lis_person_sourcedid": person.sourcedid}
    if registration.shares_names():
        shown |= {"name": person.name, "given_name": person.given_name, "family_name": person.family_name}
    if registration.shares_email():
        shown["email"] = person.email
    return {**shown, "ext_user_username": person.username}
