"""Choosing content as a teacher: a request of any shape, the page of choices, and the answer as the LMS reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.config import Settings
from app.practice_lms.forms import read_form
from app.practice_lms.jose import verify_compact
from tests.conftest import BASE_URL, SECRET, FrozenClock
from tests.lti_kit import INSTRUCTOR, Browser, FakePlatform, Tool

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
PLACEMENT = "https://www.instructure.com/placement"
RETURN_URL = "https://lms.test/return?course=2&sesskey=Ab%2B1"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


def settings(**changes: Any) -> dict[str, Any]:
    """The settings of a request, as Moodle sends them; `...` takes a member out."""
    found = {
        "accept_types": ["ltiResourceLink"], "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_multiple": True, "auto_create": False, "deep_link_return_url": RETURN_URL,
    }  # fmt: skip
    return {name: value for name, value in (found | changes).items() if value is not ...}


@dataclass
class Chooser:
    """A browser in which an LMS has asked for content."""

    tool: Tool
    browser: Browser
    launched: Any

    @property
    def path(self) -> str:
        assert self.launched.status_code == 303, self.launched.text
        found: str = self.launched.headers["location"]
        return found

    def open(self) -> Any:
        return self.browser.client.get(self.path)

    def send(self, *, form: Any = None, **fields: Any) -> Any:
        """Posts what the page's form would, from the page as it stands or from another one."""
        page = read_form((form or self.open()).text)
        return self.browser.client.post(
            self.path, data={"csrf": page.fields["csrf"], "act": "add", **fields}, headers=SAME_ORIGIN
        )

    def choose(self, *keys: str, **fields: Any) -> dict[str, Any]:
        """The claims of the answer for these keys, each with its column unless `column` says otherwise."""
        return self.read(self.send(choice=list(keys), **{"column": list(keys), **fields}))

    def read(self, sent: Any) -> dict[str, Any]:
        """The signed claims on the page that goes to the LMS."""
        assert sent.status_code == 200, sent.text
        form = read_form(sent.text)
        assert (form.method.upper(), form.action) == ("POST", RETURN_URL)
        keys = self.browser.client.get("/lti/jwks").json()
        return dict(verify_compact(form.fields["JWT"], keys).claims)


def ask(
    tool: Tool, *, platform: FakePlatform | None = None, asked: dict[str, Any] | None = None, **changes: Any
) -> Chooser:
    """A deep linking launch of a teacher. `asked` are the settings, `changes` go to the claims."""
    browser = tool.browser()
    claims = {
        "message_type": "LtiDeepLinkingRequest", "resource_link": ..., "roles": [INSTRUCTOR], "sub": "teacher-1",
        f"{DL}deep_linking_settings": settings() if asked is None else asked, **changes,
    }  # fmt: skip
    return Chooser(tool, browser, browser.launch(platform, **claims))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_tool(request: Any, new_database: Any, tmp_path_factory: Any) -> Iterator[Tool]:
    """Cairn with one platform for all tests of a file, once on each database: count what a test adds, not what is."""
    with new_database(request.param) as url:
        folder = tmp_path_factory.mktemp("data")
        made = Tool(
            Settings(env="production", base_url=BASE_URL, database_url=url, data_dir=folder, secret_key=SECRET),
            FrozenClock(),
        )
        yield made
        made.close()
