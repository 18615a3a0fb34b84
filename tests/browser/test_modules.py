"""All modules from the first page to the end, by keyboard on a phone; each page looked at on the way."""

from pathlib import Path

import pytest

from app.web.cookies import SESSION
from modules import CONTENT
from tests.browser.axe import with_axe
from tests.browser.conftest import LiveCairn
from tests.browser.keyboard import Keyboard
from tests.browser.module_steps import go_through_module
from tests.browser.test_every_page import list_axe, list_sticking_out
from tests.lti_kit import sign_in

SLUGS = sorted(folder.name for folder in Path(CONTENT).iterdir() if folder.is_dir())
# Pages that no next step leads to.
BESIDE = ("task", "job-aid")

pytestmark = [pytest.mark.browser, pytest.mark.soak]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_module_is_gone_through_by_keyboard_on_a_phone(live: LiveCairn, new_context, slug):
    module = live.app.state.house.library.find_module(slug)
    assert module is not None
    tab = _open_tab(live, new_context)
    keyboard = Keyboard(tab, frame_id=None)
    found: dict[str, list[tuple[object, ...]]] = {}

    def look() -> None:
        place = f"{keyboard.path} {tab.inner_text('h1')[:40]}"
        focused = tab.evaluate_handle("() => document.activeElement")
        problems = list_axe(tab) + list_sticking_out(tab)
        tab.emulate_media(color_scheme="light", forced_colors="none")
        tab.set_viewport_size({"width": 375, "height": 812})
        focused.evaluate("e => e.focus()")
        if problems:
            found[place] = problems

    tab.goto(f"{live.url}/modules/{slug}")
    go_through_module(keyboard, module, look)
    assert "Complete" in tab.inner_text("main")
    for name in BESIDE:
        tab.goto(f"{live.url}/modules/{slug}/{name}")
        look()
    assert found == {}


def _open_tab(live: LiveCairn, new_context):
    person = sign_in(live.app, sub="walker", name="Wanda Walker")
    context = with_axe(new_context(viewport={"width": 375, "height": 812}, reduced_motion="reduce"))
    site = live.url.replace("http:", "https:")
    token = person.client.cookies.get(SESSION)
    context.add_cookies([{"name": SESSION, "value": token, "url": site, "secure": True}])
    return context.new_page()
