"""A Cairn with two honest institutions and as many hostile ones as a test wants, and the world outside as they make it.

Addresses are checked as in production; whatever passes is answered by a site of this process.
"""

import io
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter
from sqlalchemy import select
from urllib3 import HTTPResponse

from app.lti import paging
from app.lti.roster import staging
from app.main import create_app, list_jobs
from app.membership.models import Context, Institution
from app.membership.roles import Right
from app.membership.service import grant
from app.outbound import watch
from app.outbound.addresses import AddressRules
from app.outbound.http import Outbound
from app.progress import service as progress_service
from app.progress.rules import FactKind
from tests.attack_kit import COUNT_ALL
from tests.lti_kit import (
    AGS_CLAIM,
    AGS_SCOPE,
    INSTRUCTOR,
    ISSUER,
    FakePlatform,
    SignedIn,
    Tool,
    find_or_make_registration,
    jwk_of,
    make_key,
)
from tests.roster_kit import NRPS_CLAIM, member

FAR_ISSUER = "https://far-lms.test"
HOME = "https://lms.test"
MODULE = "module/m0"
ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
FEW_PAGES, FEW_MEMBERS = 12, 200
GRADES = [f"{AGS_SCOPE}{name}" for name in ("score", "lineitem", "result.readonly")]
# Names of this world that lead somewhere else than to a public machine.
NAMES = {
    "private.test": ["10.1.2.3"], "two-faced.test": ["203.0.112.7", "127.0.0.1"], "localhost": ["127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
}  # fmt: skip
PUBLIC = "198.51.99.7"


@dataclass(frozen=True)
class Reply:
    """What a site answers; `body` may be a file that never ends."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> "Reply":
        """A JSON answer."""
        return cls(status, json.dumps(value).encode(), headers)


class WireTime:
    """The seconds of the wire: those of the machine, and those that a slow site takes at one stroke."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic, self._lost = monotonic, 0.0

    def monotonic(self) -> float:
        return self._monotonic() + self._lost

    def lose(self, seconds: float) -> None:
        self._lost += seconds


@contextmanager
def wire_time() -> Iterator[WireTime]:
    """A slow answer takes no time of the test's: it moves the clock by which a call ends."""
    made = WireTime(watch.time.monotonic)
    with pytest.MonkeyPatch.context() as patch:
        for module in (watch, paging):
            patch.setattr(module, "time", made)
        yield made


@contextmanager
def lower_limits() -> Iterator[None]:
    """Ends without end are reached sooner; the real numbers are asserted where this is used."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "MOST_PAGES", FEW_PAGES)
        patch.setattr(staging, "MOST_PAGES", FEW_PAGES)
        patch.setattr(staging, "MOST_MEMBERS", FEW_MEMBERS)
        yield


class Drip(io.BufferedIOBase):
    """One byte a second, without an end."""

    def __init__(self, time: WireTime) -> None:
        super().__init__()
        self._time = time

    def read1(self, _size: int = -1) -> bytes:
        self._time.lose(1)
        return b" "

    read = read1


class Flood(io.BufferedIOBase):
    """As much as is asked for, without an end."""

    def read1(self, size: int = -1) -> bytes:
        return b" " * max(size, 1)

    read = read1


Serve = Callable[[requests.PreparedRequest], Reply]


class Wire(BaseAdapter):
    """The world outside. `asked` lists what a checked address was asked for."""

    def __init__(self, time: WireTime) -> None:
        super().__init__()
        self.time = time
        self.sites: dict[str, Serve] = {}
        self.asked: list[str] = []
        self.rules = AddressRules(resolve=self._resolve)

    def _resolve(self, host: str, port: int) -> list[str]:
        if host in NAMES or host.endswith(".test"):
            return NAMES.get(host, [PUBLIC])
        return [str(one[4][0]) for one in socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)]

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        url = request.url or ""
        parts = urlsplit(url)
        self.rules.find_addresses(parts.hostname or "", parts.port or 443, is_secure=parts.scheme == "https")
        self.asked.append(url)
        serve = self.sites.get(parts.netloc)
        if serve is None:
            raise requests.ConnectionError("nobody is there")
        reply = serve(request)
        response = requests.Response()
        response.request, response.url, response.status_code = request, url, reply.status
        response.headers.update(reply.headers)
        body = io.BytesIO(reply.body) if isinstance(reply.body, bytes) else reply.body
        response.raw = HTTPResponse(body, preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is open."""


class Site:
    """The services of one LMS, honest unless `answers` says otherwise: path to what answers there."""

    def __init__(self, platform: FakePlatform, host: str) -> None:
        self.platform, self.host = platform, host
        self.answers: dict[str, Serve] = {}
        self.members: list[dict[str, Any]] = [member("learner-1"), member("learner-2")]

    def __call__(self, request: requests.PreparedRequest) -> Reply:
        path = urlsplit(request.url or "").path
        if path in self.answers:
            return self.answers[path](request)
        if path == "/jwks":
            return Reply.of(self.platform.keys)
        if path == "/token":
            return Reply.of({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})
        if path == "/members":
            return Reply.of({"id": "x", "context": {"id": "course-1"}, "members": self.members})
        return Reply.of([] if path == "/lineitems" else {})

    def says(self, path: str, reply: Reply | Serve) -> None:
        self.answers[path] = reply if callable(reply) else lambda _request: reply


@dataclass(frozen=True)
class Watched:
    """A page that a hostile neighbour must not change, and who opens it."""

    who: SignedIn
    path: str

    def read(self) -> tuple[Any, ...]:
        """Everything of the answer, its headers too. Nothing is left out of the comparison."""
        answer = self.who.get(self.path)
        assert answer.status_code == 200, (self.path, answer.text[:500])
        return self.path, answer.status_code, tuple(sorted(answer.headers.items())), answer.content


class World(Tool):
    """Cairn with *Test University*, whose issuer the hostile ones share, and *Far School*, each with a course.

    `clock` is set back after each row, so what was said in it is compared at the same moment.
    """

    def __init__(self, settings: Any, clock: Any, time: WireTime) -> None:
        self.clock, self.time, self.wire = clock, time, Wire(time)
        outbound = Outbound(self.wire.rules, make_adapter=lambda _rules: self.wire)
        self.app = create_app(settings, clock=clock, outbound=outbound)
        self.house = self.app.state.house
        self._count = 0
        self.pages: list[Watched] = []
        self.near = self._settle("Test University", ISSUER)
        self.far = self._settle("Far School", FAR_ISSUER)
        self.platform = self.near.platform

    def _settle(self, institution: str, issuer: str) -> "Neighbour":
        here = Neighbour(self, institution, issuer, urlsplit(issuer).netloc)
        learner = here.opens("learner-1", **here.services())
        here.opens("learner-2")
        staff = here.opens("staff", roles=[INSTRUCTOR], **here.services())
        admin = here.administrator()
        here.mark()
        here.complete(learner)
        self.works_off()
        assert staff.context is not None
        self.pages += [
            Watched(learner, "/"),
            Watched(staff, str(self.app.url_path_for("dashboard.course", context=staff.context.uuid))),
            Watched(admin, str(self.app.url_path_for("admin.health"))),
        ]
        return here

    def read_pages(self) -> list[tuple[Any, ...]]:
        return [page.read() for page in self.pages]

    def hostile(self) -> "Neighbour":
        """A new hostile institution. Unless it says otherwise, all its ids are those of Test University's learner."""
        self._count += 1
        return Neighbour(self, f"Hostile College {self._count}", ISSUER, f"hostile-{self._count}.test")

    def works_off(self) -> None:
        """Drains every lane that is due, as an engine would, until none is."""
        by_kind = {job.kind: job for job in list_jobs()}
        for _ in range(500):
            with self.house.database.reading() as db:
                due = [(job.kind, lane) for job in by_kind.values() for lane in job.list_due(db, self.clock())]
            if not due:
                return
            for kind, lane in due:
                by_kind[kind].drain(self.house, lane)
        raise AssertionError("the jobs do not come to rest")

    def count_rows(self) -> tuple[int, ...]:
        with self.house.database.reading() as db:
            return tuple(db.execute(COUNT_ALL).one())


class Neighbour:
    """One institution with its LMS: `site` are its services, `platform` signs."""

    def __init__(self, world: World, institution: str, issuer: str, host: str) -> None:
        self.world, self.institution, self.host = world, institution, host
        with world.house.database.writing() as db:
            row = find_or_make_registration(db, institution=institution, issuer=issuer, now=world.clock())
            row.keyset_url, row.token_url = f"https://{host}/jwks", f"https://{host}/token"
            self.registration_id, self.uuid, client_id = row.id, row.uuid, row.client_id
        self.platform = FakePlatform(issuer, client_id, self.registration_id, world.clock)
        # Nobody has a neighbour's key, though all call theirs by the same name.
        self.platform.key = make_key(institution.partition(" College")[0])
        self.platform.keys = {"keys": [jwk_of(self.platform.key, self.platform.kid)]}
        self.site = Site(self.platform, host)
        world.wire.sites[host] = self.site

    @property
    def institution_id(self) -> int:
        with self.world.house.database.reading() as db:
            return db.scalars(select(Institution.id).where(Institution.name == self.institution)).one()

    def at(self, path: str) -> str:
        return path if "://" in path else f"https://{self.host}{path}"

    def services(self, *, roster: Any = "/members", line_item: Any = "/item/1", line_items: Any = None) -> Any:
        """The claims of a roster and a gradebook; a path lies on this LMS's own host."""
        grades = {"scope": GRADES, "lineitem": line_item, "lineitems": line_items}
        grades = {name: self.at(one) if isinstance(one, str) else one for name, one in grades.items() if one}
        where = self.at(roster) if isinstance(roster, str) else roster
        return {
            NRPS_CLAIM: {"context_memberships_url": where, "service_versions": ["2.0"]}, AGS_CLAIM: grades,
            "custom": {"cairn_key": MODULE},
        }  # fmt: skip

    def launches(self, **changes: Any) -> Any:
        """The answer to a launch, whatever it is."""
        return self.world.browser().launch(self.platform, **changes)

    def launches_in_ascii(self, **changes: Any) -> Any:
        """The same with every odd character escaped, halves of characters too."""
        browser = self.world.browser()
        started = browser.log_in(self.platform)
        claims = self.platform.claims(**{"nonce": started.nonce, **changes})
        return browser.post_launch(self.platform.sign(json.dumps(claims).encode()), started.state)

    def opens(self, sub: str = "learner-1", **changes: Any) -> SignedIn:
        """Somebody whom a launch let in."""
        return self.world.launch_as(sub, platform=self.platform, **changes)

    def administrator(self) -> SignedIn:
        here = self.opens("admin", name="Ari Admin", roles=[ADMINISTRATOR], tool_platform=...)
        with self.world.house.database.writing() as db:
            grant(db, user=here.user, right=Right.LMS_ADMIN, by=None, now=self.world.clock())
        return here

    def mark(self) -> None:
        """Its office says that all its courses are training courses."""
        with self.world.house.database.writing() as db:
            for context in db.scalars(select(Context).where(Context.institution_id == self.institution_id)):
                context.marked_at = self.world.clock()

    def complete(self, here: SignedIn) -> None:
        with self.world.house.database.writing() as db:
            now = self.world.clock()
            progress_service.record(db, user=here.user, kind=FactKind.COMPLETED, key=MODULE, at=now)
            for hook in self.world.house.before_commit:
                hook(db)

    def reads_roster(self, claims: Any = None, **changes: Any) -> SignedIn:
        """Staff open the course, its office marks it, and its roster is read. `changes` as in `services`."""
        staff = self.opens("staff", **{"roles": [INSTRUCTOR], **self.services(**changes), **(claims or {})})
        self.mark()
        self.world.works_off()
        return staff

    def sends_score(self, **changes: Any) -> SignedIn:
        """A learner opens a link with a column, completes it, and the score is sent."""
        learner = self.opens("learner-1", **self.services(**changes))
        self.complete(learner)
        self.world.works_off()
        return learner

    def makes_column(self) -> SignedIn:
        """Staff open a link without a column, and ask for one. What it is made of stands at /lineitems."""
        staff = self.opens(
            "staff", roles=[INSTRUCTOR], **self.services(line_item=None, line_items="/lineitems", roster=None)
        )
        self.mark()
        assert staff.context is not None
        path = str(self.world.app.url_path_for("lti.columns", context=staff.context.uuid))
        offer = staff.get(path).text.partition('name="offer" value="')[2].partition('"')[0]
        assert staff.post(path, offer=offer).status_code == 303
        self.world.works_off()
        return staff
