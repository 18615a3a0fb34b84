"""Launches in a browser that keeps no cookie in a frame: with an LMS that stores for us, one that never answers, none.

In a tab of its own the same browser keeps cookies, as browsers do that block them in frames altogether.
"""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Frame, Page

import app.web
from app.config import Settings
from app.lti import invitations
from app.main import create_app
from app.practice_lms.live import LivePractice, run_live
from app.web.models import WebSession
from tests.browser.conftest import serve_in_thread, watch_console
from tests.lti_kit import count_rows

pytestmark = pytest.mark.browser

LEARNER = "5"
ITEM, EDITOR = "/course/2/item/1", "/course/2/editor"
LOGIN, LAUNCHED = "/lti/login", "/new-tab/open"
TICKET = f"form[action='{LAUNCHED}']"
ONE_ORIGIN = {"issuer_origin": None, "token_origin": None}
# The way on is there before the script and after it; only while it asks there is a word about that, too short to look.
REMEMBERS = """
new MutationObserver(() => {
  if (document.querySelector("#asking:not([hidden])")) document.documentElement.dataset.hasAsked = "";
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["hidden"] });
"""
SCRIPT = Path(app.web.__file__).parent / "static" / "platform-storage.js"


class NoCookiesInFrames:
    """Takes every cookie off what a frame asks for and gets; a tab's own page keeps its cookies."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope.get("headers", ()))
        if headers.get(b"sec-fetch-dest") != b"iframe":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"cookie"]}

        async def send_without(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message["headers"] if name.lower() != b"set-cookie"]
                message = {**message, "headers": kept}
            await send(message)

        await self._app(scope, receive, send_without)


@dataclass
class School:
    """An LMS and a Cairn that gets no cookie in a frame."""

    app: Any
    url: str
    lms: LivePractice

    def visit(self, page: Page, path: str = ITEM) -> Frame:
        """Opens that page of the LMS as the learner; Cairn's frame."""
        page.goto(f"{self.lms.base_url}/as/{LEARNER}?next={path}")
        return self.find_frame(page)

    def find_frame(self, page: Page) -> Frame:
        for _ in range(600):
            found = [frame for frame in page.frames if frame.url.startswith(self.url)]
            if found:
                return found[-1]
            page.wait_for_timeout(50)
        raise AssertionError([frame.url for frame in page.frames])

    @property
    def sessions(self) -> int:
        return count_rows(self.app.state.house, WebSession)[0]


@pytest.fixture(scope="module")
def open_school(new_database, tmp_path_factory) -> Iterator[Callable[..., School]]:
    """Gives Cairn and an LMS in Canvas's temper that stores in this manner; each pair is started once for a file."""
    with ExitStack() as running:

        @cache
        def start(storage: str, **more: Any) -> School:
            listener = running.enter_context(socket.create_server(("127.0.0.1", 0)))
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            database, folder = running.enter_context(new_database("sqlite")), tmp_path_factory.mktemp("data")
            app = create_app(Settings(env="development", base_url=url, database_url=database, data_dir=folder))
            running.callback(app.state.house.database.close)
            running.enter_context(serve_in_thread(NoCookiesInFrames(app), listener))
            options = {"temper": "canvas", "auto_activate": True, "storage": storage, **more}
            lms = running.enter_context(run_live(tool_base_url=url, **options))
            register(app, url, lms)
            return School(app, url, lms)

        yield start


def register(app: Any, url: str, lms: LivePractice) -> None:
    with app.state.house.database.writing() as db:
        token = invitations.invite(db, name="Westmere School of Medicine", now=app.state.house.clock())
    body = {"url": f"{url}/lti/register/{token}", "activate": "1"}
    answer = requests.post(f"{lms.base_url}/practice/register", data=body, timeout=30)
    assert answer.status_code == 200, answer.text


def heard(page: Page, *, by: str = "page") -> list[dict[str, Any]]:
    """What the LMS's page, or its storage frame, was asked by postMessage."""
    where = page.main_frame if by == "page" else page.frame("post_message_forwarding")
    assert where is not None
    found: list[dict[str, Any]] = where.evaluate("() => window.heard")
    return found


def press_into_tab(page: Page, frame: Frame, *, after: str) -> Page:
    """Presses the one button that leads into a new tab, of the form that leads there; the tab."""
    with page.context.expect_page() as opened:
        frame.click(f"form[action='{after}'] button:visible")
    opened.value.wait_for_selector("footer form")
    return opened.value


@pytest.fixture
def new_patient_context(new_context) -> Callable[..., BrowserContext]:
    """A browser in which our page waits a minute for the LMS's answer: a busy machine may not give it in a second."""
    patient, changed = re.subn(r"(PROBE|ANSWER)_MS = \d+;", r"\1_MS = 60000;", SCRIPT.read_text())
    assert changed == 2

    def make(**options: object) -> BrowserContext:
        context: BrowserContext = new_context(**options)
        script = {"content_type": "text/javascript", "body": patient}
        context.route("**/platform-storage.js", lambda route: route.fulfill(**script))
        return context

    return make


def tell_in_turn(asked: list[dict[str, Any]]) -> list[str]:
    """What was asked one after another. A question whose answer is late is asked again, and is one all the same."""
    return [subject for subject, _again in groupby(one["subject"] for one in asked)]


def new_page_that_remembers(context: BrowserContext) -> Page:
    """For `wait_for_way_on`."""
    page = context.new_page()
    page.add_init_script(REMEMBERS)
    return page


def wait_for_way_on(frame: Frame) -> None:
    """Until the page has asked the LMS in vain, and has said that it asks."""
    frame.wait_for_selector("html[data-has-asked]", state="attached")
    frame.wait_for_selector("#way-on", state="visible")


def assert_signed_in(school: School, tab: Page) -> None:
    assert tab.url.startswith(f"{school.url}/modules/"), (tab.url, tab.inner_text("main"))
    assert "Leave" in tab.inner_text("footer")


def test_the_storage_frame_keeps_the_secret_and_the_launch_ends_signed_in_in_a_new_tab(
    open_school, new_patient_context
):
    """S19."""
    school = open_school("frame")
    page = new_patient_context().new_page()
    complaints = watch_console(page)
    frame = school.visit(page)
    frame.wait_for_selector(TICKET)
    assert frame.url == f"{school.url}/lti/launch/stored"
    assert "told Cairn that it is you" in frame.inner_text("main")
    assert_signed_in(school, press_into_tab(page, frame, after=LAUNCHED))
    asked = heard(page, by="frame")
    assert tell_in_turn(asked) == ["lti.put_data", "lti.get_data", "lti.put_data"]
    assert {one["origin"] for one in asked} == {school.url}
    assert {one["code"] for one in asked} == {None}
    assert len({one["key"] for one in asked}) == 1
    assert asked[-1]["value"] is None
    assert {one["subject"] for one in heard(page)} == {"lti.capabilities"}
    assert complaints == []


def test_the_page_itself_keeps_the_secret_where_the_lms_says_so(open_school, new_patient_context):
    school = open_school("parent", **ONE_ORIGIN)
    page = new_patient_context().new_page()
    assert_signed_in(school, press_into_tab(page, school.visit(page), after=LAUNCHED))
    asked = [one for one in heard(page) if one["subject"] != "lti.capabilities"]
    assert tell_in_turn(asked) == ["lti.put_data", "lti.get_data", "lti.put_data"]


def test_two_frames_of_one_page_keep_their_secrets_apart(open_school, new_patient_context):
    school = open_school("frame")
    page = new_patient_context(viewport={"width": 1400, "height": 900}).new_page()
    page.goto(f"{school.lms.base_url}/as/{LEARNER}?next=/course/2/two-frames")
    for name in ("frame-1", "frame-2"):
        handle = page.wait_for_selector(f"#{name}")
        assert handle is not None
        frame = handle.content_frame()
        assert frame is not None
        frame.wait_for_url(f"{school.url}/lti/launch/stored")
        assert "Leave" in press_into_tab(page, frame, after=LAUNCHED).inner_text("footer")
    assert len({one["key"] for one in heard(page, by="frame")}) == 2


def test_an_lms_that_names_a_target_and_never_answers_leads_to_the_new_tab(open_school, new_context):
    """The launch then happens in the tab: the LMS's one-shot hint was not spent in the frame."""
    school = open_school("silent")
    page = new_page_that_remembers(new_context())
    complaints = watch_console(page)
    frame = school.visit(page)
    wait_for_way_on(frame)
    assert "keeps no cookie" in frame.inner_text("main")
    assert "Opening" not in frame.inner_text("main")
    assert complaints == []
    assert school.sessions == 0
    tab = press_into_tab(page, frame, after=LOGIN)
    assert_signed_in(school, tab)


def test_an_lms_without_storage_leads_to_the_new_tab_at_once(open_school, new_context):
    school = open_school("none")
    page = new_context().new_page()
    frame = school.visit(page)
    frame.wait_for_selector("#way-on")
    assert frame.query_selector("script[src*=platform-storage]") is None
    tab = press_into_tab(page, frame, after=LOGIN)
    assert_signed_in(school, tab)


def test_in_the_rich_text_editor_the_window_around_us_is_asked_and_counts_at_the_right_origin_only(
    open_school, new_context
):
    """S19: the frame that keeps data is not beside ours; the text's own frame is no sign-in host: it learns nothing."""
    school = open_school("frame")
    page = new_page_that_remembers(new_context())
    frame = school.visit(page, EDITOR)
    wait_for_way_on(frame)
    assert "keeps no cookie" in frame.inner_text("main")
    around = frame.parent_frame
    assert around is not None
    assert {one["subject"] for one in around.evaluate("() => window.heard")} == {"lti.capabilities"}
    assert heard(page, by="frame") == []


def test_in_the_rich_text_editor_of_an_lms_of_one_origin_the_window_around_us_keeps_it(
    open_school, new_patient_context
):
    school = open_school("frame", **ONE_ORIGIN)
    page = new_patient_context().new_page()
    assert_signed_in(school, press_into_tab(page, school.visit(page, EDITOR), after=LAUNCHED))


def test_without_script_the_page_is_the_new_tab_page(open_school, new_context):
    """The LMS's own forms need a press each then; the way on is there at once, without a word about waiting."""
    school = open_school("frame")
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{school.lms.base_url}/as/{LEARNER}?next={ITEM}")
    frame_element = page.query_selector("#tool-frame")
    assert frame_element is not None
    frame = frame_element.content_frame()
    assert frame is not None
    frame.click("button")
    frame.wait_for_selector("text=keeps no cookie")
    assert frame.is_visible("main form button")
    assert not frame.is_visible("text=One moment")
