"""The script of a goal's form: it saves itself as one, new or not, through cuts, reloads and other windows."""

from datetime import timedelta

import pytest

from tests.assessment_kit import PLAN, Assessor
from tests.browser.assessment_steps import read_goals
from tests.browser.tabs import end_sessions, sign_in_browser, wait_for_line, wait_until
from tests.lti_kit import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def me(live) -> Assessor:
    return Assessor(sign_in(live.app))


@pytest.fixture
def context(new_context, live, me):
    return sign_in_browser(new_context(viewport={"width": 375, "height": 450}), live, me.here)


@pytest.fixture
def page(context, live):
    page = context.new_page()
    page.goto(f"{live.url}{PLAN}/new")
    return page


def test_a_new_goal_is_saved_once_it_says_something_and_has_its_address_from_then_on(page, live):
    page.fill("#with_whom", "the intern")
    wait_for_line(page, "Not saved yet: say in a sentence")
    assert read_goals(live) == []
    page.fill("#behavior", "I ask first.")
    wait_for_line(page, r"Saved \d\d:\d\d")
    (goal,) = read_goals(live)
    assert (goal.behavior, goal.with_whom) == ("I ask first.", "the intern")
    assert page.url == f"{live.url}{PLAN}/{goal.uuid}"
    page.select_option("#competency", "S1")
    page.fill("#by", "2027-01-31")
    page.fill("#support", "A quiet room.\nTen minutes.")
    wait_until(page, "history.state?.whole === null")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{PLAN}")
    (goal,) = read_goals(live)
    assert (goal.competency, goal.support, str(goal.by)) == ("S1", "A quiet room.\nTen minutes.", "2027-01-31")


def test_offline_it_is_kept_in_the_page_through_a_reload_and_sent_when_the_network_is_back(page, context, live):
    context.set_offline(True)
    page.fill("#behavior", "in the basement")
    wait_for_line(page, "Offline. Kept in this page: do not close it.")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(f"**{PLAN}/new", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    context.set_offline(False)
    page.reload()
    assert page.input_value("#behavior") == "in the basement"
    page.unroute(f"**{PLAN}/new")
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for_line(page, "Saved")
    assert [goal.behavior for goal in read_goals(live)] == ["in the basement"]

    end_sessions(live, live.app.state.house.clock() - timedelta(seconds=1))
    page.fill("#behavior", "written too late")
    wait_for_line(page, "Your visit has ended")
    end_sessions(live, None)
    page.evaluate("dispatchEvent(new Event('focus'))")
    wait_for_line(page, "Saved")
    assert [goal.behavior for goal in read_goals(live)] == ["written too late"]


def test_answers_lost_on_the_way_make_no_second_goal_and_no_clash(page, live):
    def lose(route) -> None:
        route.fetch()
        route.abort()

    page.route(f"**{PLAN}/*", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
    page.fill("#behavior", "first")
    wait_for_line(page, "Offline")
    page.unroute(f"**{PLAN}/*")
    page.fill("#behavior", "first and second")
    wait_for_line(page, "Saved")
    (goal,) = read_goals(live)
    assert (goal.behavior, goal.revision) == ("first and second", 2)

    page.route(f"**{PLAN}/*", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
    page.fill("#behavior", "third")
    wait_for_line(page, "Offline")
    page.unroute(f"**{PLAN}/*")
    page.fill("#behavior", "third and fourth")
    wait_for_line(page, "Saved")
    assert [goal.behavior for goal in read_goals(live)] == ["third and fourth"]

    page.route(f"**{PLAN}/*", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
    page.fill("#behavior", "fifth")
    wait_for_line(page, "Offline")
    page.unroute(f"**{PLAN}/*")
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for_line(page, "Saved")
    assert [goal.behavior for goal in read_goals(live)] == ["fifth"]
    assert page.evaluate("history.state.whole") is None


def test_another_window_is_told_and_saving_shows_both(page, me, live):
    page.fill("#behavior", "mine")
    wait_for_line(page, "Saved")
    (goal,) = read_goals(live)
    me.send(f"{PLAN}/{goal.uuid}", behavior="theirs", revision="1")
    page.fill("#behavior", "mine, longer")
    wait_for_line(page, "Another window saved this goal meanwhile.")
    page.get_by_role("button", name="Save").click()
    page.locator(".as-written", has_text="theirs").wait_for()
    assert page.input_value("#behavior") == "mine, longer"
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{PLAN}")
    assert [goal.behavior for goal in read_goals(live)] == ["mine, longer"]


def test_a_goal_without_its_sentence_is_sent_by_hand_after_the_network_was_away(page, live):
    page.route(f"**{PLAN}/*", lambda route: route.abort())
    page.fill("#with_whom", "the intern on Thursdays")
    page.fill("#behavior", "mine")
    wait_for_line(page, "Offline")
    page.fill("#behavior", "")
    page.unroute(f"**{PLAN}/*")
    page.get_by_role("button", name="Save").click()
    page.locator("#errors").wait_for()
    assert read_goals(live) == []


def test_saving_by_hand_waits_for_what_is_on_its_way(page, live):
    """Without that, the person's own two saves would look like two windows."""
    page.fill("#behavior", "one")
    wait_for_line(page, "Saved")

    def delay(route) -> None:
        answer = route.fetch()
        page.locator("#behavior").press_sequentially(" two")
        page.get_by_role("button", name="Save").click(no_wait_after=True)
        route.fulfill(response=answer)

    page.route(f"**{PLAN}/*", delay, times=1)
    page.fill("#behavior", "one and")
    page.wait_for_url(f"**{PLAN}")
    (goal,) = read_goals(live)
    assert goal.behavior == "one and two"


def test_a_problem_is_said_and_the_rest_stays(page, live):
    page.evaluate("document.querySelector('#behavior').removeAttribute('maxlength')")
    page.fill("#behavior", "x" * 2001)
    wait_for_line(page, "Could not save. This box takes 2000 characters.")
    page.fill("#behavior", "x" * 2000)
    wait_for_line(page, "Saved")
    assert len(read_goals(live)) == 1
