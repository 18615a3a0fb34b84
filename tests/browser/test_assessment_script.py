"""The self-assessment's script: each answer saves itself, none is lost on the way; and the same by keyboard, narrow."""

from datetime import timedelta

import pytest

from tests.assessment_kit import Assessor
from tests.browser.assessment_steps import read_answers
from tests.browser.tabs import end_sessions, sign_in_browser, wait_for_line
from tests.lti_kit import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def me(live) -> Assessor:
    return Assessor(sign_in(live.app))


@pytest.fixture
def begun(me) -> str:
    return me.begin()


@pytest.fixture
def context(new_context, live, me):
    return sign_in_browser(new_context(viewport={"width": 375, "height": 450}), live, me.here)


@pytest.fixture
def page(context, live, begun):
    page = context.new_page()
    page.goto(f"{live.url}{begun}/now/p")
    return page


def choose(page, key: str, value: str) -> None:
    page.locator(f'input[name="{key}"][value="{value}"]').check()


def test_an_answer_is_kept_when_it_is_chosen_and_outlives_a_cut_a_reload_and_an_ended_visit(page, context, live):
    choose(page, "now/P1.1", "3")
    wait_for_line(page, r"Saved \d\d:\d\d. 1.of.6 answered on this page.")
    assert read_answers(live) == {"now/P1.1": "3"}

    context.set_offline(True)
    choose(page, "now/P1.1", "4")
    choose(page, "now/P1.2", "N")
    page.fill("#example", "I asked, and waited.")
    wait_for_line(page, "Offline. Kept in this page: do not close it.")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.set_offline(False)
    wait_for_line(page, "Saved")
    kept = {"now/P1.1": "4", "now/P1.2": "N", "example/P": "I asked, and waited."}
    assert read_answers(live) == kept

    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/now/p", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    choose(page, "target/P", "5")
    wait_for_line(page, "Offline")
    page.reload()
    assert page.locator('input[name="target/P"][value="5"]').is_checked()
    page.unroute("**/now/p")
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for_line(page, "Saved")
    assert read_answers(live) == {**kept, "target/P": "5"}

    end_sessions(live, live.app.state.house.clock() - timedelta(seconds=1))
    choose(page, "now/P2.1", "1")
    wait_for_line(page, "Your visit has ended")
    end_sessions(live, None)
    page.evaluate("dispatchEvent(new Event('focus'))")
    wait_for_line(page, "Saved")
    assert read_answers(live)["now/P2.1"] == "1"


def test_a_window_left_open_cannot_change_what_was_handed_in(page, live, me, begun):
    me.answer(begun, "now", lambda item: "2" if item.endswith("1") else "3")
    me.hand_in(begun)
    choose(page, "now/P1.1", "5")
    wait_for_line(page, "This was handed in meanwhile")
    assert read_answers(live)["now/P1.1"] == "2"


def test_a_whole_page_goes_by_keyboard_alone(page, live, begun):
    page.locator('input[name="now/P1.1"]').first.focus()
    # Arrows choose within a question; Tab goes to the next one.
    for key in ("Space", "ArrowDown", "ArrowDown", "Tab", "Space"):
        page.keyboard.press(key)
    page.locator('button[value="on"]').focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Relational skills").wait_for()
    assert page.url.endswith(f"{begun}/now/r")
    assert read_answers(live) == {"now/P1.1": "3", "now/P1.2": "1"}
