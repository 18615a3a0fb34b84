"""Every page in a browser: axe, widths, dark, forced colors, keyboard, and no script needed."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import watch_console
from tests.every_page import list_pages
from tests.lti_kit import sign_in

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 375, 820)
# How a page is looked at: options of the browser's context.
MANNERS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colors": {"forced_colors": "active"},
    "no script": {"java_script_enabled": False},
}


@pytest.fixture
def people(live):
    return {
        "learner": sign_in(live.app, sub="learner"),
        "staff": sign_in(live.app, sub="staff", name="Sam Staff", is_staff=True),
    }


@pytest.fixture
def pages(live, people):
    return list_pages(live.app, live.app.state.house.library, context=str(people["staff"].context.uuid))


def sign_in_browser(context, live, person):
    token = person.client.cookies.get("__Host-cairn")
    context.add_cookies([{"name": "__Host-cairn", "value": token, "url": live.url.replace("http:", "https:"), "secure": True}])
    return context


def open_as(new_context, live, people, **options):
    """A page for each kind of person."""
    return {
        who: sign_in_browser(new_context(viewport={"width": 820, "height": 900}, **options), live, person).new_page()
        for who, person in people.items()
    }


@pytest.mark.parametrize("manner", ["light", "dark"])
def test_axe_finds_nothing(new_context, live, people, pages, manner):
    browsers = open_as(new_context, live, people, **MANNERS[manner])
    found = {}
    for page in pages:
        browsers[page.who].goto(live.url + page.path)
        result = Axe().run(browsers[page.who], options={"runOnly": {"type": "tag", "values": TAGS}})
        if result.violations_count:
            found[page.path] = result.generate_report()
    assert found == {}


@pytest.mark.parametrize("manner", MANNERS)
def test_nothing_sticks_out_sideways(new_context, live, people, pages, manner):
    browsers = open_as(new_context, live, people, **MANNERS[manner])
    wide = []
    for page in pages:
        tab = browsers[page.who]
        tab.goto(live.url + page.path)
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 450})
            overflow = tab.locator("html").evaluate("e => e.scrollWidth - e.clientWidth") if manner != "no script" else 0
            if overflow > 0:
                wide.append((page.path, width, overflow))
    assert wide == []


def test_pages_work_without_complaint(new_context, live, people, pages):
    browsers = open_as(new_context, live, people)
    for page in pages:
        complaints = watch_console(browsers[page.who])
        browsers[page.who].goto(live.url + page.path)
        assert complaints == [], page


def test_every_control_is_reached_by_tab_and_shows_it(new_context, live, people, pages):
    """Tab visits each link, button, field and summary (one of each radio group), and each shows a focus ring somewhere."""
    browsers = open_as(new_context, live, people)
    for page in pages:
        tab = browsers[page.who]
        tab.goto(live.url + page.path)
        wanted = tab.evaluate(COUNT_STOPS)
        reached = set()
        for _ in range(wanted + 5):
            tab.keyboard.press("Tab")
            stop = tab.evaluate(READ_STOP)
            if stop is not None:
                reached.add(stop["id"])
                assert stop["shown"], (page, stop)
        assert len(reached) >= wanted, (page, wanted, len(reached))


COUNT_STOPS = """() => {
  const seen = new Set(); let n = 0;
  for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    if (!e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue;
    if (e.closest('details:not([open])') && e.tagName !== 'SUMMARY' && !e.closest('.menu')) continue;
    if (e.type === 'radio') { const k = (e.form && e.form.action) + e.name; if (seen.has(k)) continue; seen.add(k); }
    n += 1;
  }
  return n;
}"""

READ_STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  window.__stops = window.__stops || new Map();
  if (!window.__stops.has(e)) window.__stops.set(e, window.__stops.size);
  const rings = [e, e.closest('label'), e.parentElement].filter(Boolean).flatMap(x => [getComputedStyle(x), getComputedStyle(x, '::after')]);
  const shown = rings.some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
  return {id: window.__stops.get(e), tag: e.tagName, text: (e.textContent || e.name || '').slice(0, 40), shown};
}"""
