"""The pages of a launch without cookies, looked at as every other page is: axe, widths, forced colors, the keyboard."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Route

from tests.browser.axe import list_violations, with_axe
from tests.browser.test_cookieless import School
from tests.browser.test_cookieless import open_school as open_school
from tests.browser.test_every_page import WIDTHS

pytestmark = pytest.mark.browser

FOREIGN, OURS = {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-origin"}
OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def collect(school: School) -> dict[str, str]:
    """The HTML of each page of one launch: asking at the login, asking at the launch, the way into the tab."""
    begun = {**school.lms.platform.start_login("5", "1"), "cairn_tried": "1"}
    login = requests.get(f"{school.url}/lti/login?{urlencode(begun)}", headers=FOREIGN, timeout=30).text
    data = {name: unescape(value) for name, value in re.findall(r'data-(\w+)="([^"]*)"', login)}
    state, nonce = (re.search(rf"[?&]{name}=([^&]+)", data["next"])[1] for name in ("state", "nonce"))
    fields = {"id_token": school.lms.platform.id_token("5", "1", nonce=nonce), "state": state}
    asking = requests.post(f"{school.url}/lti/launch", data=fields, headers=FOREIGN, timeout=30).text
    stored = {**fields, "secret": data["secret"]}
    ticket = requests.post(f"{school.url}/lti/launch/stored", data=stored, headers=OURS, timeout=30).text
    return {"login": login, "launch": asking, "ticket": ticket}


def answer_with(html: str) -> Callable[[Route], None]:
    """Without its script, so that the page stays as it is; its style sheet comes from Cairn."""
    still = re.sub(r'<script src="[^"]*platform-storage[^>]*></script>', "", html)
    return lambda route: route.fulfill(content_type="text/html", body=still)


def test_the_pages_keep_what_every_page_keeps(open_school, new_context):
    school = open_school("frame")
    pages = collect(school)
    for options in ({"color_scheme": "light"}, {"color_scheme": "dark", "forced_colors": "active"}):
        tab = with_axe(new_context(**options)).new_page()
        for name, html in pages.items():
            tab.route(f"{school.url}/{name}", answer_with(html))
            tab.goto(f"{school.url}/{name}")
            assert list_violations(tab) == [], name
            assert tab.locator("h1:visible").count() == 1, name
            tab.keyboard.press("Tab")
            tab.keyboard.press("Tab")
            assert tab.evaluate("() => document.activeElement.tagName") == "BUTTON", name
            for width in WIDTHS:
                tab.set_viewport_size({"width": width, "height": 450})
                assert tab.evaluate(OVER) <= 0, (name, width)
