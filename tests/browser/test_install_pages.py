"""The pages of an installation in a browser: axe, widths, no script needed, and the buttons that copy."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.lti.invitations import invite
from app.practice_lms.live import run_live
from tests.browser.axe import list_violations, with_axe
from tests.browser.conftest import LiveCairn, run_cairn, watch_console
from tests.browser.test_every_page import MANNERS, WIDTHS
from tests.edge_pages import prepare_edge_pages
from tests.every_page import EDGE_PAGES
from tests.pages import Page

pytestmark = pytest.mark.browser
OPEN_ALL = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def opened(new_database, tmp_path_factory) -> Iterator[tuple[LiveCairn, tuple[Page, ...]]]:
    with new_database("sqlite") as url, run_cairn(url, tmp_path_factory.mktemp("data")) as live:
        yield live, prepare_edge_pages(live.app)


def test_every_page_of_the_edge_is_looked_at(opened):
    assert {page.route for page in opened[1]} == EDGE_PAGES


@pytest.mark.parametrize("manner", ["light", "dark"])
def test_axe_finds_nothing(opened, new_context, manner):
    live, pages = opened
    tab = with_axe(new_context(viewport={"width": 820, "height": 450}, **MANNERS[manner])).new_page()
    complaints, found = watch_console(tab), []
    for page in pages:
        tab.goto(live.url + page.path)
        tab.evaluate(OPEN_ALL)
        found += [(page.path, report) for report in list_violations(tab)]
    assert found == []
    assert complaints == []


@pytest.mark.parametrize("manner", ["light", "no script"])
def test_nothing_sticks_out_sideways(opened, new_context, manner):
    live, pages = opened
    tab, wide = new_context(**MANNERS[manner]).new_page(), []
    for page in pages:
        tab.goto(live.url + page.path)
        tab.evaluate(OPEN_ALL)
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 450})
            if tab.evaluate(OVER) > 0:
                wide.append((page.path, width))
    assert wide == []


def test_a_button_copies_a_value_and_without_script_there_is_none(opened, new_context):
    live, pages = opened
    path = next(page.path for page in pages if page.path.endswith("/moodle"))
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    # The word goes again after two seconds, which a busy machine may take to look for it: here they never pass.
    tab.clock.install()
    tab.goto(live.url + path)
    tab.clock.pause_at(datetime.now(UTC) + timedelta(days=1))
    button = tab.locator("button[data-copy=invitation]")
    button.click()
    tab.wait_for_function("() => document.querySelector('[data-copy=invitation] span').textContent === 'Copied'")
    assert tab.evaluate("() => navigator.clipboard.readText()") == tab.locator("#invitation").input_value()
    plain = new_context(java_script_enabled=False).new_page()
    plain.goto(live.url + path)
    assert not plain.locator("button[data-copy=invitation]").is_visible()
    assert plain.locator("#invitation").input_value().startswith(live.url)


def test_a_mistake_leads_to_its_field(opened, new_context):
    live, pages = opened
    path = next(page.path for page in pages if page.path.endswith("/moodle"))
    tab = with_axe(new_context(viewport={"width": 375, "height": 800})).new_page()
    tab.goto(live.url + path)
    tab.locator("summary").first.click()
    tab.get_by_label("Platform ID").fill("ftp://lms")
    tab.get_by_role("button", name="Connect").click()
    tab.locator("#errors a").first.click()
    assert tab.evaluate("() => document.activeElement.id") == "f-issuer"
    assert tab.get_by_label("Platform ID").input_value() == "ftp://lms"
    assert list_violations(tab) == []


def test_the_lms_closes_the_frame_only_once_the_code_is_kept(opened, new_context):
    """The code is shown once: an LMS that closed the frame at once, as it does when it is told, would lose it."""
    live = opened[0]
    house = live.app.state.house
    with run_live(tool_base_url=live.url, temper="moodle", auto_activate=True) as lms:
        with house.database.writing() as db:
            link = f"{live.url}/lti/register/{invite(db, name='Frame University', now=house.clock())}"
        tab = new_context(viewport={"width": 820, "height": 700}).new_page()
        tab.goto(f"{lms.base_url}/registration")
        tab.get_by_label("Invitation link").fill(link)
        tab.get_by_role("button", name="Open the tool").click()
        frame = tab.frame_locator("#registration-frame")
        frame.get_by_role("button", name="Connect").click()
        assert frame.locator("code.code").inner_text()
        assert tab.locator("#registration-frame").count() == 1
        tab.wait_for_timeout(700)  # nobody has copied it in less, so such a press is half of a double one
        frame.get_by_role("button", name="I have the code").click()
        tab.wait_for_selector("#registration-frame", state="detached")
        assert "Cairn" in tab.locator("section h3").first.inner_text()
