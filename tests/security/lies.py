"""What a row of the table of lies is: who tells what, and which of four things may come of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from sqlalchemy import select

from app.lti.models import Delivery, ServiceHealth
from tests.attack_kit import assert_human_page, code_of, opens_session
from tests.hostile_kit import Neighbour, World
from tests.lti_kit import SignedIn
from tests.security.xss import assert_no_markup_of, read_skeleton

HARMLESS = "Ada Learner"


@dataclass(frozen=True)
class Told:
    """A lie as it was told: by whom, what came back (an answer, or somebody signed in), the rows before and after."""

    here: Neighbour
    told: Any
    rows_before: tuple[int, ...]
    rows_after: tuple[int, ...]

    @property
    def world(self) -> World:
        return self.here.world


@dataclass(frozen=True)
class Refused:
    """A page says no, with one of these codes, and nothing is kept."""

    codes: tuple[str, ...]
    state = "refused"

    def check(self, told: Told) -> None:
        answer = told.told
        assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:500])
        assert not opens_session(answer)
        assert told.rows_after == told.rows_before
        if answer.headers["content-type"].startswith("text/html"):
            assert_human_page(answer)
            assert code_of(answer) in self.codes
        else:
            assert answer.json()["error"] in self.codes


@dataclass(frozen=True)
class Off:
    """The service is off for its own institution, whose administrator reads so, with one of these reasons."""

    service: str
    reasons: tuple[str, ...]
    state = "service off, with a notice"

    def check(self, told: Told) -> None:
        with told.world.house.database.reading() as db:
            row = db.get(ServiceHealth, (told.here.registration_id, self.service))
        assert row is not None
        assert (row.is_good, row.last_bad_reason in self.reasons) == (False, True), row.last_bad_reason
        page = unescape(read_health(told.here))
        assert "Not working" in page
        assert f"code {row.last_bad_reason}" in page


@dataclass(frozen=True)
class Unsent:
    """A completion does not reach its gradebook, and the institution's own pages say so."""

    reasons: tuple[str, ...]
    # Cairn tries again by itself.
    is_waiting: bool = False
    state = "service off, with a notice"

    def check(self, told: Told) -> None:
        with told.world.house.database.reading() as db:
            row = db.scalars(select(Delivery).where(Delivery.registration_id == told.here.registration_id)).one()
        assert row.reason in self.reasons, (row.state, row.reason)
        assert (row.next_at is not None, row.state == "refused") == (self.is_waiting, not self.is_waiting)
        page = unescape(read_health(told.here))
        assert ("1 waiting" if self.is_waiting else "1 refused by the LMS") in page
        home = told.told.get("/")
        assert home.status_code == 200


@dataclass(frozen=True)
class Text:
    """It stands on its own institution's page as this text, and the page is built as any other."""

    text: str
    where: str = "home"
    said: str = ""
    state = "shown as text only"

    def check(self, told: Told) -> None:
        html = read_page(self.where, told.here, told.told)
        skeleton = read_skeleton(html)
        # What controls a line is a blank in it.
        assert any(self.text in " ".join(text.split()) for text in skeleton.texts), self.text
        assert skeleton.parts == _read_harmless(told.world, self.where)
        assert_no_markup_of(self.said or self.text, html)
        assert not set(html) & set("\0\x1b\x07\x9b\u202e\u2066\u200f")


@dataclass(frozen=True)
class Own:
    """It is believed of its own people and courses, gives nobody a right, and reaches nothing of anybody else."""

    proves: Callable[[Told], object]
    state = "its own affair"

    def check(self, told: Told) -> None:
        if not isinstance(told.told, SignedIn):
            assert told.told.status_code in {200, 303}, told.told.text[:500]
        assert self.proves(told) is not False


@dataclass(frozen=True)
class Lie:
    """One row."""

    about: str
    what: str
    tell: Callable[[Neighbour], Any]
    expected: Refused | Off | Unsent | Text | Own

    @property
    def id(self) -> str:
        return f"{self.about}: {self.what}"


def refused(*codes: str) -> Refused:
    return Refused(codes)


def off(service: str, *reasons: str) -> Off:
    return Off(service, reasons)


def unsent(*reasons: str, is_waiting: bool = False) -> Unsent:
    return Unsent(reasons, is_waiting)


def read_health(here: Neighbour) -> str:
    return str(here.administrator().get(str(here.world.app.url_path_for("admin.health"))).text)


def read_page(where: str, here: Neighbour, told: SignedIn) -> str:
    """`home` of whoever launched, the `list` of their course, or its administrator's `connection`."""
    path = "/"
    if where == "connection":
        told, path = here.administrator(), str(here.world.app.url_path_for("admin.connection", connection=here.uuid))
    if where == "list":
        assert told.context is not None
        path = str(here.world.app.url_path_for("dashboard.course", context=told.context.uuid))
    answer = told.get(path)
    assert answer.status_code == 200, answer.text[:500]
    # Whose course or connection it is stands in its links.
    return re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", answer.text)


@cache
def _read_harmless(world: World, where: str) -> list[tuple[str, ...]]:
    """What such a page is built of where nobody lies."""
    here = world.hostile()
    told = here.reads_roster() if where == "list" else here.opens(name=HARMLESS)
    return read_skeleton(read_page(where, here, told)).parts
