"""Cairn and the practice LMS in one process, and a browser that walks between them as a person would."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from sqlalchemy import select

from app.config import Settings
from app.lti.invitations import invite
from app.lti.models import Registration
from app.main import create_app
from app.practice_lms.application import create_practice_lms
from app.practice_lms.forms import read_form
from app.practice_lms.platform import Platform
from app.practice_lms.registering import register_tool
from app.practice_lms.settings import FetchedAnswer, PracticeSettings
from app.web.house import House
from tests.clients import Client
from tests.in_process import outbound_to

TOOL = "https://cairn.test"
SCHOOL = "https://lms.school.test"
# A hosted Canvas: its issuer and its sign-in lie elsewhere than the school.
ISSUER = "https://canvas.issuer.test"
SIGN_IN = "https://canvas.sso.test"


class Walker:
    """One browser: a cookie jar for each origin, redirects and auto-posted forms followed one by one."""

    def __init__(self, apps: Mapping[str, Any]) -> None:
        self._clients = {origin: Client(app, base_url=origin, follow_redirects=False) for origin, app in apps.items()}

    def client(self, url: str) -> Client:
        parts = urlsplit(url)
        return self._clients[f"{parts.scheme}://{parts.netloc}"]

    def share_cookies(self, origin: str, others: Iterable[str]) -> None:
        """One sign-in for all hosts of one LMS, as its single sign-on has it."""
        for other in set(others) - {origin}:
            self._clients[other].cookies.clear()
            for name, value in self._clients[origin].cookies.items():
                self._clients[other].cookies.set(name, value)

    def go(self, method: str, url: str, fields: Mapping[str, str] | None = None) -> Any:
        """One request, and whatever it redirects to."""
        response = self.client(url).request(method, url, data=dict(fields) if fields else None)
        while response.status_code in {302, 303}:
            url = urljoin(url, response.headers["location"])
            response = self.client(url).get(url)
        return response

    def send(self, page: Any) -> Any:
        """Sends the form that a page would send by itself."""
        form = read_form(page.text)
        return self.go(form.method, urljoin(str(page.url), form.action), form.fields)


class Campus:
    """An LMS of one temper, Cairn, and the way from one to the other."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], temper: str = "moodle") -> None:
        self.servers: dict[str, Client] = {}
        self.tool = create_app(settings, clock=clock, outbound=outbound_to(self.servers))
        self.house: House = self.tool.state.house
        places = {"issuer_origin": ISSUER, "token_origin": SIGN_IN} if temper == "canvas" else {}
        practice = PracticeSettings(
            base_url=SCHOOL, tool_base_url=TOOL, temper=temper, clock=clock, fetch=self._fetch, post=self._post,
            auto_activate=True,
            **places,
        )  # fmt: skip
        self.lms = create_practice_lms(practice)
        self.platform: Platform = self.lms.state.platform
        self.origins = practice.origins()
        self.servers.update({origin: Client(self.lms, base_url=origin) for origin in self.origins})

    def _fetch(self, url: str) -> FetchedAnswer:
        return FetchedAnswer(200, Client(self.tool, base_url=TOOL).get(url).content)

    def _post(self, url: str, body: bytes) -> int:
        sent = Client(self.tool, base_url=TOOL).post(url, content=body, headers={"content-type": "application/json"})
        return int(sent.status_code)

    def walker(self) -> Walker:
        return Walker({TOOL: self.tool, **dict.fromkeys(self.origins, self.lms)})

    def invite(self, name: str = "Test University") -> str:
        """An invitation link, as the command line prints it."""
        with self.house.database.writing() as db:
            return f"{TOOL}/lti/register/{invite(db, name=name, now=self.house.clock())}"

    def register(self, link: str | None = None) -> Any:
        """The LMS's side of a dynamic registration: its administrator presses the button. The LMS's registration."""
        browser: Any = Client(self.tool, base_url=TOOL)
        return register_tool(self.platform, link or self.invite(), browser=browser)

    def list_registrations(self) -> list[Registration]:
        with self.house.database.reading() as db:
            return list(db.scalars(select(Registration).order_by(Registration.id)))

    def open(self, person_id: str, path: str, walker: Walker | None = None, **acting: str) -> Any:
        """Becomes that person in the LMS and opens a launch page of it; the page on which they land."""
        walker = walker or self.walker()
        query = "&".join([f"next={path}", *(f"{name}={value}" for name, value in acting.items())])
        walker.client(SCHOOL).get(f"{SCHOOL}/as/{person_id}?{query}")
        walker.share_cookies(SCHOOL, self.origins)
        to_platform = walker.send(walker.client(SCHOOL).get(f"{SCHOOL}{path}"))
        return walker.send(to_platform)

    def close(self) -> None:
        self.house.database.close()
