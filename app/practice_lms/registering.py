"""Registering a tool without a human: its pages are read and its forms sent as a browser would."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode, urljoin

import requests

from app.practice_lms.forms import list_forms
from app.practice_lms.platform import Platform
from app.practice_lms.registrations import Registration
from app.practice_lms.rendering import origin_of

_SECONDS = 30
_STEPS = 6


class RegistrationFailed(Exception):  # noqa: N818 - an error's name is a sentence in this house
    """The tool's pages ended without a registration; the text says where."""


class Answered(Protocol):
    """What is needed of an answer; requests, httpx2 and Starlette's TestClient all give it."""

    @property
    def status_code(self) -> int: ...

    @property
    def text(self) -> str: ...

    @property
    def url(self) -> object: ...


class Browsing(Protocol):
    """Follows redirects; `data` is a form."""

    def get(self, url: str, *, headers: dict[str, str]) -> Answered: ...

    def post(self, url: str, *, data: dict[str, str], headers: dict[str, str]) -> Answered: ...


class _Browser:
    """A requests session that never waits for ever."""

    def __init__(self) -> None:
        self._session = requests.Session()

    def get(self, url: str, *, headers: dict[str, str]) -> Answered:
        return self._session.get(url, headers=headers, timeout=_SECONDS)

    def post(self, url: str, *, data: dict[str, str], headers: dict[str, str]) -> Answered:
        return self._session.post(url, data=data, headers=headers, timeout=_SECONDS)


def build_registration_url(platform: Platform, invitation: str, *, client_id: str | None = None) -> str:
    """The address that the LMS opens in its frame: the invitation, the configuration's address and a token."""
    query = urlencode(platform.temper.registration_query(platform, client_id=client_id))
    return f"{invitation}{'&' if '?' in invitation else '?'}{query}"


def register_tool(platform: Platform, invitation: str, *, browser: Browsing | None = None) -> Registration:
    """Walk the tool's registration pages until a registration has arrived; raises RegistrationFailed."""
    browser = browser or _Browser()
    known = {id(one): one.config for one in platform.registrations.list_all(platform.temper.name)}
    page = browser.get(build_registration_url(platform, invitation), headers=_navigating("cross-site"))
    for _ in range(_STEPS):
        arrived = _find_arrived(platform, known)
        if arrived is not None:
            return arrived
        page = _send_first_form(browser, page)
    raise RegistrationFailed(f"no registration after {_STEPS} pages; the last was {page.url}")


def _find_arrived(platform: Platform, known: Mapping[int, object]) -> Registration | None:
    everything = platform.registrations.list_all(platform.temper.name)
    return next((one for one in everything if known.get(id(one)) is not one.config), None)


def _send_first_form(browser: Browsing, page: Answered) -> Answered:
    posts = [form for form in list_forms(page.text) if form.method == "post"]
    if page.status_code >= requests.codes.bad_request or not posts:
        raise RegistrationFailed(f"{page.url} answered {page.status_code} without a form to send: {page.text[:300]!r}")
    form, here = posts[0], str(page.url)
    headers = {**_navigating("same-origin"), "Origin": origin_of(here), "Referer": here}
    return browser.post(urljoin(here, form.action or here), data=form.filled(), headers=headers)


def _navigating(site: str) -> dict[str, str]:
    return {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe", "Accept": "text/html"}
