"""What tests of the pages' script do with a person's browser, and wait for."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import update

from app.web.cookies import OPERATOR, SESSION
from app.web.models import WebSession
from tests.browser.conftest import LiveCairn

LINE = "form p[data-line]"


def sign_in_browser(context: BrowserContext, live: LiveCairn, person: Any) -> BrowserContext:
    """Gives a browser the session of somebody who has launched, or of an operator."""
    name = SESSION if SESSION in person.client.cookies else OPERATOR
    token = person.client.cookies.get(name)
    site = live.url.replace("http:", "https:")
    context.add_cookies([{"name": name, "value": token, "url": site, "secure": True}])
    return context


def end_sessions(live: LiveCairn, at: object) -> None:
    """Ends every session at that moment; None: as after a new launch, they go on."""
    with live.app.state.house.database.writing() as db:
        db.execute(update(WebSession).values(ended_at=at))


def look(page: Page) -> None:
    """The person turns to this tab again."""
    page.evaluate("dispatchEvent(new Event('focus'))")


def wait_for_line(page: Page, words: str, *, line: str = LINE) -> None:
    """Until the line that tells of saving begins with these words, a pattern."""
    page.locator(line, has_text=re.compile(rf"^\s*{words}")).wait_for()


def wait_until(page: Page, expression: str) -> None:
    """Playwright's own waiting evaluates text in the page, which the page's policy refuses."""
    for _turn in range(600):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {expression}")
