"""No press, key or word is lost: on the way back, before the script is there, in a hurry, and on a slow page."""

import pytest
from sqlalchemy import select

from app.progress.models import Fact
from app.progress.rules import FactKind
from tests.assessment_kit import PLAN, Assessor
from tests.browser.assessment_steps import read_answers, read_goals
from tests.browser.reflection_steps import BOX, REFLECTION, read_text
from tests.browser.tabs import end_sessions, look, sign_in_browser, wait_for_line, wait_until
from tests.lti_kit import sign_in

pytestmark = pytest.mark.browser

TASK = "/modules/m0-roles/task"
LESSON = "/modules/m0-roles/lessons/01-why-the-roles-blur"
FIRST_LINE = "[data-box] p[data-line]"
SCRIPT = "**/cairn.js"
# In milliseconds: after so long the script no longer waits for an answer.
LONGEST_SAVE = 8000


@pytest.fixture
def me(live) -> Assessor:
    return Assessor(sign_in(live.app))


@pytest.fixture
def context(new_context, live, me):
    return sign_in_browser(new_context(viewport={"width": 375, "height": 500}), live, me.here)


@pytest.fixture
def page(context):
    return context.new_page()


def hold_back(page, files: str):
    """What is asked for under that pattern comes only when the function is called that is given back."""
    held = []

    def hold(route) -> None:
        held.append(route)

    def let_come() -> None:
        for route in held:
            route.continue_()
        page.unroute(files)
        page.wait_for_load_state("load")

    page.route(files, hold)
    return let_come


@pytest.fixture
def late_script(page):
    return hold_back(page, SCRIPT)


def count_facts(live, kind: FactKind) -> int:
    with live.app.state.house.database.reading() as db:
        return len(db.scalars(select(Fact).where(Fact.kind == kind)).all())


def is_in_view(locator) -> bool:
    box = locator.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 500


def test_going_back_writes_no_older_text_over_a_newer_one(page, live):
    page.goto(live.url + REFLECTION)
    page.fill(BOX, "first")
    page.click("#kept button")
    page.locator("main .chip", has_text="Complete").wait_for()
    page.fill(BOX, "second, and longer")
    wait_until(page, "!Object.keys(history.state.cairn).length")
    page.go_back()
    look(page)
    page.locator(BOX).blur()
    page.wait_for_timeout(300)
    assert page.input_value(BOX) == "second, and longer"
    assert read_text(live) == "second, and longer"


def test_going_back_changes_no_answer_that_was_given_since(page, live, me):
    begun = me.begin()
    page.goto(f"{live.url}{begun}/now/p")
    page.locator('input[name="now/P1.1"][value="3"]').check()
    wait_for_line(page, "Saved")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Back").click()
    page.wait_for_url("**/now/p*")
    page.locator('input[name="now/P1.1"][value="5"]').check()
    wait_for_line(page, "Saved")
    page.go_back()
    page.go_back()
    page.wait_for_url("**/now/p*")
    assert page.locator('input[name="now/P1.1"][value="5"]').is_checked()
    look(page)
    page.wait_for_timeout(300)
    assert read_answers(live)["now/P1.1"] == "5"


def test_colors_change_in_place_and_leave_what_was_chosen_and_written(page, live):
    page.goto(live.url + LESSON)
    page.fill("#answer", "9")
    page.get_by_role("button", name="dark").click()
    wait_until(page, "document.documentElement.dataset.look === 'dark'")
    assert page.input_value("#answer") == "9"
    assert page.evaluate("document.activeElement.value") == "dark"
    pressed = page.locator(".looks [aria-pressed=true]")
    assert (pressed.count(), pressed.inner_text()) == (1, "dark")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.look") == "dark"
    page.get_by_role("button", name="as the device").click()
    wait_until(page, "!document.documentElement.dataset.look")
    assert page.locator("meta[name=color-scheme]").get_attribute("content") == "light dark"


def test_colors_after_the_visit_ended_say_so(page, live, clock_of):
    page.goto(live.url + LESSON)
    end_sessions(live, clock_of())
    page.get_by_role("button", name="dark").click()
    page.get_by_text("Your visit here had ended").wait_for()


@pytest.fixture
def clock_of(live):
    return live.app.state.house.clock


def test_leaving_by_a_button_asks_where_a_text_could_not_be_saved(page, live):
    page.goto(live.url + REFLECTION)
    page.route(f"**{REFLECTION}", lambda route: route.abort())
    page.fill(BOX, "not saved yet")
    wait_for_line(page, "Offline", line=FIRST_LINE)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("button", name="Leave").click()
    page.wait_for_timeout(1000)
    assert asked == ["beforeunload"]
    assert page.input_value(BOX) == "not saved yet"


def test_a_text_of_this_moment_is_saved_before_another_form_takes_the_page(page, live):
    page.goto(live.url + REFLECTION)
    page.fill(BOX, "the last word")
    page.get_by_role("button", name="Leave").click()
    page.get_by_role("heading", name="You have left").wait_for()
    assert read_text(live) == "the last word"


def test_what_is_chosen_before_the_script_is_there_is_saved(page, live, me, late_script):
    begun = me.begin()
    page.goto(f"{live.url}{begun}/now/p", wait_until="commit")
    page.locator('input[name="now/P1.1"][value="3"]').check()
    late_script()
    wait_for_line(page, "Saved")
    assert read_answers(live) == {"now/P1.1": "3"}


def test_what_is_written_before_the_script_is_there_is_saved(page, live, late_script):
    page.goto(live.url + REFLECTION, wait_until="commit")
    page.fill(BOX, "early")
    late_script()
    wait_for_line(page, "Saved", line=FIRST_LINE)
    assert read_text(live) == "early"


def test_a_goal_begun_before_the_script_is_there_is_saved(page, live, late_script):
    page.goto(f"{live.url}{PLAN}/new", wait_until="commit")
    page.fill("#behavior", "early")
    late_script()
    wait_for_line(page, "Saved")
    assert [goal.behavior for goal in read_goals(live)] == ["early"]


def test_a_browser_that_takes_no_more_history_saves_all_the_same(context, live):
    context.add_init_script(
        "History.prototype.replaceState = () => { throw new DOMException('too many', 'SecurityError'); }"
    )
    page = context.new_page()
    page.goto(live.url + REFLECTION)
    page.fill(BOX, "typed in Safari")
    wait_for_line(page, "Saved", line=FIRST_LINE)
    assert read_text(live) == "typed in Safari"
    page.goto(f"{live.url}{PLAN}/new")
    page.fill("#behavior", "typed in Safari")
    wait_for_line(page, "Saved")
    page.fill("#behavior", "typed in Safari, twice")
    wait_until(page, "document.querySelector('[name=revision]').value === '2'")
    assert [goal.behavior for goal in read_goals(live)] == ["typed in Safari, twice"]


def test_typing_long_writes_no_more_history_than_a_browser_takes(context, live):
    page = context.new_page()
    page.goto(live.url + REFLECTION)
    page.evaluate(
        "() => { const write = history.replaceState; window.written = 0;"
        " history.replaceState = function (...all) { window.written += 1; return write.apply(history, all); }; }"
    )
    page.locator(BOX).press_sequentially("a" * 200, delay=5)
    assert page.evaluate("window.written") < 40
    wait_until(page, "history.state.cairn.p1 === undefined || history.state.cairn.p1.text.length === 200")
    wait_for_line(page, "Saved", line=FIRST_LINE)
    assert read_text(live) == "a" * 200


def test_enter_on_an_answer_goes_on_and_not_back(page, live, me):
    begun = me.begin()
    page.goto(f"{live.url}{begun}/now/r")
    page.locator("main input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/now/s*")
    assert len(read_answers(live)) == 1


def test_enter_on_the_tick_attests(page, live):
    page.goto(live.url + TASK)
    page.locator("#attest").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("You attested this on").wait_for()
    assert count_facts(live, FactKind.ATTESTED) == 1


def test_a_page_that_loads_slowly_calls_nobody_away_from_what_they_write(page, live):
    page.goto(live.url + TASK)
    let_come = hold_back(page, "**/*.svg")
    page.get_by_role("button", name="Attest").click()
    wait_until(page, "document.activeElement.id === 'errors'")
    box = page.locator("main textarea").first
    box.click()
    page.keyboard.type("first words ")
    let_come()
    page.wait_for_timeout(200)
    page.keyboard.type("and more")
    assert box.input_value() == "first words and more"


def test_a_press_that_cannot_send_is_answered_where_one_looks(page, live, clock_of):
    page.goto(live.url + REFLECTION)
    page.fill(BOX, "a line\n" * 30)
    wait_for_line(page, "Saved", line=FIRST_LINE)
    end_sessions(live, clock_of())
    page.fill(BOX, "a line\n" * 31)
    wait_for_line(page, "Your visit has ended", line=FIRST_LINE)
    page.get_by_role("button", name="Save").first.scroll_into_view_if_needed()
    page.locator("#kept button").click()
    wait_until(page, "document.querySelector('[data-box] p[data-line]').getBoundingClientRect().top >= 0")
    assert is_in_view(page.locator(FIRST_LINE).first)


def test_the_note_that_nothing_was_sent_is_in_view(page, context, live):
    page.goto(live.url + TASK)
    context.set_offline(True)
    button = page.get_by_role("button", name="Save the notes")
    button.evaluate("one => one.scrollIntoView({block: 'end'})")
    button.click()
    note = page.get_by_text("You are offline, so this was not sent.")
    note.wait_for()
    assert is_in_view(note)


def test_a_double_press_leaves_what_is_shown_only_once(page, live):
    page.goto(f"{live.url}/shared")
    button = page.get_by_role("button", name="Make a code")
    button.scroll_into_view_if_needed()
    place = button.bounding_box()
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.locator("#shown-once").wait_for()
    page.evaluate("document.querySelectorAll('main button, footer button').forEach((one) => one.click())")
    page.wait_for_timeout(300)
    assert page.locator("#shown-once").is_visible()


def write_elsewhere(me, text: str) -> None:
    me.here.post(REFLECTION, **{"text-p1": text, "revision-p1": "0"})


def meet_another_window(page, live, me) -> None:
    """Writes here and in another window; both texts are shown."""
    page.goto(live.url + REFLECTION)
    write_elsewhere(me, "theirs")
    page.fill(BOX, "mine")
    wait_for_line(page, "Another window saved a different text", line=FIRST_LINE)


def test_colors_that_are_refused_are_asked_for_once(page, live, clock_of):
    page.goto(live.url + REFLECTION)
    end_sessions(live, clock_of())
    page.fill(BOX, "not saved")
    wait_for_line(page, "Your visit has ended", line=FIRST_LINE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="dark").click()
    page.wait_for_timeout(1500)
    assert 1 <= len([url for url in asked if url.endswith("/look")]) <= 2
    assert len(asked) < 8
    assert page.input_value(BOX) == "not saved"


def test_who_writes_before_the_script_is_there_writes_on(page, live, late_script):
    page.goto(live.url + REFLECTION, wait_until="commit", referer=f"{live.url}/modules/m0-roles")
    page.locator(BOX).click()
    page.keyboard.type("first ")
    late_script()
    page.keyboard.type("second")
    wait_for_line(page, "Saved", line=FIRST_LINE)
    wait_until(page, "!Object.keys(history.state.cairn).length")
    assert read_text(live) == "first second"


def test_a_double_press_on_a_choice_between_two_texts_counts_once(page, live, me):
    meet_another_window(page, live, me)
    page.get_by_role("button", name="Keep mine").dblclick(delay=40)
    wait_for_line(page, "Saved", line=FIRST_LINE)
    page.fill(BOX, "mine, and more")
    wait_until(page, "!Object.keys(history.state.cairn).length")
    assert read_text(live) == "mine, and more"


def test_taking_the_other_text_twice_breaks_nothing(page, live, me):
    broken = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    meet_another_window(page, live, me)
    page.get_by_role("button", name="Take the other").dblclick(delay=40)
    wait_for_line(page, "Saved", line=FIRST_LINE)
    assert page.input_value(BOX) == read_text(live) == "theirs"
    assert broken == []


def test_keeping_ones_own_text_is_saved_also_where_it_is_the_one_from_before(page, live, me):
    meet_another_window(page, live, me)
    page.fill(BOX, "")
    page.get_by_role("button", name="Keep mine").click()
    wait_for_line(page, "Saved", line=FIRST_LINE)
    assert read_text(live) == ""
    assert page.evaluate("document.activeElement.id") == "text-p1"


def test_whoever_stays_may_press_again_at_once(page, live):
    page.goto(live.url + REFLECTION)
    page.route(f"**{REFLECTION}", lambda route: route.abort())
    page.fill(BOX, "not saved yet")
    wait_for_line(page, "Offline", line=FIRST_LINE)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Leave").click()
    page.wait_for_timeout(500)
    page.unroute(f"**{REFLECTION}")
    page.get_by_role("button", name="Leave").click()
    page.get_by_role("heading", name="You have left").wait_for()
    assert read_text(live) == "not saved yet"


def test_an_answer_that_never_comes_holds_nobody(page, live):
    page.clock.install()
    page.goto(live.url + REFLECTION)
    page.route(f"**{REFLECTION}", lambda _route: None)
    with page.expect_request(f"**{REFLECTION}"):
        page.fill(BOX, "asked, and never answered")
    page.clock.run_for(LONGEST_SAVE)
    wait_for_line(page, "Offline", line=FIRST_LINE)
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    with page.expect_request(f"**{REFLECTION}"):
        page.get_by_role("button", name="Leave").click()
    page.clock.run_for(LONGEST_SAVE)
    page.get_by_role("heading", name="You have left").wait_for()
    assert asked == ["beforeunload"]


def test_leaving_the_page_that_shows_both_texts_asks(page, live, me):
    page.goto(live.url + REFLECTION)
    write_elsewhere(me, "theirs")
    page.fill(BOX, "mine")
    page.click("#kept button")
    page.get_by_text("theirs").wait_for()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Home").first.click(no_wait_after=True)
    page.wait_for_timeout(700)
    assert asked == ["beforeunload"]
    assert page.input_value(BOX) == "mine"


def test_a_place_within_the_page_keeps_what_is_not_saved(page, live):
    page.goto(live.url + REFLECTION)
    page.route(f"**{REFLECTION}", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.fill(BOX, "kept in this page")
    wait_for_line(page, "Offline", line=FIRST_LINE)
    page.evaluate("() => { location.hash = '#main' }")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert page.input_value(BOX) == "kept in this page"


def test_a_browser_that_cannot_send_forms_by_script_sends_them_by_itself(context, live):
    context.add_init_script("delete HTMLFormElement.prototype.requestSubmit")
    page = context.new_page()
    broken = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(live.url + TASK)
    page.get_by_role("button", name="dark").click()
    wait_until(page, "document.documentElement.dataset.look === 'dark'")
    page.locator("main textarea").first.fill("a note")
    page.get_by_role("button", name="Save the notes").click()
    page.wait_for_url("**#kept")
    assert page.locator("main textarea").first.input_value() == "a note"
    assert broken == []


def test_a_fragment_that_says_nothing_breaks_nothing(page, live):
    broken = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{live.url}{REFLECTION}#%E0%A4")
    page.fill(BOX, "saved all the same")
    wait_for_line(page, "Saved", line=FIRST_LINE)
    assert broken == []
