"""Courses with rosters: the practice LMS as judge, and a roster service that says whatever a test wants."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, update
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.lti.roster.job import drain
from app.lti.roster.models import RosterEntry, RosterPage, RosterReading
from app.lti.roster.rules import MEMBERS_TYPE
from app.lti.roster.runs import list_due_lanes
from app.membership.models import Context, Membership, Roster, User
from app.progress.models import Fact
from app.web.house import House
from tests.clients import Client
from tests.lti_kit import INSTRUCTOR, ISSUER, LEARNER, SignedIn, Tool
from tests.practice_kit import Campus

NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
TEACHER = "3"


def member(sub: str, **more: Any) -> dict[str, Any]:
    """A member as the standard writes one; None takes a part out."""
    made = {"user_id": sub, "roles": [LEARNER], "name": f"Person {sub}", "email": f"{sub}@example.test", **more}
    return {name: value for name, value in made.items() if value is not None}


def count_rows_of(house: House, model: Any, *where: Any) -> int:
    with house.database.reading() as db:
        return db.scalar(select(func.count()).select_from(model).where(*where)) or 0


class Reader:
    """What a test wants to know of rosters that a house has read."""

    house: House

    def works_off(self, *, most: int = 50) -> int:
        """Drains every lane that is due, as an engine would, until none is. How many batches it took."""
        for batch in range(most):
            lanes = self.due()
            if not lanes:
                return batch
            drain(self.house, lanes[0])
        raise AssertionError("the rosters do not come to rest")

    def reads_now(self) -> None:
        """Every roster is due, whatever its time was."""
        with self.house.database.writing() as db:
            db.execute(update(Roster).values(due_at=self.house.clock()))
        self.works_off()

    def due(self) -> list[str]:
        with self.house.database.reading() as db:
            return list_due_lanes(db, self.house.clock())

    def rows(self, model: Any) -> list[Any]:
        with self.house.database.reading() as db:
            return list(db.scalars(select(model).order_by(model.id)))

    def roster(self) -> Roster:
        (only,) = self.rows(Roster)
        return only

    def reading(self) -> RosterReading:
        (only,) = self.rows(RosterReading)
        return only

    def leftovers(self) -> int:
        return count_rows_of(self.house, RosterEntry) + count_rows_of(self.house, RosterPage)

    def people(self) -> dict[str, str]:
        """Identifier to what the person is in the course: learner, staff, left, or visitor."""
        with self.house.database.reading() as db:
            rows = db.execute(select(User.sub, Membership).join(Membership, Membership.user_id == User.id))
            return {sub: _state_of(membership) for sub, membership in rows}

    def learners(self) -> set[str]:
        return {sub for sub, state in self.people().items() if state == "learner"}

    def names(self) -> dict[str, str | None]:
        return {user.sub: user.name for user in self.rows(User)}

    def facts(self) -> list[tuple[str, str]]:
        """Identifier and kind of each joining and leaving, oldest first."""
        with self.house.database.reading() as db:
            query = select(User.sub, Fact.kind).join(Fact, Fact.user_id == User.id).order_by(Fact.id)
            return [(sub, kind) for sub, kind in db.execute(query) if kind in {"joined", "left"}]

    def mark(self) -> None:
        """The office says that every course is a training course."""
        with self.house.database.writing() as db:
            for context in db.scalars(select(Context)):
                context.marked_at = self.house.clock()


def _state_of(membership: Membership) -> str:
    if membership.left_at is not None:
        return "left"
    if membership.is_staff:
        return "staff"
    return "learner" if membership.is_learner else "visitor"


class School(Campus, Reader):
    """A practice LMS in whose course 2 the tool is placed and marked: its roster waits to be read."""

    def open_course(self, person_id: str = TEACHER) -> None:
        self.register()
        self.open(person_id, "/course/2/launch/1")
        self.mark()

    def subs(self, *person_ids: str) -> set[str]:
        return {self.platform.sub_of(person_id) for person_id in person_ids}

    def asked(self) -> tuple[Any, ...]:
        return self.platform.calls_to("members")


class FakeRoster:
    """A roster service at the issuer of a tool's platform.

    `members` are given out in pages of `page_size`; `answers` (path and query to an answer) go before them. `asked` are
    the addresses asked for, byte for byte, `tokens` the grants asked for.
    """

    def __init__(self) -> None:
        self.members: list[dict[str, Any]] = []
        self.page_size = 100
        self.answers: dict[str, Callable[[], Response]] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.tokens: list[dict[str, str]] = []
        self.differences: str | None = None

    def app(self) -> Starlette:
        return Starlette(
            routes=[Route("/token", self._give_token, methods=["POST"]), Route("/{rest:path}", self._answer)]
        )

    async def _give_token(self, request: Any) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        self.tokens.append(form)
        return JSONResponse({"access_token": f"token-{len(self.tokens)}", "expires_in": 3600, "token_type": "Bearer"})

    async def _answer(self, request: Any) -> Response:
        query = request.scope["query_string"].decode()
        asked = request.scope["raw_path"].decode() + (f"?{query}" if query else "")
        self.asked.append(asked)
        self.headers.append(dict(request.headers))
        if asked in self.answers:
            return self.answers[asked]()
        start = int(request.query_params.get("from", "0"))
        following = start + self.page_size
        links = [f'<{ISSUER}/members?from={following}>; rel="next"'] if following < len(self.members) else []
        if self.differences and not links:
            links.append(f'<{self.differences}>; rel="differences"')
        return page(self.members[start:following], ", ".join(links))


def page(members: Any, link: str = "", status: int = 200) -> Response:
    headers = {"link": link} if link else {}
    body = {"id": "x", "context": {"id": "course-1"}, "members": members}
    return Response(json.dumps(body), status, headers, MEMBERS_TYPE)


class RosterTool(Tool, Reader):
    """A tool whose platform has the roster `self.service`."""

    def __init__(self, settings: Any, clock: Callable[[], Any]) -> None:
        super().__init__(settings, clock)
        self.service = FakeRoster()
        self._servers[ISSUER] = Client(self.service.app(), base_url=ISSUER)

    def enters(self, sub: str = "staff", *, url: Any = f"{ISSUER}/members", **changes: Any) -> SignedIn:
        """A launch that names the roster; of staff, unless other roles are given."""
        changes.setdefault("roles", [INSTRUCTOR])
        return self.launch_as(
            sub, **{NRPS_CLAIM: {"context_memberships_url": url, "service_versions": ["2.0"]}}, **changes
        )

    def reads(self, *members: dict[str, Any]) -> None:
        """A first launch by staff, the course marked, and its roster read."""
        self.service.members = list(members)
        self.enters()
        self.mark()
        self.works_off()

    def reads_again(self, *members: dict[str, Any]) -> None:
        self.service.members = list(members)
        self.clock.pass_by(minutes=10)
        self.reads_now()


@pytest.fixture
def tool(settings: Any, clock: Any) -> Iterator[RosterTool]:
    """In a conftest.py: `from tests.roster_kit import tool as tool`."""
    made = RosterTool(settings, clock)
    yield made
    made.close()


@pytest.fixture(params=["moodle", "canvas"])
def school(request: Any, settings: Any, clock: Any) -> Iterator[School]:
    made = School(settings, clock, request.param)
    yield made
    made.close()
