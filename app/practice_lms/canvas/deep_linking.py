"""Where people and deep linking responses come back to in Canvas."""

import json

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.canvas import callers
from app.practice_lms.canvas.hosts import ON_COURSE_HOST
from app.practice_lms.canvas.placements import GRADED_PLACEMENTS
from app.practice_lms.deep_links import ResponseRefused, add_items, list_items, read_response
from app.practice_lms.dependencies import PostedForm, ThePlatform, only_in
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.rendering import render
from app.practice_lms.words import DL
from app.practice_lms.world import Course

router = APIRouter(dependencies=[only_in("canvas"), ON_COURSE_HOST])


@router.post("/courses/{course_number}/deep_linking_response", name="canvas.deep_link_return")
def take_items(course_number: str, request: Request, form: PostedForm, platform: ThePlatform) -> Response:
    """Check the response, add its items, show them; a line item counts at assignment placements only."""
    launch = callers.site_of(platform).take_deep_link(request.query_params.get("data", ""))
    course = callers.get_course(platform, course_number)
    if launch is None or launch.course is not course:
        raise _refused("data is unknown or was used before")
    try:
        claims = read_response(platform, launch.registration, form.get("JWT", ""))
    except ResponseRefused as problem:
        raise _refused(str(problem)) from problem
    items = list_items(claims)
    if len(items) > 1 and launch.placement == "assignment_selection":
        raise _refused("accept_multiple is false")
    links = add_items(platform, course.id, items, graded=launch.placement in GRADED_PLACEMENTS)
    told = claims.get(DL + "errormsg") or claims.get(DL + "msg") or ""
    return render(platform, "deep_linked.html", {"links": links, "told": told, "course": course})


def _refused(message: str) -> Refusal:
    error = {"attribute": "jwt", "type": "JWT verification failure", "message": message}
    return Refusal(400, json.dumps({"errors": {"jwt": [error]}}), callers.JSON, message)


@router.get("/courses/{course_number}/assignments", name="canvas.return_assignment")
@router.get("/courses/{course_number}/external_content/success/external_tool_redirect", name="canvas.return")
def come_back(course_number: str, platform: ThePlatform, lti_msg: str = "", lti_errormsg: str = "") -> Response:
    """A launch's return_url."""
    return _returned(platform, callers.get_course(platform, course_number), lti_errormsg or lti_msg)


@router.get("/accounts/1/external_content/success/external_tool_redirect", name="canvas.return_account")
@router.get("/deep_linking_cancel", name="canvas.cancel")
def come_back_elsewhere(platform: ThePlatform, lti_msg: str = "", lti_errormsg: str = "") -> Response:
    first = next(iter(platform.world.courses.values()))
    return _returned(platform, first, lti_errormsg or lti_msg)


def _returned(platform: Platform, course: Course, told: str) -> Response:
    return render(platform, "returned.html", {"told": told, "course": course})
