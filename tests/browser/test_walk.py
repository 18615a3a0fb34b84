"""The whole way: practice LMS, cross-site frame, launch, a module by keyboard, gradebook, list, second course."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from playwright.sync_api import Page
from sqlalchemy import select

from app.jobs.embedded import start_embedded
from app.lti import invitations
from app.main import list_jobs
from app.membership.models import User
from app.practice_lms.live import LivePractice, run_live
from modules import ROLES, Module
from tests.browser.conftest import LiveCairn
from tests.browser.keyboard import Keyboard
from tests.functional.learning_kit import do_training
from tests.walking import right_answer

pytestmark = pytest.mark.browser

LEARNER, OTHER, INSTRUCTOR = "5", "6", "3"
FIRST, SECOND = "2", "3"
SAID = "All three times I answered before they had finished."


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
        for _ in range(100):
            book = requests.get(f"{self.lms.base_url}/practice/gradebook", params={"course": course}, timeout=5).json()
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
        answer = requests.post(f"{lms.base_url}/practice/register", data=body, timeout=20)
        assert answer.status_code == 200, answer.text
        yield School(live, lms)
    stop()


def go_through_module(keyboard: Keyboard, module: Module) -> None:
    """From wherever the module's next step is to its completion, one page at a time."""
    for _ in range(120):
        path = keyboard.path
        if path.endswith("/complete"):
            return
        kind = path.removeprefix(f"/modules/{module.slug}").strip("/").split("/")
        STEPS.get(kind[0], take_next_step)(keyboard, module, kind)
    raise AssertionError(f"still at {keyboard.path} after 120 pages")


def take_next_step(keyboard: Keyboard, _module: Module, _kind: list[str]) -> None:
    keyboard.press("main .btn:not(.btn--quiet):not(.btn--small)")


def take_lesson(keyboard: Keyboard, module: Module, kind: list[str]) -> None:
    lesson = module.find_lesson(kind[1])
    assert lesson is not None
    asked = lesson.interaction
    form = "#interaction form:has(button.btn)"
    if asked.kind == "vignette":
        begin = keyboard.frame.query_selector("#interaction a.btn:not(.btn--quiet)")
        if begin:
            keyboard.press("#interaction a.btn:not(.btn--quiet)")
            return
    elif keyboard.frame.query_selector(form) and not keyboard.frame.query_selector("#feedback"):
        answer_question(keyboard, asked)
        keyboard.press(f"{form} button.btn")
        assert keyboard.path.startswith(f"/modules/{module.slug}/lessons/{lesson.id}")
    keyboard.press(".finish .btn")


def answer_question(keyboard: Keyboard, asked: Any) -> None:
    if asked.kind == "predict":
        keyboard.type("input[name=answer]", "12")
    elif asked.kind == "sort":
        for row in asked.rows:
            keyboard.choose(f"row-{row.id}", row.key)
    elif asked.kind == "write-compare":
        keyboard.type("textarea[name='text-words']", "Yes. I changed my mind too.")
    else:
        first = keyboard.frame.get_attribute("input[type=radio][name=answer]", "value")
        keyboard.choose("answer", str(first))


def take_vignette(keyboard: Keyboard, module: Module, kind: list[str]) -> None:
    vignette = module.find_vignette(kind[1])
    assert vignette is not None
    if keyboard.frame.query_selector("input[name=choice]"):
        step = int(keyboard.frame.get_attribute("input[name=step]", "value") or 0)
        keyboard.choose("choice", vignette.after.expert_path[step])
        keyboard.press("form:has(input[name=choice]) button.btn")
    else:
        take_next_step(keyboard, module, kind)


def take_role_set(keyboard: Keyboard, module: Module, kind: list[str]) -> None:
    role_set = module.find_role_set(kind[1])
    assert role_set is not None
    if not keyboard.frame.query_selector("input[name=role]"):
        take_next_step(keyboard, module, kind)
        return
    scenario = role_set.find_scenario(str(keyboard.frame.get_attribute("input[name=step]", "value")).partition("/")[0])
    assert scenario is not None
    keyboard.choose("role", max(ROLES, key=lambda name: scenario.role_answers.of(name).points))
    keyboard.choose("opening", max(scenario.openings, key=lambda one: one.points).id)
    keyboard.press("form:has(input[name=role]) button.btn")


def take_check(keyboard: Keyboard, module: Module, kind: list[str]) -> None:
    if not keyboard.frame.query_selector("input[name=item]"):
        take_next_step(keyboard, module, kind)
        return
    item = module.check.find_item(str(keyboard.frame.get_attribute("input[name=item]", "value")))
    for name, value in right_answer(item).items():
        if isinstance(value, list):
            keyboard.tick(name, value)
        else:
            keyboard.choose(name, value)
    keyboard.press("form:has(input[name=item]) button.btn")


def write_reflection(keyboard: Keyboard, module: Module, kind: list[str]) -> None:
    required = next(prompt.id for prompt in module.reflection.prompts if prompt.required)
    box = f"textarea[name='text-{required}']"
    if not keyboard.frame.input_value(box):
        keyboard.type(box, SAID)
        keyboard.press("form:has(textarea) button.btn")
    else:
        take_next_step(keyboard, module, kind)


STEPS = {
    "lessons": take_lesson,
    "vignettes": take_vignette,
    "role-sets": take_role_set,
    "check": take_check,
    "reflection": write_reflection,
}


def finish_the_other_modules(school, name):
    """What their pages would record; each kind of page is walked in the first module."""
    app = school.cairn.app
    with app.state.house.database.reading() as db:
        user = db.scalars(select(User).where(User.name.contains(name))).one()
    do_training(app, SimpleNamespace(user=user), but=school.module.id)


def test_from_the_course_to_the_gradebook_to_the_list_to_the_second_course_to_a_later_column(school, new_context):
    page = new_context(viewport={"width": 1000, "height": 900}).new_page()

    keyboard = school.visit(page, LEARNER, f"/course/{FIRST}/item/1")
    assert keyboard.frame.url.startswith(school.cairn.url)
    assert keyboard.path == f"/modules/{school.module.slug}"
    go_through_module(keyboard, school.module)
    assert "Complete" in keyboard.frame.inner_text("main")
    assert school.grade(FIRST, LEARNER) == ["1 / 1"]
    keyboard.press("a.brand")
    assert "Your LMS has confirmed" in keyboard.frame.inner_text("main")

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

    requests.post(f"{school.lms.base_url}/practice/line-items", json={"link": "2"}, timeout=5)
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
