"""The pages a person sees: where to click, courses, items, gradebook, roster, adding content, registration."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.practice_lms.dependencies import PostedForm, Session, ThePlatform
from app.practice_lms.gradebook import build_gradebook
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.rendering import render
from app.practice_lms.sessions import COOKIE, BrowserSession
from app.practice_lms.world import Course, Enrolment, Link, Person

router = APIRouter()

FIRST_PERSON = "5"
NOBODY = "nobody"
_SHOWN_CALLS = 50
_KINDS: dict[Enrolment | None, str] = {
    "student": "faculty learner",
    "teacher": "instructor",
    "assistant": "teaching assistant",
    "test": "test user",
    None: "not enrolled",
}


def show(
    platform: Platform, session: BrowserSession | None, template: str, origins: tuple[str, ...] = (), **context: Any
) -> Response:
    """A page with the switcher; somebody who comes for the first time is the first faculty learner."""
    known = session or platform.sessions.open(FIRST_PERSON)
    person = platform.world.people.get(known.person_id or "")
    acting = platform.world.people.get(known.acting_id or "")
    shared = {
        "person": person,
        "acting": acting,
        "people": tuple(platform.world.people.values())[:12],
        "kinds": {one.id: describe(platform, one) for one in platform.world.people.values()},
        "courses": tuple(platform.world.courses.values()),
        "registration": platform.find_registration(),
        "tool": platform.settings.tool_base_url,
    }
    answer = render(platform, template, {**shared, "here": None, **context}, origins=origins)
    if session is None:
        set_cookie(answer, known)
    return answer


def describe(platform: Platform, person: Person) -> str:
    """What somebody is in the first course, in words."""
    first = next(iter(platform.world.courses.values()))
    return "administrator" if person.is_admin else _KINDS[first.enrolments.get(person.id)]


def set_cookie(answer: Response, session: BrowserSession) -> None:
    """No Secure attribute: plain http clients must send it back too."""
    answer.set_cookie(COOKIE, session.id, httponly=True, samesite="lax", path="/")


def get_course(platform: Platform, course_id: str) -> Course:
    if course_id not in platform.world.courses:
        raise Refusal(404, "<!DOCTYPE html><title>Not found</title><p>There is no such course in the practice LMS.</p>")
    return platform.world.courses[course_id]


def get_link(platform: Platform, course_id: str, link_id: str) -> Link:
    link = platform.links.get(link_id)
    if link is None or link.course_id != course_id:
        raise Refusal(404, "<!DOCTYPE html><title>Not found</title><p>There is no such item in this course.</p>")
    return link


@router.get("/", name="practice.home")
def show_home(platform: ThePlatform, session: Session) -> Response:
    return show(platform, session, "home.html")


@router.post("/as", name="practice.switch")
def switch_person(form: PostedForm, platform: ThePlatform, session: Session) -> Response:
    """The switcher on every page."""
    return _become(platform, session, form.get("person", FIRST_PERSON), form.get("next", "/"))


@router.get("/as/{person_id}", name="practice.become")
def become_person(person_id: str, request: Request, platform: ThePlatform, session: Session) -> Response:
    """The same by a link, for tests and read-me files; `acting` names who really sits there."""
    asked = request.query_params
    return _become(platform, session, person_id, asked.get("next", "/"), acting_id=asked.get("acting"))


def _become(
    platform: Platform, session: BrowserSession | None, person_id: str, following: str, *, acting_id: str | None = None
) -> Response:
    wanted = None if person_id == NOBODY else person_id
    if wanted is not None and wanted not in platform.world.people:
        raise Refusal(404, "<!DOCTYPE html><title>Not found</title><p>There is no such person in the practice LMS.</p>")
    fresh = platform.sessions.open(wanted, acting_id=acting_id, keep=session.id if session else None)
    local = following if following.startswith("/") and not following.startswith("//") else "/"
    answer = RedirectResponse(local, status_code=303)
    set_cookie(answer, fresh)
    return answer


@router.get("/course/{course_id}", name="practice.course")
def show_course(course_id: str, platform: ThePlatform, session: Session) -> Response:
    """The course's items, the first one open in its frame."""
    course = get_course(platform, course_id)
    links = platform.world.links_of(course_id)
    return show(platform, session, "course.html", course=course, links=links, opened=links[0] if links else None)


@router.post("/course/{course_id}/copy", name="practice.copy")
def copy_course(course_id: str, platform: ThePlatform) -> Response:
    """The course's own button: a new course with the same links."""
    copied = platform.copy_course(get_course(platform, course_id).id)
    return RedirectResponse(f"/course/{copied.id}", status_code=303)


@router.get("/course/{course_id}/item/{link_id}", name="practice.item")
def show_item(course_id: str, link_id: str, platform: ThePlatform, session: Session) -> Response:
    course, link = get_course(platform, course_id), get_link(platform, course_id, link_id)
    links = platform.world.links_of(course_id)
    return show(platform, session, "course.html", course=course, links=links, opened=link)


@router.get("/course/{course_id}/two-frames", name="practice.two_frames")
def show_two_frames(course_id: str, platform: ThePlatform, session: Session) -> Response:
    """Two launches on one page at once."""
    course, links = get_course(platform, course_id), platform.world.links_of(course_id)
    return show(platform, session, "two_frames.html", course=course, pair=(links[0], links[-1]))


@router.get("/course/{course_id}/gradebook", name="practice.gradebook_page")
def show_gradebook(course_id: str, platform: ThePlatform, session: Session) -> Response:
    course = get_course(platform, course_id)
    return show(platform, session, "gradebook.html", course=course, book=build_gradebook(platform, course))


@router.get("/course/{course_id}/roster", name="practice.roster")
def show_roster(course_id: str, platform: ThePlatform, session: Session) -> Response:
    course = get_course(platform, course_id)
    return show(platform, session, "roster.html", course=course, members=platform.world.members_of(course_id))


@router.get("/course/{course_id}/tool", name="practice.tool")
def show_course_navigation(course_id: str, platform: ThePlatform, session: Session) -> Response:
    """Canvas's course menu with the tool in it."""
    course, frame = get_course(platform, course_id), f"/course/{course_id}/navigation"
    return show(platform, session, "navigation.html", course=course, title=course.title, frame=frame)


@router.get("/course/{course_id}/editor", name="practice.editor")
def show_editor(course_id: str, platform: ThePlatform, session: Session) -> Response:
    """The tool inside Canvas's rich text editor."""
    course = get_course(platform, course_id)
    return show(platform, session, "editor.html", course=course, link=platform.world.links_of(course_id)[0])


@router.get("/course/{course_id}/editor/{link_id}", name="practice.edited")
def show_edited(course_id: str, link_id: str, platform: ThePlatform) -> Response:
    """The text in the editor's own frame, with the tool in it."""
    course, link = get_course(platform, course_id), get_link(platform, course_id, link_id)
    return render(platform, "edited.html", {"course": course, "link": link})


@router.get("/account", name="practice.account")
def show_account_navigation(platform: ThePlatform, session: Session) -> Response:
    """Canvas's account menu with the tool in it."""
    return show(platform, session, "navigation.html", course=None, title="Account", frame="/account/navigation")


@router.get("/practice", name="practice.behind")
def show_behind(platform: ThePlatform, session: Session) -> Response:
    """What tools have sent, and the temper's switch."""
    return show(platform, session, "practice.html", calls=platform.calls[: -_SHOWN_CALLS - 1 : -1])


@router.post("/practice/switch", name="practice.switch_temper")
def switch_temper(form: PostedForm, platform: ThePlatform) -> Response:
    """The same as /practice/temper, for a person."""
    platform.switch_temper("canvas" if form.get("temper") == "canvas" else "moodle")
    return RedirectResponse("/practice", status_code=303)


@router.get("/course/{course_id}/add", name="practice.add")
def show_add(course_id: str, platform: ThePlatform, session: Session, placement: str = "") -> Response:
    """Choose content in the tool: deep linking in a frame."""
    chosen = placement or "assignment_selection"
    return show(platform, session, "add.html", course=get_course(platform, course_id), placement=chosen)
