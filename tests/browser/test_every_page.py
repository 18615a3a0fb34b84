"""Every page in a browser: axe, widths, dark, forced colors, keyboard, and no script needed."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page as Tab

from app.web.cookies import OPERATOR, SESSION
from tests.browser.conftest import LiveCairn, run_cairn, watch_console
from tests.every_page import EveryPage, prepare_every_page

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


@pytest.fixture(scope="module")
def opened(new_database, tmp_path_factory) -> Iterator[tuple[LiveCairn, EveryPage]]:
    """One running Cairn for all tests of this file: they only look."""
    with new_database("sqlite") as url, run_cairn(url, tmp_path_factory.mktemp("data")) as live:
        yield live, prepare_every_page(live.app)


@pytest.fixture
def tabs(opened, new_context) -> Callable[..., dict[str, Tab]]:
    """Makes one browser tab for each kind of person, with the options of its context."""
    live, every = opened

    def make(**options: object) -> dict[str, Tab]:
        made = {}
        for who, person in every.people.items():
            context = new_context(viewport={"width": 820, "height": 900}, **options)
            site = live.url.replace("http:", "https:")
            kept = [(name, person.client.cookies.get(name)) for name in (SESSION, OPERATOR)]
            context.add_cookies(
                [{"name": name, "value": value, "url": site, "secure": True} for name, value in kept if value]
            )
            made[who] = context.new_page()
        return made

    return make


@pytest.mark.parametrize("manner", ["light", "dark"])
def test_axe_finds_nothing(opened, tabs, manner):
    live, every = opened
    open_tabs = tabs(**MANNERS[manner])
    found = {}
    for page in every.pages:
        open_tabs[page.who].goto(live.url + page.path)
        result = Axe().run(open_tabs[page.who], options={"runOnly": {"type": "tag", "values": TAGS}})
        if result.violations_count:
            found[page.who, page.path] = result.generate_report()
    assert found == {}, "\n".join(found.values())


@pytest.mark.parametrize("manner", ["light", "forced colors", "no script"])
def test_nothing_sticks_out_sideways(opened, tabs, manner):
    """Reflow at 320 px is also 400 % zoom on a screen of 1280 px."""
    live, every = opened
    open_tabs = tabs(**MANNERS[manner])
    wide = []
    for page in every.pages:
        tab = open_tabs[page.who]
        tab.goto(live.url + page.path)
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 450})
            over = tab.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                wide.append((page.who, page.path, width, over))
    assert wide == []


def test_pages_open_without_complaint(opened, tabs):
    live, every = opened
    open_tabs = tabs()
    complaints = {who: watch_console(tab) for who, tab in open_tabs.items()}
    for page in every.pages:
        open_tabs[page.who].goto(live.url + page.path)
        assert complaints[page.who] == [], page


def test_every_control_is_reached_by_tab_and_shows_it(opened, tabs):
    """Tab visits each link, button, field and summary (one of each radio group), and each shows a focus ring."""
    live, every = opened
    open_tabs = tabs()
    for page in every.pages:
        tab = open_tabs[page.who]
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


def test_choices_are_large_enough_to_touch(opened, tabs):
    """44 px for choices and buttons of the work itself, 24 px for anything else that can be clicked."""
    live, every = opened
    open_tabs = tabs()
    small = []
    for page in every.pages:
        tab = open_tabs[page.who]
        tab.set_viewport_size({"width": 375, "height": 812})
        tab.goto(live.url + page.path)
        small += [(page.path, *one) for one in tab.evaluate(LIST_SMALL)]
    assert small == []


LIST_SMALL = """() => [...document.querySelectorAll('.choice, main .btn:not(.btn--small)')]
  .map(e => [e.className || e.tagName, e.getBoundingClientRect()])
  .filter(([, r]) => r.width > 0 && (r.height < 43.5 || r.width < 24))
  .map(([name, r]) => [name, Math.round(r.width), Math.round(r.height)])"""

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
  const rings = [e, e.closest('label'), e.parentElement].filter(Boolean)
    .flatMap(x => [getComputedStyle(x), getComputedStyle(x, '::after')]);
  const shown = rings.some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
  return {id: window.__stops.get(e), tag: e.tagName, text: (e.textContent || e.name || '').slice(0, 40), shown};
}"""
