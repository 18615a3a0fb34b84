"""Every page in a browser: axe, widths, dark, forced colors, keyboard, and no script needed."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import Page as Tab

from app.web.cookies import OPERATOR, SESSION
from tests.browser.axe import CONTRAST, list_violations, with_axe
from tests.browser.conftest import LiveCairn, run_cairn, watch_console
from tests.every_page import EveryPage, prepare_every_page

pytestmark = pytest.mark.browser

# Reflow at 320 px is also 400 % zoom on a screen of 1280 px.
WIDTHS = (320, 375, 820)
# Forced colors draw borders of their own; without script nothing is moved by it: both need most room where least is.
NARROW = (("none", WIDTHS[0]),)
ALL_SIDES = (*(("none", width) for width in WIDTHS), ("active", WIDTHS[0]))
# How a page is looked at: options of the browser's context.
MANNERS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colors": {"forced_colors": "active"},
    "no script": {"java_script_enabled": False},
}
# The pages are dealt out to tests that may run side by side.
HANDS = 4


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
            context = with_axe(new_context(viewport={"width": 820, "height": 900}, **options))
            site = live.url.replace("http:", "https:")
            kept = [(name, person.client.cookies.get(name)) for name in (SESSION, OPERATOR)]
            context.add_cookies(
                [{"name": name, "value": value, "url": site, "secure": True} for name, value in kept if value]
            )
            made[who] = context.new_page()
        return made

    return make


@pytest.mark.parametrize("hand", range(HANDS))
def test_every_page_is_fit_for_everybody(opened, tabs, hand):
    """One visit to each page: axe in light and dark, three widths, forced colors, targets, Tab, and no complaint."""
    live, every = opened
    open_tabs = tabs(reduced_motion="reduce")
    complaints = {who: watch_console(tab) for who, tab in open_tabs.items()}
    found: list[tuple[object, ...]] = []
    for page in every.pages[hand::HANDS]:
        tab = open_tabs[page.who]
        tab.goto(live.url + page.path)
        for look in (list_axe, list_unreached, list_small, list_sticking_out):
            found += [(page.who, page.path, *one) for one in look(tab)]
        found += [(page.who, page.path, "complains", text) for text in complaints[page.who]]
        complaints[page.who].clear()
        put_back(tab)
    assert found == []


@pytest.mark.parametrize("hand", range(2))
def test_nothing_sticks_out_sideways_without_script(opened, tabs, hand):
    live, every = opened
    open_tabs = tabs(**MANNERS["no script"])
    found: list[tuple[object, ...]] = []
    for page in every.pages[hand::2]:
        tab = open_tabs[page.who]
        tab.goto(live.url + page.path)
        found += [(page.who, page.path, *one) for one in list_sticking_out(tab, NARROW)]
    assert found == []


def list_axe(tab: Tab) -> list[tuple[object, ...]]:
    """Everything in light; in dark what dark can change."""
    tab.emulate_media(color_scheme="light")
    found = list_violations(tab)
    tab.emulate_media(color_scheme="dark")
    return [("axe", report) for report in (*found, *list_violations(tab, CONTRAST))]


def list_sticking_out(tab: Tab, widths: Sequence[tuple[str, int]] = ALL_SIDES) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for colors, width in widths:
        tab.emulate_media(forced_colors=colors)
        tab.set_viewport_size({"width": width, "height": 450})
        over = tab.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            found.append(("sticks out", colors, width, over))
    return found


def list_unreached(tab: Tab) -> list[tuple[object, ...]]:
    """Tab visits each link, button, field and summary (one of each radio group), and each shows a focus ring."""
    wanted = tab.evaluate(COUNT_STOPS)
    tab.evaluate(WATCH_STOPS)
    for _ in range(wanted + 5):
        tab.keyboard.press("Tab")
    reached = tab.evaluate("() => window.stops")
    found: list[tuple[object, ...]] = [("shows no focus", stop) for stop in reached if not stop["shown"]]
    if len({stop["id"] for stop in reached}) < wanted:
        found.append(("not all reached by Tab", wanted, [stop["text"] for stop in reached]))
    return found


def list_small(tab: Tab) -> list[tuple[object, ...]]:
    """44 px for choices and buttons of the work itself, 24 px for anything else that can be clicked."""
    tab.set_viewport_size({"width": 375, "height": 812})
    return [("small", *one) for one in tab.evaluate(LIST_SMALL)]


def put_back(tab: Tab) -> None:
    tab.emulate_media(color_scheme="light", forced_colors="none")
    tab.set_viewport_size({"width": 820, "height": 900})


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

WATCH_STOPS = """() => {
  const known = new Map();
  window.stops = [];
  document.addEventListener('focusin', ({target: e}) => {
    if (e === document.body) return;
    if (!known.has(e)) known.set(e, known.size);
    const rings = [e, e.closest('label'), e.parentElement].filter(Boolean)
      .flatMap(x => [getComputedStyle(x), getComputedStyle(x, '::after')]);
    const shown = rings.some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
    window.stops.push({id: known.get(e), tag: e.tagName, text: (e.textContent || e.name || '').slice(0, 40), shown});
  }, true);
}"""
