"""What a frame's address answers: the form that posts a login initiation to the tool."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response

from app.practice_lms.dependencies import Session, ThePlatform
from app.practice_lms.launches import Launch
from app.practice_lms.pages import FIRST_PERSON, get_course, get_link, set_cookie
from app.practice_lms.platform import NotRegistered, Platform
from app.practice_lms.rendering import post_itself, render
from app.practice_lms.sessions import BrowserSession

router = APIRouter()


@router.get("/course/{course_id}/launch/{link_id}", name="practice.launch")
def launch_link(course_id: str, link_id: str, platform: ThePlatform, session: Session) -> Response:
    """A resource link."""
    link = get_link(platform, course_id, link_id)
    known = session or platform.sessions.open(FIRST_PERSON)
    return _start(platform, known, lambda: platform.launch_of(known.person_id, link.id, acting_id=known.acting_id))


@router.get("/course/{course_id}/deep-link", name="practice.deep_link")
def launch_deep_linking(
    course_id: str, platform: ThePlatform, session: Session, placement: str = "assignment_selection"
) -> Response:
    """Choosing content; Moodle has no placements."""
    course = get_course(platform, course_id)
    known = session or platform.sessions.open(FIRST_PERSON)
    named = placement if platform.temper.name == "canvas" else None
    return _start(platform, known, lambda: platform.deep_linking_of(known.person_id or FIRST_PERSON, course.id, named))


@router.get("/course/{course_id}/navigation", name="practice.navigation")
def launch_navigation(course_id: str, platform: ThePlatform, session: Session) -> Response:
    """Canvas's course navigation: a launch whose link is the course itself."""
    course = get_course(platform, course_id)
    known = session or platform.sessions.open(FIRST_PERSON)
    return _start(platform, known, lambda: platform.navigation_of(known.person_id, course.id))


@router.get("/account/navigation", name="practice.account_navigation")
def launch_account_navigation(platform: ThePlatform, session: Session) -> Response:
    """Canvas's account navigation: no course at all."""
    known = session or platform.sessions.open(FIRST_PERSON)
    return _start(platform, known, lambda: platform.navigation_of(known.person_id, None))


def _start(platform: Platform, session: BrowserSession, make: Callable[[], Launch]) -> Response:
    try:
        launch = make()
    except NotRegistered:
        return render(platform, "no_tool.html", {"why": "none"})
    if not launch.registration.is_active:
        return render(platform, "no_tool.html", {"why": "pending"})
    if platform.temper.name == "moodle" and launch.person is None:
        return render(platform, "no_tool.html", {"why": "nobody"})
    fields = platform.begin(launch, session=session.id)
    answer = post_itself(platform, launch.registration.config.initiate_login_uri, fields, title="Opening the tool")
    set_cookie(answer, session)
    return answer
