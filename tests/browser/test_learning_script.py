"""The page's script: saves while somebody writes, keeps what could not be sent, places the focus, tells its height."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.browser import tabs
from tests.browser.reflection_steps import BOX, REFLECTION, read_text
from tests.browser.tabs import end_sessions, look, sign_in_browser, wait_until
from tests.lti_kit import sign_in

pytestmark = pytest.mark.browser

LINE = "[data-box=p1] p[data-line]"


@pytest.fixture
def me(live):
    return sign_in(live.app)


@pytest.fixture
def context(new_context, live, me):
    return sign_in_browser(new_context(viewport={"width": 820, "height": 900}), live, me)


@pytest.fixture
def page(context, live):
    page = context.new_page()
    page.goto(live.url + REFLECTION)
    return page


def wait_for_line(page, words: str) -> None:
    tabs.wait_for_line(page, words, line=LINE)


def test_writing_is_saved_by_itself_and_says_when(page, live):
    page.fill(BOX, "one thought")
    wait_for_line(page, "Saved")
    assert read_text(live) == "one thought"
    page.fill(BOX, "one thought, and another")
    wait_until(page, "history.state?.cairn && !Object.keys(history.state.cairn).length")
    assert read_text(live) == "one thought, and another"


def test_offline_the_text_is_kept_in_the_page_and_sent_when_the_network_is_back(page, context, live):
    context.set_offline(True)
    page.fill(BOX, "in the basement")
    wait_for_line(page, "Offline. Kept in this page: do not close it.")
    assert page.evaluate("history.state.cairn.p1.text") == "in the basement"
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.set_offline(False)
    wait_for_line(page, "Saved")
    assert read_text(live) == "in the basement"


def test_unsent_text_outlives_a_reload_of_the_page(page, context, live):
    context.set_offline(True)
    page.fill(BOX, "not sent yet")
    wait_for_line(page, "Offline")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(f"**{REFLECTION}", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    context.set_offline(False)
    page.reload()
    assert page.input_value(BOX) == "not sent yet"
    page.unroute(f"**{REFLECTION}")
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for_line(page, "Saved")
    assert read_text(live) == "not sent yet"


def test_an_ended_visit_keeps_the_text_and_saves_it_after_the_next_launch(page, live):
    now = live.app.state.house.clock()
    end_sessions(live, now - timedelta(seconds=1))
    page.fill(BOX, "written too late")
    wait_for_line(page, "Your visit has ended. Open Cairn from your course in another tab")
    assert page.locator(f"{LINE} [data-copy]").is_visible()
    assert read_text(live) is None
    end_sessions(live, None)
    page.evaluate("dispatchEvent(new Event('focus'))")
    wait_for_line(page, "Saved")
    assert read_text(live) == "written too late"


def test_a_form_sent_after_the_visit_ended_stays_with_its_text_and_goes_after_the_next_launch(page, live):
    end_sessions(live, live.app.state.house.clock() - timedelta(seconds=1))
    page.fill(BOX, "sent too late")
    page.click("#kept button")
    wait_for_line(page, "Your visit has ended")
    assert page.input_value(BOX) == "sent too late"
    end_sessions(live, None)
    page.click("#kept button")
    page.locator("main .chip", has_text="Complete").wait_for()
    assert read_text(live) == "sent too late"


def test_a_press_without_network_leaves_the_text_where_it_is(page, context, live):
    context.set_offline(True)
    page.fill(BOX, "in the basement")
    page.click("#kept button")
    page.get_by_text("You are offline, so this was not sent.").wait_for()
    assert page.input_value(BOX) == "in the basement"
    context.set_offline(False)
    page.click("#kept button")
    page.locator("main .chip", has_text="Complete").wait_for()
    assert read_text(live) == "in the basement"


def test_a_press_says_so_too_where_the_browser_believes_that_there_is_a_network(page, live):
    page.route(f"**{REFLECTION}", lambda route: route.abort())
    page.fill(BOX, "behind a hotel's sign-in page")
    page.click("#kept button")
    page.get_by_text("You are offline, so this was not sent.").wait_for()
    assert page.input_value(BOX) == "behind a hotel's sign-in page"
    page.unroute(f"**{REFLECTION}")
    page.evaluate("dispatchEvent(new Event('focus'))")
    wait_for_line(page, "Saved")
    assert page.get_by_text("You are offline").count() == 0
    assert read_text(live) == "behind a hotel's sign-in page"


@pytest.mark.parametrize("is_offline", [False, True])
def test_a_button_stays_under_the_finger_while_the_page_says_what_was_saved(page, context, live, is_offline):
    page.fill(BOX, "pressed slowly")
    context.set_offline(is_offline)
    button = page.locator("#kept button")
    button.scroll_into_view_if_needed()
    place = button.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] - 4)
    page.mouse.down()
    if is_offline:
        page.wait_for_timeout(600)
    else:
        wait_until(page, "!Object.keys(history.state.cairn).length")  # it is saved, and will say so
    assert abs(button.bounding_box()["y"] - place["y"]) <= 1  # a button goes down a little where it is pressed
    page.mouse.up()
    if is_offline:
        page.get_by_text("You are offline, so this was not sent.").wait_for()
        wait_for_line(page, "Offline")
    else:
        page.locator("main .chip", has_text="Complete").wait_for()
        assert read_text(live) == "pressed slowly"


def test_a_note_goes_away_only_when_the_press_has_ended(page, live):
    page.route(f"**{REFLECTION}", lambda route: route.abort())
    page.fill(BOX, "pressed elsewhere")
    page.click("#kept button")
    note = page.get_by_text("You are offline, so this was not sent.")
    note.wait_for()
    page.unroute(f"**{REFLECTION}")
    page.locator("h1").scroll_into_view_if_needed()
    page.mouse.move(200, 200)
    page.mouse.down()
    look(page)
    wait_until(page, "!Object.keys(history.state.cairn).length")
    assert note.is_visible()
    page.mouse.up()
    note.wait_for(state="detached")
    assert read_text(live) == "pressed elsewhere"


def test_a_refusal_offers_to_copy_the_text(page):
    page.route(f"**{REFLECTION}", lambda route: route.fulfill(status=403, body="no"))
    page.fill(BOX, "refused")
    wait_for_line(page, "Could not save.")
    page.click(f"{LINE} [data-copy]")
    assert page.evaluate("getSelection().toString() || document.querySelector('#text-p1').value.slice(0)") == "refused"


def test_a_clash_shows_both_texts_and_the_person_decides(page, me, live):
    me.post(REFLECTION, **{"text-p1": "from the other window", "revision-p1": "0"})
    page.fill(BOX, "from this window")
    wait_for_line(page, "Another window saved a different text")
    assert page.input_value(BOX) == "from this window"
    assert page.locator("[data-box=p1] .kept").inner_text() == "from the other window"
    assert read_text(live) == "from the other window"
    page.click("text=Keep mine")
    wait_for_line(page, "Saved")
    assert read_text(live) == "from this window"


def test_another_windows_text_is_shown_before_a_press_writes_over_it(page, me, live):
    me.post(REFLECTION, **{"text-p1": "from the other window", "revision-p1": "0"})
    page.fill(BOX, "from this window")
    page.click("#kept button")
    page.get_by_text("from the other window").wait_for()
    assert page.input_value(BOX) == "from this window"
    assert read_text(live) == "from the other window"


def test_another_windows_text_outlives_a_reload_of_the_page_that_met_it(page, me, live):
    me.post(REFLECTION, **{"text-p1": "from the other window", "revision-p1": "0"})
    page.fill(BOX, "from this window")
    wait_for_line(page, "Another window saved a different text")
    page.fill(BOX, "from this window, and more")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    wait_for_line(page, "Another window saved a different text")
    assert page.input_value(BOX) == "from this window, and more"
    assert read_text(live) == "from the other window"
    page.click("text=Take the other")
    wait_for_line(page, "Saved")
    page.fill(BOX, "from this window after all")
    wait_until(page, "!Object.keys(history.state.cairn).length")
    assert read_text(live) == "from this window after all"


def test_an_answer_lost_on_the_way_is_no_clash(page, live):
    page.route(f"**{REFLECTION}", lambda route: (route.fetch(), route.abort()))
    page.fill(BOX, "arrived, and nobody heard")
    wait_for_line(page, "Offline")
    page.unroute(f"**{REFLECTION}")
    page.fill(BOX, "arrived, and more")
    wait_for_line(page, "Saved")
    assert read_text(live) == "arrived, and more"


def test_an_answer_lost_on_the_way_is_said_to_be_saved_once_the_network_is_back(page, live):
    page.route(f"**{REFLECTION}", lambda route: (route.fetch(), route.abort()))
    page.fill(BOX, "arrived, and nobody heard")
    wait_for_line(page, "Offline")
    page.unroute(f"**{REFLECTION}")
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for_line(page, "Saved")
    assert read_text(live) == "arrived, and nobody heard"
    assert page.evaluate("Object.keys(history.state.cairn)") == []


def test_the_first_page_takes_no_focus_and_a_step_inside_gives_it_to_the_heading(context, live):
    page = context.new_page()
    page.goto(live.url)
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.click(".path a")
    wait_until(page, "document.activeElement.tagName === 'H1'")


def test_after_an_answer_the_focus_is_on_the_answer_and_after_a_problem_on_the_problem(context, live):
    page = context.new_page()
    page.goto(f"{live.url}/modules/m0-roles/lessons/01-why-the-roles-blur")
    page.click("#interaction button")
    wait_until(page, "document.activeElement.id === 'errors'")
    page.fill("#answer", "9")
    page.click("#interaction button")
    wait_until(page, "document.activeElement.id === 'interaction' && document.querySelector('#feedback')")


def test_a_frame_tells_its_height(context, live):
    page = context.new_page()
    host = "<iframe src='/modules/m0-roles' width=700 height=450></iframe>"
    page.route(f"{live.url}/host", lambda route: route.fulfill(content_type="text/html", body=host))
    page.add_init_script("addEventListener('message', (event) => (window.told ??= []).push(event.data))")
    page.goto(f"{live.url}/host")
    wait_until(page, "window.told?.some((one) => one.includes('lti.frameResize'))")
    told = [json.loads(one) for one in page.evaluate("told")]
    resize = next(one for one in told if one["subject"] == "lti.frameResize")
    inner = page.frames[1].evaluate("document.documentElement.getBoundingClientRect().height")
    assert abs(resize["height"] - inner) <= 1


def test_times_are_the_readers_own(new_context, live):
    """At noon of Kolkata: a time of another day is told with its day."""
    at = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    live.app.state.house = replace(live.app.state.house, clock=lambda: at)
    me = sign_in(live.app)
    me.post(REFLECTION, **{"text-p1": "x", "revision-p1": "0"})
    context = sign_in_browser(new_context(timezone_id="Asia/Kolkata"), live, me)
    page = context.new_page()
    page.clock.set_fixed_time(at)
    page.goto(live.url + REFLECTION)
    assert page.locator(f"{LINE} time").inner_text() == "12:00"
