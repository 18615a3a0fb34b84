"""Login CSRF against launches without cookies, in a browser: the attacker has his own token, state and secret."""

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import Frame, Page
from starlette.responses import HTMLResponse

from tests.browser.conftest import serve_in_thread
from tests.browser.test_cookieless import School, new_page_that_remembers, wait_for_way_on
from tests.browser.test_cookieless import open_school as open_school

pytestmark = pytest.mark.browser

ATTACKER = "6"
# Answers whatever it hears at once, with whatever it knows, and says the right thing unasked too.
LIAR = """
window.heard = [];
const said = (subject, id) => ({subject: subject + '.response', message_id: id, key: DATA.key, value: DATA.secret,
  supported_messages: [{subject: 'lti.put_data'}, {subject: 'lti.get_data'}]});
addEventListener('message', ({data, source}) => {
  if (typeof data !== 'object') return;
  heard.push(data.subject);
  for (const subject of [data.subject, 'lti.put_data', 'lti.get_data'])
    source.postMessage(said(subject, data.message_id), '*');
});
"""


@dataclass(frozen=True)
class Loot:
    """What an attacker gets by beginning a launch of his own, and not finishing it."""

    token: str
    state: str
    secret: str
    key: str


def begin(school: School) -> Loot:
    """The attacker's own login and token, both genuine."""
    fields = school.lms.platform.start_login(ATTACKER, "1")
    page = requests.get(
        f"{school.url}/lti/login?{urlencode({**fields, 'cairn_tried': '1'})}",
        headers={"sec-fetch-site": "cross-site"}, timeout=30,
    ).text  # fmt: skip
    data = {name: unescape(value) for name, value in re.findall(r'data-(\w+)="([^"]*)"', page)}
    asked = dict(parse_qsl(urlsplit(data["next"]).query))
    token = school.lms.platform.id_token(ATTACKER, "1", nonce=asked["nonce"])
    return Loot(token, asked["state"], data["secret"], data["key"])


@pytest.fixture
def open_evil(new_context) -> Iterator[Callable[[str, Loot], tuple[Page, Frame]]]:
    """Opens a page of the attacker in the victim's browser, which frames Cairn under the name `victim`."""
    shown = {"html": ""}

    async def evil(scope: Any, receive: Any, send: Any) -> None:
        await HTMLResponse(shown["html"])(scope, receive, send)

    with socket.create_server(("127.0.0.1", 0)) as listener, serve_in_thread(evil, listener):

        def show(body: str, loot: Loot) -> tuple[Page, Frame]:
            page = new_page_that_remembers(new_context())
            script = f"const DATA = {{key: '{loot.key}', secret: '{loot.secret}'}};{LIAR}"
            shown["html"] = (
                f"<!doctype html><title>x</title><script>{script}</script><iframe name=victim></iframe>{body}"
            )
            page.goto(f"http://localhost:{listener.getsockname()[1]}/")
            frame = page.frame("victim")
            assert frame is not None
            return page, frame

        yield show


def form_to(address: str, fields: dict[str, str]) -> str:
    inputs = "".join(f'<input name="{name}" value="{escape(value)}">' for name, value in fields.items())
    return (
        f'<form method=post action="{address}" target=victim>{inputs}</form><script>document.forms[0].submit()</script>'
    )


def loot_fields(loot: Loot) -> dict[str, str]:
    return {"id_token": loot.token, "state": loot.state, "secret": loot.secret}


def assert_nobody_is_in(school: School, page) -> None:
    assert school.sessions == 0
    assert [cookie for cookie in page.context.cookies() if cookie["name"] == "__Host-cairn"] == []


def test_the_attackers_form_with_everything_genuine_is_refused(open_school, open_evil):
    """S24."""
    school = open_school("frame")
    loot = begin(school)
    page, frame = open_evil(form_to(f"{school.url}/lti/launch/stored", loot_fields(loot)), loot)
    frame.wait_for_selector("text=other-browser")
    assert_nobody_is_in(school, page)


def test_the_launch_page_tells_and_believes_no_window_of_another_origin(open_school, open_evil):
    """S19."""
    school = open_school("frame")
    loot = begin(school)
    page, frame = open_evil(form_to(f"{school.url}/lti/launch", loot_fields(loot)), loot)
    frame.wait_for_selector("text=cookies-blocked")
    assert set(page.evaluate("() => window.heard")) == {"lti.capabilities"}
    assert_nobody_is_in(school, page)


def test_the_login_page_gives_its_secret_to_no_window_of_another_origin(open_school, open_evil):
    """S19."""
    school = open_school("frame")
    loot = begin(school)
    login = form_to(f"{school.url}/lti/login", school.lms.platform.start_login(ATTACKER, "1"))
    page, frame = open_evil(login, loot)
    wait_for_way_on(frame)
    assert set(page.evaluate("() => window.heard")) == {"lti.capabilities"}
    assert_nobody_is_in(school, page)


def test_in_a_tab_the_window_that_opened_it_is_asked_no_otherwise(open_school, open_evil):
    school = open_school("frame")
    loot = begin(school)
    opening = form_to(f"{school.url}/lti/launch", loot_fields(loot)).replace("target=victim", "target=tab rel=opener")
    page, _frame = open_evil(f"<script>window.open('', 'tab')</script>{opening}", loot)
    tab = page.context.wait_for_event("page") if len(page.context.pages) == 1 else page.context.pages[1]
    tab.wait_for_selector("text=cookies-blocked")
    assert set(page.evaluate("() => window.heard")) == {"lti.capabilities"}
    assert_nobody_is_in(school, page)
