"""Strict gradebooks behind one transport, without a server: for tests of thousands of scores on the injected clock.

Each site takes scores by the rules of one LMS, believes no token but its own, and does to each call what a test's
`trouble` says. The practice LMS stays the judge of what a score looks like; here time and numbers are judged.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session
from urllib3 import HTTPResponse

from app.lti import deliveries
from app.lti.models import Deployment, LineItem, LinkUser, Registration, ResourceLink
from app.membership.models import Context, Institution, Platform, User
from app.outbound.addresses import AddressRules
from app.outbound.http import Outbound
from app.progress.models import Fact
from app.progress.rules import FactKind
from app.web.house import House

MODULE = "module/m0"
TOKEN_SECONDS = 3600


@dataclass
class Cell:
    """What a gradebook holds of one person in one column. `changes` counts effective updates by the tool."""

    score: float
    at: datetime
    changes: int = 1
    submissions: int = 1
    by: str = "tool"


@dataclass(frozen=True)
class Knock:
    """One score that arrived at the door, whatever came of it."""

    at: datetime
    column: str
    sub: str
    status: int | None


# What becomes of a call: a status with its text and Retry-After, "down" (never connected), "lost" (applied, the answer
# dropped), "broken" (not applied, the answer dropped), or None: served.
Trouble = Callable[[str, int], Any]


@dataclass
class Site:
    """One LMS. `trouble(cell, nth)` is asked at each call: "token", or column and person, and the how manieth it is."""

    name: str
    kind: str
    clock: Callable[[], datetime]
    trouble: Trouble = lambda _cell, _nth: None
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    knocks: list[Knock] = field(default_factory=list)
    tokens: dict[str, datetime] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        return f"https://{self.name}.double.test"

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, str, str | None] | None:
        """Status, text and Retry-After; None for an answer that never comes. Raises ConnectionError when down."""
        if path == "/token":
            return self._disturb("token", self._give_token)
        column = re.fullmatch(r"(/lineitem/\d+)/scores", path)
        assert column, path
        score = json.loads(body)
        bearer = str(headers["authorization"]).removeprefix("Bearer ")
        answer = self._disturb(f"{column[1]} {score['userId']}", lambda: self._take(column[1], score, bearer))
        self.knocks.append(Knock(self.clock(), column[1], score["userId"], answer[0] if answer else None))
        return answer

    def _disturb(self, cell: str, serve: Callable[[], tuple[int, str, str | None]]) -> Any:
        self.asked[cell] += 1
        what = self.trouble(cell, self.asked[cell])
        if what == "down":
            self.knocks.append(Knock(self.clock(), "", cell, None))
            raise requests.ConnectionError("nobody listens")
        if what == "broken":
            return None
        if what == "lost":
            serve()
            return None
        return serve() if what is None else what

    def _give_token(self) -> tuple[int, str, str | None]:
        token = f"{self.name}-{len(self.tokens)}"
        self.tokens[token] = self.clock() + timedelta(seconds=TOKEN_SECONDS)
        return 200, json.dumps({"access_token": token, "expires_in": TOKEN_SECONDS}), None

    def _take(self, column: str, score: dict[str, Any], bearer: str) -> tuple[int, str, str | None]:
        if self.tokens.get(bearer, self.clock()) <= self.clock():
            return 401, "", None
        assert (score["scoreGiven"], score["scoreMaximum"], score["gradingProgress"]) == (1, 1, "FullyGraded")
        assert score["userId"].startswith(self.name), "a person of another institution"
        return self._store((column, score["userId"]), score, datetime.fromisoformat(score["timestamp"]))

    def _store(self, cell: tuple[str, str], score: dict[str, Any], at: datetime) -> tuple[int, str, str | None]:
        known = self.cells.get(cell)
        extension = score.get("https://canvas.instructure.com/lti/submission", {})
        if known is None:
            self.cells[cell] = Cell(1, at)
            return 200, "", None
        if self.kind == "moodle" and at.replace(microsecond=0) <= known.at.replace(microsecond=0):
            return 409, "", None
        if self.kind == "canvas" and at < known.at:
            return 400, "Provided timestamp of x before last updated timestamp of y", None
        known.submissions += extension.get("new_submission", True) is not False
        known.changes += at != known.at
        known.at = at
        if not (known.by == "teacher" and extension.get("prioritize_non_tool_grade")):
            known.score = 1
        return 200, "", None


class _Door(BaseAdapter):
    """The transport: each site's calls to that site, all others to nobody."""

    def __init__(self, sites: dict[str, Site]) -> None:
        super().__init__()
        self._sites = sites

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        body = request.body or b""
        site = self._sites[f"{parts.scheme}://{parts.netloc}"]
        answer = site.answer(parts.path, request.headers, body if isinstance(body, bytes) else body.encode())
        if answer is None:
            raise requests.exceptions.ChunkedEncodingError("the answer was dropped")
        response = requests.Response()
        response.status_code = answer[0]
        if answer[2] is not None:
            response.headers["retry-after"] = answer[2]
        response.raw = HTTPResponse(BytesIO(answer[1].encode()), preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is open."""


def house_with(app: Any, *sites: Site) -> House:
    """The app's house, its calls led to these sites."""
    by_origin = {site.url: site for site in sites}
    house: House = app.state.house
    return replace(
        house, outbound=Outbound(AddressRules(is_development=False), make_adapter=lambda _r: _Door(by_origin))
    )


@dataclass(frozen=True)
class Owing:
    """An institution at that site, with people who opened one link; ids of all of them."""

    site: Site
    registration_id: int
    institution_id: int
    link_id: int
    user_ids: list[int]

    @property
    def lane(self) -> str:
        return str(self.registration_id)

    def complete(self, house: House, user_ids: list[int] | None = None) -> None:
        """These people complete the module; what is owed is derived as at a launch, that of all as for a new column."""
        row = {"institution_id": self.institution_id, "kind": FactKind.COMPLETED, "key": MODULE, "at": house.clock()}
        with house.database.writing() as db:
            db.execute(insert(Fact), [{**row, "user_id": one} for one in user_ids or self.user_ids])
            if user_ids is not None:
                self._open_again(db, user_ids, house.clock())
                return
        count_rows_anew(house)
        found = 500
        while found == 500:
            with house.database.writing() as db:
                link = db.get_one(ResourceLink, self.link_id)
                found = deliveries.derive_for_link(db, link=link, most=500, now=house.clock())

    def _open_again(self, db: Session, user_ids: list[int], now: datetime) -> None:
        link = db.get_one(ResourceLink, self.link_id)
        ours = User.institution_id == self.institution_id
        for user in db.scalars(select(User).where(ours, User.id.in_(user_ids))):
            deliveries.derive_for_launch(db, link=link, user=user, now=now)


def count_rows_anew(house: House) -> None:
    """What PostgreSQL's autovacuum, which the test cluster lacks, would tell the planner."""
    if not house.database.is_sqlite:
        with house.database.writing() as db:
            db.execute(text("ANALYZE"))


def settle_people(house: House, site: Site, *, people: int) -> Owing:
    """An institution of its own with a registration, a course, a link with a column, and that many learners."""
    now = house.clock()
    with house.database.writing() as db:
        tenant = _add(db, Institution(name=site.name, created_at=now))
        place = _add(db, Platform(institution_id=tenant.id, name=site.name, product=site.kind, created_at=now))
        registration = _add(
            db,
            Registration(
                platform_id=place.id, issuer=site.url, client_id="the same at all", product=site.kind,
                authorization_url=site.url, token_url=f"{site.url}/token", keyset_url=site.url, created_at=now,
                updated_at=now,
            ),
        )  # fmt: skip
        deployment = _add(
            db,
            Deployment(
                registration_id=registration.id, platform_id=place.id, platform_deployment_id="1", created_at=now
            ),
        )
        tenant_id = {"institution_id": tenant.id}
        course = _add(
            db,
            Context(**tenant_id, platform_id=place.id, deployment_id=deployment.id, platform_context_id="2",
                    created_at=now),
        )  # fmt: skip
        link = _add(
            db,
            ResourceLink(**tenant_id, deployment_id=deployment.id, context_id=course.id, platform_link_id="1",
                         key=MODULE, created_at=now),
        )  # fmt: skip
        _add(db, LineItem(**tenant_id, resource_link_id=link.id, url=f"{site.url}/lineitem/1", seen_at=now))
        rows = [
            {**tenant_id, "platform_id": place.id, "sub": f"{site.name}-{number}", "created_at": now}
            for number in range(people)
        ]
        db.execute(insert(User), rows)
        ids = list(db.scalars(select(User.id).where(User.institution_id == tenant.id).order_by(User.id)))
        seen = {**tenant_id, "resource_link_id": link.id, "is_gradable": True, "seen_at": now}
        db.execute(insert(LinkUser), [{**seen, "user_id": one} for one in ids])
        owing = Owing(site, registration.id, tenant.id, link.id, ids)
    count_rows_anew(house)
    return owing


def _add(db: Any, row: Any) -> Any:
    db.add(row)
    db.flush()
    return row
