"""Where a tool's deep linking response comes back to in Moodle."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.deep_links import ResponseRefused, add_items, list_items, read_response
from app.practice_lms.dependencies import PostedForm, Session, ThePlatform, only_in
from app.practice_lms.refusals import Refusal
from app.practice_lms.rendering import post_itself, render
from app.practice_lms.words import DL

router = APIRouter(prefix="/mod/lti", dependencies=[only_in("moodle")])


@router.post("/contentitem_return.php", name="moodle.deep_link_return")
def take_items(request: Request, form: PostedForm, platform: ThePlatform, session: Session) -> Response:
    """Check the response, add its items, show them. Without the cookie Moodle posts to itself once."""
    if session is None and "repost" not in form:
        again = f"{request.url.path}?{request.url.query}"
        return post_itself(platform, again, {**form, "repost": "1"}, title="One moment")
    if session is None or request.query_params.get("sesskey") != session.sesskey:
        raise Refusal(404, "<!DOCTYPE html><title>Error</title><p>Your session has most likely timed out.</p>")
    try:
        claims = read_response(platform, platform.registration, form.get("JWT", ""))
    except ResponseRefused as problem:
        raise Refusal(400, f"<!DOCTYPE html><title>Error</title><p>{problem}</p>", reason=str(problem)) from problem
    course_id = request.query_params["course"]
    links = add_items(platform, course_id, list_items(claims), graded=True)
    told = claims.get(DL + "errormsg") or claims.get(DL + "msg") or ""
    course = platform.world.courses[course_id]
    return render(platform, "deep_linked.html", {"links": links, "told": told, "course": course})


@router.get("/return.php", name="moodle.return")
def come_back(course: str, platform: ThePlatform, lti_msg: str = "", lti_errormsg: str = "") -> Response:
    """The launch's return_url."""
    known = platform.world.courses.get(course)
    if known is None:
        raise Refusal(404, "Not found")
    return render(platform, "returned.html", {"told": lti_errormsg or lti_msg, "course": known})
