"""The whole way: practice LMS, cross-site frame, launch, a module by keyboard, gradebook, list, second course."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import requests
from playwright.sync_api import Page
from sqlalchemy import select

from app.jobs.embedded import start_embedded
from app.lti import invitations
from app.main import list_jobs
from app.membership.models import User
from app.practice_lms.live import LivePractice, run_live
from modules import Module
from tests.browser.conftest import LiveCairn
from tests.browser.keyboard import Keyboard
from tests.browser.module_steps import go_through_module
from tests.functional.learning_kit import do_training

pytestmark = pytest.mark.browser

LEARNER, OTHER, INSTRUCTOR = "5", "6", "3"
FIRST, SECOND = "2", "3"


@dataclass
class School:
    """Both servers, registered with each other as `./dev run` does it."""

    cairn: LiveCairn
    lms: LivePractice

    @property
    def module(self) -> Module:
        module: Module = self.cairn.app.state.house.library.modules[0]
        return module

    def visit(self, page: Page, person: str, path: str) -> Keyboard:
        page.goto(f"{self.lms.base_url}/as/{person}?next={path}")
        keyboard = Keyboard(page)
        keyboard.frame.wait_for_selector("h1")
        return keyboard

    def grade(self, course: str, person: str, *, columns: int = 1) -> list[str]:
        """What that course's gradebook shows for a person, as soon as that many columns hold a grade."""
        shown: list[str] = []
        for _ in range(300):
            book = requests.get(f"{self.lms.base_url}/practice/gradebook", params={"course": course}, timeout=30).json()
            row = next(row for row in book["rows"] if row["person"] == person)
            shown = [grade["shown"] for grade in row["grades"].values() if grade["score"] is not None]
            if len(shown) == columns:
                break
            time.sleep(0.1)
        return shown


@pytest.fixture
def school(live: LiveCairn) -> Iterator[School]:
    house = live.app.state.house
    stop = start_embedded(house, list_jobs())
    with run_live(tool_base_url=live.url, temper="moodle", auto_activate=True) as lms:
        with house.database.writing() as db:
            token = invitations.invite(db, name="Westmere School of Medicine", now=house.clock())
        body = {"url": f"{live.url}/lti/register/{token}", "activate": "1"}
        answer = requests.post(f"{lms.base_url}/practice/register", data=body, timeout=30)
        assert answer.status_code == 200, answer.text
        yield School(live, lms)
    stop()


def finish_the_other_modules(school, name):
    """What their pages would record; each kind of page is walked in the first module."""
    app = school.cairn.app
    with app.state.house.database.reading() as db:
        user = db.scalars(select(User).where(User.name.contains(name))).one()
    do_training(app, SimpleNamespace(user=user), but=school.module.id)


def reload_until(keyboard: Keyboard, words: str) -> None:
    """The LMS holds a score a moment before Cairn has written its receipt down."""
    for _ in range(300):
        if words in keyboard.frame.inner_text("main"):
            return
        keyboard.page.wait_for_timeout(100)
        keyboard.frame.goto(keyboard.frame.url)
    pytest.fail(f"never there: {words}")


def test_from_the_course_to_the_gradebook_to_the_list_to_the_second_course_to_a_later_column(school, new_context):
    page = new_context(viewport={"width": 1000, "height": 900}).new_page()

    keyboard = school.visit(page, LEARNER, f"/course/{FIRST}/item/1")
    assert keyboard.frame.url.startswith(school.cairn.url)
    assert keyboard.path == f"/modules/{school.module.slug}"
    go_through_module(keyboard, school.module)
    assert "Complete" in keyboard.frame.inner_text("main")
    assert school.grade(FIRST, LEARNER) == ["1 / 1"]
    keyboard.press("a.brand")
    reload_until(keyboard, "Your LMS has confirmed")

    staff = school.visit(new_context().new_page(), INSTRUCTOR, f"/course/{FIRST}/item/2")
    staff.press("main a[href^='/courses/']")
    row = staff.frame.inner_text("tbody tr:has-text('Chloé')")
    assert "1\N{NO-BREAK SPACE}of" in row
    assert "Confirmed" in row
    finish_the_other_modules(school, "Chloé")
    staff.frame.goto(staff.frame.url)
    assert "Complete" in staff.frame.inner_text("tbody tr:has-text('Chloé')")

    keyboard = school.visit(page, LEARNER, f"/course/{SECOND}/item/3")
    assert "Complete" in keyboard.frame.inner_text("main")
    assert school.grade(SECOND, LEARNER) == ["1 / 1"]

    requests.post(f"{school.lms.base_url}/practice/line-items", json={"link": "2"}, timeout=30)
    school.visit(page, LEARNER, f"/course/{FIRST}/item/2")
    assert school.grade(FIRST, LEARNER, columns=2) == ["1 / 1", "1 / 1"]


def test_two_frames_on_one_page_both_launch(school, new_context):
    page = new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.goto(f"{school.lms.base_url}/as/{LEARNER}?next=/course/{FIRST}/two-frames")
    for name in ("frame-1", "frame-2"):
        frame = Keyboard(page, name).frame
        frame.wait_for_selector("h1")
        assert frame.url.startswith(school.cairn.url)
        assert "Three roles, one learner" in frame.inner_text("main")


def test_text_typed_before_a_second_launch_is_saved(school, new_context):
    """Two tabs of one person on two courses: the first tab's form is older than the second launch."""
    context = new_context(viewport={"width": 1000, "height": 900})
    first, second = context.new_page(), context.new_page()
    writing = school.visit(first, LEARNER, f"/course/{FIRST}/item/1")
    writing.frame.goto(f"{school.cairn.url}/modules/{school.module.slug}/reflection")
    required = next(prompt.id for prompt in school.module.reflection.prompts if prompt.required)
    writing.type(f"textarea[name='text-{required}']", "typed before")
    school.visit(second, LEARNER, f"/course/{SECOND}/item/3")
    writing.press("form:has(textarea) button.btn")
    writing.frame.goto(f"{school.cairn.url}/modules/{school.module.slug}/reflection")
    assert writing.frame.input_value(f"textarea[name='text-{required}']") == "typed before"


def test_another_person_in_the_same_browser_never_writes_as_the_first(school, new_context):
    context = new_context(viewport={"width": 1000, "height": 900})
    first, second = context.new_page(), context.new_page()
    writing = school.visit(first, LEARNER, f"/course/{FIRST}/item/1")
    writing.frame.goto(f"{school.cairn.url}/modules/{school.module.slug}/reflection")
    school.visit(second, OTHER, f"/course/{FIRST}/item/1")
    required = next(prompt.id for prompt in school.module.reflection.prompts if prompt.required)
    writing.type(f"textarea[name='text-{required}']", "not for the other")
    writing.press("form:has(textarea) button.btn")
    shown = writing.frame.inner_text("main")
    assert "Somebody else is signed in" in shown
    assert "not for the other" not in shown
