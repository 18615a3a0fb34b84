"""Three institutions in one Cairn whose platforms call everything alike, and everybody in them.

Two share the issuer, two share one registration and differ by deployment. All have the same people, courses, links,
e-mail addresses. Whatever an institution's people or its LMS say carries the institution's mark, so that a mark on a
page tells whose words stand there.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lti.models import Deployment, Registration
from app.main import create_app, list_jobs
from app.membership.models import Context, Institution, Platform, User
from app.membership.roles import Right
from app.membership.service import grant
from app.outbound.http import Outbound
from app.progress import service as progress_service
from app.progress.rules import FactKind
from tests.every_admin_page import AtConsole, open_console
from tests.forms_kit import Offers, OpenForm
from tests.hostile_kit import ADMINISTRATOR, GRADES, MODULE, Reply, Wire, WireTime
from tests.lti_kit import AGS_CLAIM, INSTRUCTOR, ISSUER, LEARNER, FakePlatform, SignedIn, Tool, jwk_of, make_key
from tests.roster_kit import NRPS_CLAIM, member

OK, UNAUTHORIZED = 200, 401
MARKS = ("alphamark", "betamark", "gammamark")
LEARNERS, STAFF, OFFICE, ADMIN = ("learner-1", "learner-2"), "staff", "office", "admin"
PEOPLE = (*LEARNERS, STAFF, OFFICE, ADMIN)
ROLES = {STAFF: [INSTRUCTOR], ADMIN: [ADMINISTRATOR]}
COURSES, LINKS = ("course-1", "course-2"), ("link-1", "link-2")
KEYS = ("home", MODULE, "course-list", None)
# Where everybody begins; the rest is found by following links.
BEGINNINGS = {
    STAFF: ("/",),
    OFFICE: ("/office/courses",),
    ADMIN: ("/admin", "/admin/people?q=learner", "/admin/received"),
}
LEARNERS_BEGINNINGS = (
    "/",
    "/who-can-see-what",
    "/admin/code",
    "/modules/m0-roles/reflection",
    "/modules/m0-roles/task",
)
OPERATORS_BEGINNINGS = ("/operator",)
# What is downloaded by a form.
EXPORTS = {ADMIN: ("/admin/diagnosis",)}
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
# What an author wrote is the same for everybody: one module stands for all, whose pages are of the same kinds.
PROSE = re.compile(r"/modules/(?!m0-)|/job-aid|\.(?:css|js|svg|woff2)$|/static/")
# What everybody has as a learner; of staff, the office and admins it need not be looked at each time.
LEARNERS_OWN = re.compile(r"/modules/|/self-assessment|/help$")
# These end what the world needs, or belong to nobody: closing a connection, leaving, the signing keys.
LEFT_ALONE = re.compile(r"/close$|/leave$|/operator/(?:connections|keys|deployments)")


@dataclass
class Tenant:
    """One institution: its mark, its platform with the deployment that is its own, and who is signed in."""

    mark: str
    platform: FakePlatform
    deployment: str
    institution_id: int
    site: Any
    people: dict[str, SignedIn] = field(default_factory=dict)
    # The addresses that each person has seen last.
    seen: dict[str, list[str]] = field(default_factory=dict)
    completed: set[str] = field(default_factory=set)

    @property
    def host(self) -> str:
        return f"{self.mark}.test"

    def claims(self, sub: str, *, course: str, link: str, key: str | None) -> dict[str, Any]:
        """What its LMS says of a launch: all ids are everybody's, all words its own."""
        at, mark = f"https://{self.host}", self.mark
        return {
            "sub": sub, "name": f"{sub.title()} {mark}", "email": f"{sub}@example.test",
            "deployment_id": self.deployment, "roles": ROLES.get(sub, [LEARNER]),
            "context": {"id": course, "title": f"{course} {mark}", "label": mark, "type": ["CourseSection"]},
            "resource_link": {"id": link, "title": f"{link} {mark}"},
            "launch_presentation": {"return_url": f"{at}/back", "locale": "en"},
            "custom": {} if key is None else {"cairn_key": key},
            NRPS_CLAIM: {"context_memberships_url": f"{at}/members/{course}", "service_versions": ["2.0"]},
            AGS_CLAIM: {"scope": GRADES, "lineitem": f"{at}/items/{link}", "lineitems": f"{at}/items"},
        }  # fmt: skip


class TenantWorld(Tool):
    """The three of them, and the operator."""

    def __init__(self, settings: Any, clock: Any) -> None:
        self.clock, self.wire = clock, Wire(WireTime(monotonic))
        outbound = Outbound(self.wire.rules, make_adapter=lambda _rules: self.wire)
        self.app = create_app(settings, clock=clock, outbound=outbound)
        self.house = self.app.state.house
        # Whose gradebook was told of whom.
        self.scores: set[tuple[str, str]] = set()
        self.wire.sites["keys.test"] = self._serve_protocol
        self.tenants = self._settle()
        self._operator = open_console(self.app)

    def _settle(self) -> list[Tenant]:
        """Alpha and Beta are two deployments of one registration; Gamma has one of its own at the same issuer."""
        with self.house.database.writing() as db:
            shared, own = (self._register(db, name) for name in ("shared", "own"))
            found = [
                self._found(db, mark, row, deployment)
                for mark, row, deployment in zip(MARKS, (shared, shared, own), ("1", "2", "1"), strict=True)
            ]
            own.platform_id = db.scalars(select(Platform.id).where(Platform.uuid == found[-1].site)).one()
        for tenant in found:
            self.wire.sites[tenant.host] = self._serve(tenant)
            for sub in PEOPLE:
                self.enter(tenant, sub)
        return found

    def _register(self, db: Session, client_id: str) -> Registration:
        row = Registration(
            issuer=ISSUER, client_id=client_id, authorization_url=f"{ISSUER}/auth", token_url="https://keys.test/token",
            keyset_url="https://keys.test/jwks", created_at=self.clock(), updated_at=self.clock(),
        )  # fmt: skip
        db.add(row)
        db.flush()
        return row

    def _found(self, db: Session, mark: str, row: Registration, deployment: str) -> Tenant:
        institution = Institution(name=f"University of {mark}", created_at=self.clock())
        db.add(institution)
        db.flush()
        site = Platform(institution_id=institution.id, name=f"LMS of {mark}", created_at=self.clock())
        db.add(site)
        db.flush()
        db.add(Deployment(
            registration_id=row.id, platform_id=site.id, platform_deployment_id=deployment, created_at=self.clock()
        ))  # fmt: skip
        db.flush()
        platform = FakePlatform(ISSUER, row.client_id, row.id, self.clock)
        return Tenant(mark, platform, deployment, institution.id, site.uuid)

    def _serve_protocol(self, request: requests.PreparedRequest) -> Reply:
        """One LMS's keys and tokens, for all three."""
        if (request.url or "").endswith("/token"):
            return Reply.of({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})
        return Reply.of({"keys": [jwk_of(make_key(), "key-1")]})

    def _serve(self, tenant: Tenant) -> Any:
        """Its roster names the same people as everybody's, and one who never came; its gradebook keeps what it gets."""

        def answer(request: requests.PreparedRequest) -> Reply:
            path = urlsplit(request.url or "").path
            if path.startswith("/members/"):
                names = (*LEARNERS, "never-came")
                members = [member(sub, name=f"{sub.title()} {tenant.mark}") for sub in names]
                return Reply.of({"id": "x", "context": {"id": path.rpartition("/")[2]}, "members": members})
            if path.endswith("/scores"):
                self.scores.add((tenant.mark, json.loads(request.body or "{}")["userId"]))
            return Reply.of([] if path == "/items" else {})

        return answer

    @property
    def operator(self) -> AtConsole:
        """In the console; by a new link where the last session has ended."""
        if self._operator.get("/operator").status_code == UNAUTHORIZED:
            self._operator = open_console(self.app)
        return self._operator

    # --- what people do -------------------------------------------------------------------------------------------

    def enter(
        self, tenant: Tenant, sub: str, *, course: str = COURSES[0], link: str = LINKS[0], key: str | None = "home"
    ) -> SignedIn:
        """Launches; the new browser takes the place of the one before."""
        browser = self.browser()
        claims = tenant.claims(sub, course=course, link=link, key=key)
        answer = browser.launch(tenant.platform, **claims)
        assert answer.status_code == 303, answer.text
        with self.house.database.writing() as db:
            ours = User.institution_id == tenant.institution_id, User.sub == sub
            user = db.scalars(select(User).where(*ours)).one()
            if sub not in tenant.people:
                self._appoint(db, user, tenant)
        here = SignedIn(client=browser.client, user=user, context=None, house=self.house)
        old = tenant.people.get(sub)
        if old is not None:
            old.client.close()
        tenant.people[sub] = here
        tenant.seen[sub] = [answer.headers["location"]]
        return here

    def _appoint(self, db: Session, user: User, tenant: Tenant) -> None:
        """The first time: who has a right, and that the course is a training course."""
        for sub, right in ((OFFICE, Right.OFFICE), (ADMIN, Right.LMS_ADMIN)):
            if user.sub == sub:
                grant(db, user=user, right=right, by=None, now=self.clock())
        for context in db.scalars(select(Context).where(Context.institution_id == tenant.institution_id)):
            context.marked_at = self.clock()

    def complete(self, tenant: Tenant, sub: str) -> None:
        """The person has gone through the module: its fact, and all that follows from it."""
        tenant.completed.add(sub)
        with self.house.database.writing() as db:
            user = tenant.people[sub].user
            progress_service.record(db, user=user, kind=FactKind.COMPLETED, key=MODULE, at=self.clock())
            for hook in self.house.before_commit:
                hook(db)

    def works_off(self) -> None:
        """Drains what is due, as an engine would; what does not come to rest goes on at the next step."""
        for job in list_jobs():
            with self.house.database.reading() as db:
                lanes = list(job.list_due(db, self.clock()))
            for lane in lanes:
                while job.drain(self.house, lane):
                    pass

    # --- what people see ------------------------------------------------------------------------------------------

    def crawl(
        self, here: SignedIn | AtConsole, beginnings: Iterable[str], *, but: re.Pattern[str] = PROSE
    ) -> Iterator[tuple[str, Any]]:
        """Every page that this person can come to, by links alone, but those of one kind."""
        waiting, known = list(beginnings), set(beginnings)
        while waiting:
            path = waiting.pop(0)
            answer = here.get(path)
            yield path, answer
            found = [answer.headers["location"]] if "location" in answer.headers else []
            if answer.headers.get("content-type", "").startswith("text/html"):
                found += [unescape(link) for link in _LINK.findall(answer.text)]
            for link in found:
                parts = urlsplit(urljoin(path, link))
                whole = parts.path + (f"?{parts.query}" if parts.query else "")
                is_ours = not parts.netloc and parts.path.startswith("/")
                if is_ours and whole not in known and not but.search(parts.path):
                    known.add(whole)
                    waiting.append(whole)

    def open_all(self, tenant: Tenant, sub: str, *, is_brief: bool) -> Iterator[tuple[str, Any]]:
        """Every page and every export of one person, who launches anew where they are signed out.

        Briefly: of staff and administrators only what they have beside a learner's own pages.
        """
        here = tenant.people[sub]
        if here.get("/").status_code == UNAUTHORIZED:
            here = self.enter(tenant, sub)
        beginnings = BEGINNINGS.get(sub, LEARNERS_BEGINNINGS)
        but = re.compile(f"{PROSE.pattern}|{LEARNERS_OWN.pattern}") if is_brief and sub not in LEARNERS else PROSE
        yield from self.crawl(here, dict.fromkeys([*tenant.seen[sub][:1], *beginnings]), but=but)
        for path in EXPORTS.get(sub, ()):
            yield path, here.post(path)

    def list_forms(self, here: SignedIn | AtConsole, path: str) -> list[tuple[str, OpenForm]]:
        """The forms of one page that change something, each with the address to which it goes."""
        answer = here.get(path)
        forms = Offers(answer.text).forms if answer.status_code == OK else []
        there = [(urljoin(path, form.action or path), form) for form in forms if form.method == "post"]
        return [(where, form) for where, form in there if not LEFT_ALONE.search(where)]

    def send(self, here: SignedIn | AtConsole, where: str, form: OpenForm, *, words: str, choice: int) -> Any:
        """Fills a form as a person might: with these words wherever something can be typed, and one of its choices."""
        fields: dict[str, list[str]] = {}
        chosen = [(name, options[choice % len(options)]) for name, options in form.choices.items()]
        pressed = [form.buttons[choice % len(form.buttons)]] if form.buttons else []
        for name, value in [*form.fixed, *chosen, *((name, words) for name in form.typed), *pressed]:
            fields.setdefault(name, []).append(value)
        return here.client.post(where, data=fields, headers={"sec-fetch-site": "same-origin"})
