"""Baseline, post and plan walked on a phone: without script by keyboard, and with it through what goes wrong."""

from datetime import timedelta

import pytest

from tests.assessment_kit import HOME, PLAN, PROFILE, Assessor, cycle
from tests.browser.assessment_steps import (
    ON,
    answer_stage,
    open_phone,
    read_answers,
    read_goals,
)
from tests.browser.keyboard import Keyboard
from tests.browser.tabs import end_sessions, look, wait_for_line
from tests.functional.learning_kit import do_training
from tests.lti_kit import sign_in

pytestmark = pytest.mark.browser

NEW = f"{PLAN}/new"
OFFLINE = "Offline. Kept in this page: do not close it."
GOAL = {
    "behavior": "I ask before I tell.",
    "with_whom": "the intern on Thursdays",
    "how_known": "by her first sentence",
}
MINUTE = 60_000


@pytest.fixture
def me(live) -> Assessor:
    return Assessor(sign_in(live.app))


@pytest.fixture
def phone(new_context, live, me):
    return open_phone(new_context, live, me.here)


@pytest.fixture
def plain(new_context, live, me) -> Keyboard:
    """The keyboard of a phone without script."""
    tab = open_phone(new_context, live, me.here, java_script_enabled=False).new_page()
    return Keyboard(tab, frame_id=None)


def open_tab(phone, live, path: str):
    """A tab whose clock is ours, so that a minute can pass in no time."""
    page = phone.new_page()
    page.clock.install()
    page.goto(f"{live.url}{path}")
    return page


def choose(page, key: str, value: str) -> None:
    page.locator(f'input[name="{key}"][value="{value}"]').check()


def fill_goal(page, **fields: str) -> None:
    for name, text in fields.items():
        page.fill(f"#{name}", text)


def seen_goal(page) -> dict[str, str]:
    return {name: page.input_value(f"#{name}") for name in GOAL}


def kept_goals(live) -> list[dict[str, str]]:
    return [{name: getattr(one, name) for name in GOAL} for one in read_goals(live)]


BASELINE_AND_POST = pytest.mark.parametrize("stage", ["now", "then"])


def begin_stage(live, me: Assessor, stage: str) -> str:
    """The address of a baseline that asks about now, or of a post whose now is fixed and that asks about then."""
    path = me.begin()
    if stage == "then":
        me.answer(path, "now", cycle("2", "3"))
        me.hand_in(path)
        do_training(live.app, me.here)
        path = me.begin("post")
        me.answer(path, "now", cycle("3", "4"))
        me.hand_in(path)
    return path


# ---- by keyboard, without script


def test_a_baseline_goes_by_keyboard_without_script(plain, live):
    plain.page.goto(f"{live.url}{HOME}")
    plain.press("button[name=form][value=core]")
    answer_stage(plain, cycle("1", "2", "3"), "I asked, and waited.")
    assert "Every question has an answer." in plain.frame.inner_text("main")
    plain.press("main form button.btn")
    assert plain.path == PROFILE
    assert "How you see yourself, by domain" in plain.frame.inner_text("main")
    kept = read_answers(live)
    assert len([key for key in kept if key.startswith("now/")]) == 30
    assert len([key for key in kept if key.startswith(("importance/", "target/"))]) == 20
    assert kept["example/P"] == "I asked, and waited."


def test_a_post_goes_by_keyboard_without_script_now_before_then(plain, live, me):
    me.take_baseline()
    do_training(live.app, me.here)
    plain.page.goto(f"{live.url}{HOME}")
    plain.press("button[name=form][value=core]")
    answer_stage(plain, cycle("3", "4"))
    plain.press("main form button.btn")
    assert "/then/p" in plain.path
    answer_stage(plain, cycle("1", "2"))
    plain.press("main form button.btn")
    assert plain.path == PROFILE
    assert "Looking back: where you now think you were" in plain.frame.inner_text("main")


def test_a_goal_goes_by_keyboard_without_script(plain, live):
    plain.page.goto(f"{live.url}{PLAN}")
    plain.press("main .btn")
    plain.press("main form button.btn")
    assert "Say in a sentence what you will do" in plain.frame.inner_text("main")
    for name, text in GOAL.items():
        plain.type(f"#{name}", text)
    plain.press("main form button.btn")
    assert plain.path == PLAN
    plain.press("main .card a.btn")
    plain.choose("state", "tried")
    plain.type("#outcome", "She spoke first.")
    plain.press("main form button.btn")
    assert kept_goals(live) == [GOAL]
    assert "She spoke first." in plain.frame.inner_text("main")


@pytest.mark.parametrize("how", ["reload", "go back"])
def test_a_form_sent_without_script_after_the_visit_ended_is_sent_again_as_the_page_says(plain, live, how):
    plain.page.goto(f"{live.url}{NEW}")
    for name, text in GOAL.items():
        plain.type(f"#{name}", text)
    end_sessions(live, live.app.state.house.clock() - timedelta(seconds=1))
    plain.press("main form button.btn")
    said = plain.frame.inner_text("main")
    assert "it was not saved" in said
    assert "reload this page, or go back one page to what you wrote" in said
    assert kept_goals(live) == []
    end_sessions(live, None)
    if how == "reload":
        plain.page.reload()
    else:
        plain.page.go_back()
        assert seen_goal(plain.page) == GOAL
        plain.press("main form button.btn")
    assert kept_goals(live) == [GOAL]


def test_without_script_a_page_that_met_no_network_is_sent_by_a_reload(plain, live, me):
    begun = me.begin()
    plain.page.goto(f"{live.url}{begun}/now/p")
    plain.choose("now/P1.1", "4")
    plain.type("#example", "I asked, and waited.")
    plain.page.context.set_offline(True)
    plain.page.click(ON)
    plain.page.wait_for_url("chrome-error://**")
    plain.page.context.set_offline(False)
    plain.page.reload()
    assert plain.path.endswith("/now/r")
    assert read_answers(live) == {"now/P1.1": "4", "example/P": "I asked, and waited."}


# ---- the network is away for a minute


@BASELINE_AND_POST
def test_a_minute_without_network_loses_no_answer_and_going_on_waits_for_it(phone, live, me, stage):
    path = begin_stage(live, me, stage)
    page = open_tab(phone, live, f"{path}/{stage}/p")
    before = read_answers(live)
    phone.set_offline(True)
    choose(page, f"{stage}/P1.1", "5")
    choose(page, f"{stage}/P1.2", "N")
    wait_for_line(page, OFFLINE)
    page.click(ON)
    page.clock.run_for(MINUTE)
    wait_for_line(page, OFFLINE)
    assert page.url.endswith(f"/{stage}/p")
    assert read_answers(live) == before
    phone.set_offline(False)
    look(page)
    wait_for_line(page, "Saved")
    page.click(ON)
    page.wait_for_url(f"**/{stage}/r")
    kept = read_answers(live)
    assert (kept[f"{stage}/P1.1"], kept[f"{stage}/P1.2"]) == ("5", "N")


def test_a_minute_without_network_loses_no_word_of_a_goal(phone, live):
    page = open_tab(phone, live, NEW)
    phone.set_offline(True)
    fill_goal(page, **GOAL)
    page.click("main form button.btn")
    page.clock.run_for(MINUTE)
    wait_for_line(page, OFFLINE)
    fill_goal(page, how_known="by her first two sentences")
    assert page.url.endswith(NEW)
    assert kept_goals(live) == []
    phone.set_offline(False)
    page.click("main form button.btn")
    page.wait_for_url(f"**{PLAN}")
    assert kept_goals(live) == [{**GOAL, "how_known": "by her first two sentences"}]


def test_a_press_without_network_leaves_any_form_where_it_is_and_says_so(phone, live, me):
    page = open_tab(phone, live, HOME)
    phone.set_offline(True)
    page.click("button[name=form][value=core]")
    page.get_by_text("You are offline, so this was not sent.").wait_for()
    assert page.url.endswith(HOME)
    phone.set_offline(False)
    page.get_by_text("You are offline, so this was not sent.").wait_for(state="detached")
    page.click("button[name=form][value=core]")
    page.wait_for_url("**/now/p")


# ---- two tabs


@BASELINE_AND_POST
def test_two_tabs_on_one_page_lose_nothing_and_the_later_word_stands(phone, live, me, stage):
    begun = begin_stage(live, me, stage)
    one, other = f"{stage}/P1.1", f"{stage}/P1.2"
    first, second = (open_tab(phone, live, f"{begun}/{stage}/p") for _ in range(2))
    choose(first, one, "2")
    wait_for_line(first, "Saved")
    choose(second, other, "4")
    wait_for_line(second, "Saved")
    choose(second, one, "3")
    wait_for_line(second, "Saved")
    # The first tab goes on with a form that is older than what the second said.
    first.click(ON)
    first.wait_for_url(f"**/{stage}/r")
    kept = read_answers(live)
    assert (kept[one], kept[other]) == ("3", "4")


def test_a_goal_changed_in_two_tabs_is_asked_about_and_both_texts_are_shown(phone, live, me):
    goal = me.add_goal(**GOAL)
    first, second = (open_tab(phone, live, goal) for _ in range(2))
    fill_goal(first, how_known="from the first tab")
    first.click("main form button.btn")
    first.wait_for_url(f"**{PLAN}")
    fill_goal(second, how_known="from the second tab")
    second.click("main form button.btn")
    second.locator(".as-written", has_text="from the first tab").wait_for()
    assert second.input_value("#how_known") == "from the second tab"
    second.click("main form button.btn")
    second.wait_for_url(f"**{PLAN}")
    assert kept_goals(live) == [{**GOAL, "how_known": "from the second tab"}]


# ---- the visit ends in the middle


@BASELINE_AND_POST
def test_a_visit_that_ends_in_the_middle_of_a_page_ends_no_answer(phone, live, me, stage):
    begun = begin_stage(live, me, stage)
    page = open_tab(phone, live, f"{begun}/{stage}/p")
    end_sessions(live, live.app.state.house.clock() - timedelta(seconds=1))
    choose(page, f"{stage}/P1.1", "5")
    wait_for_line(page, "Your visit has ended")
    page.click(ON)
    wait_for_line(page, "Your visit has ended")
    assert page.url.endswith(f"/{stage}/p")
    end_sessions(live, None)
    look(page)
    wait_for_line(page, "Saved")
    page.click(ON)
    page.wait_for_url(f"**/{stage}/r")
    assert read_answers(live)[f"{stage}/P1.1"] == "5"


def test_a_visit_that_ends_before_a_goal_is_saved_keeps_it_until_the_next_launch(phone, live):
    page = open_tab(phone, live, NEW)
    end_sessions(live, live.app.state.house.clock() - timedelta(seconds=1))
    fill_goal(page, **GOAL)
    page.click("main form button.btn")
    wait_for_line(page, "Your visit has ended")
    assert seen_goal(page) == GOAL
    end_sessions(live, None)
    look(page)
    wait_for_line(page, "Saved")
    assert kept_goals(live) == [GOAL]
