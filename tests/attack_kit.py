"""A stage for attacks: a running Cairn, platforms that sign whatever they are told, and browsers.

Everything goes through the public addresses; rows are only counted.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import count
from json import dumps
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from sqlalchemy import func, select

from app.lti.models import (
    AccessToken,
    Delivery,
    Deployment,
    LaunchFailure,
    LineItem,
    LinkUser,
    Registration,
    ResourceLink,
    SpentNonce,
)  # fmt: skip
from app.main import create_app
from app.membership.models import Context, EmbeddingOrigin, Membership, User, Visit
from app.outbound.addresses import AddressRules
from app.outbound.http import Outbound
from app.web.cookies import SESSION
from app.web.models import WebSession
from tests.attack_platforms import Answer, Lms, Wire, an_lms
from tests.attack_tokens import AGS, LEARNER, NRPS, SCORE, change_claims, write_token
from tests.clients import Client
from tests.lti_kit import find_or_make_registration

TOOL = "https://cairn.test"
LOGIN, LAUNCH = f"{TOOL}/lti/login", f"{TOOL}/lti/launch"
# What a refused launch leaves as it was (design 3, decision 3).
WRITTEN_BY_LAUNCHES = (
    User, WebSession, Visit, Context, Membership, ResourceLink, LineItem, LinkUser, SpentNonce, Deployment,
    EmbeddingOrigin, Delivery, AccessToken,
)  # fmt: skip
COUNT_ALL = select(*(select(func.count()).select_from(model).scalar_subquery() for model in WRITTEN_BY_LAUNCHES))
FOREIGN_POST = {"origin": "https://lms.test", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
MOST_BOUNCES = 3
_numbers = count(1)


@dataclass(frozen=True)
class Begun:
    """A login that came as far as the platform: what the browser carries there."""

    answer: Any
    asked: Mapping[str, str]

    @property
    def state(self) -> str:
        return self.asked["state"]

    @property
    def nonce(self) -> str:
        return self.asked["nonce"]


@dataclass(frozen=True)
class Tried:
    """A launch that was tried: what came back, in which browser, and which rows it left."""

    answer: Any
    browser: Client
    begun: Begun
    rows_before: tuple[int, ...]
    rows_after: tuple[int, ...]

    @property
    def status(self) -> int:
        return int(self.answer.status_code)

    @property
    def code(self) -> str:
        return code_of(self.answer)

    @property
    def is_accepted(self) -> bool:
        """Whether it had any effect: somebody let in, a cookie, a row."""
        return self.status < 400 or opens_session(self.answer) or self.rows_before != self.rows_after


def code_of(answer: Any) -> str:
    """The reason code on an error page."""
    found = re.search(r'class="code">\s*([a-z0-9-]+)', answer.text)
    return found[1] if found else ""


def opens_session(answer: Any) -> bool:
    return any(line.startswith(f"{SESSION}=") for line in answer.headers.get_list("set-cookie"))


@dataclass
class Stage:
    """A Cairn with some registered platforms on one database."""

    app: Any
    clock: Any
    wire: Wire
    platforms: dict[str, Lms]

    @property
    def lms(self) -> Lms:
        return self.platforms["home"]

    @property
    def database(self) -> Any:
        return self.app.state.house.database

    def browser(self) -> Client:
        """Another browser. An error that nobody foresaw comes up in the test instead of as a page with 500."""
        return Client(self.app, base_url=TOOL, follow_redirects=False)

    def count(self) -> tuple[int, ...]:
        with self.database.reading() as db:
            return tuple(db.execute(COUNT_ALL).one())

    def failures(self, lms: Lms | None = None) -> dict[str, tuple[int, Any]]:
        """Reason to (count, last time), as counted for that registration."""
        wanted = (lms or self.lms).registration_id
        with self.database.reading() as db:
            rows = db.scalars(select(LaunchFailure).where(LaunchFailure.registration_id == wanted)).all()
        return {row.reason: (row.count, row.last_at) for row in rows}

    def login_fields(self, lms: Lms | None = None, **changes: Any) -> dict[str, str]:
        lms = lms or self.lms
        fields: dict[str, Any] = {
            "iss": lms.issuer, "client_id": lms.client_id, "login_hint": "5", "lti_message_hint": '{"cmid":3}',
            "target_link_uri": LAUNCH, "lti_deployment_id": "1", **changes,
        }  # fmt: skip
        return {name: value for name, value in fields.items() if value is not None}

    def log_in(self, browser: Client, lms: Lms | None = None, *, method: str = "POST", **changes: Any) -> Any:
        """The answer to a login initiation once the browser has gone where it was sent inside Cairn."""
        fields = self.login_fields(lms, **changes)
        how = {"params": fields} if method == "GET" else {"data": fields, "headers": FOREIGN_POST}
        answer = browser.request(method, LOGIN, **how)
        return follow_bounces(browser, answer)

    def begin(self, browser: Client, lms: Lms | None = None, *, method: str = "POST", **changes: Any) -> Begun:
        """A login that must come as far as the platform."""
        answer = self.log_in(browser, lms, method=method, **changes)
        where = answer.headers.get("location", "")
        assert where.startswith((lms or self.lms).authorization_url), (answer.status_code, where, answer.text[:2000])
        asked = parse_qs(urlsplit(where).query, strict_parsing=True)
        return Begun(answer, {name: values[0] for name, values in asked.items()})

    def claims(self, nonce: str, lms: Lms | None = None, /, **changes: Any) -> dict[str, Any]:
        """What an honest launch of a learner says, in the shape that Moodle 4.5 sends."""
        lms, now = lms or self.lms, int(self.clock().timestamp())
        course = f"{lms.issuer}/services/2"
        honest = {
            "iss": lms.issuer, "aud": lms.client_id, "sub": f"person-{next(_numbers)}", "nonce": nonce,
            "iat": now, "exp": now + 60, "name": "Ada Learner", "given_name": "Ada", "family_name": "Learner",
            "email": "ada@lms.test",
            AGS: {"scope": [SCORE], "lineitems": f"{course}/lineitems", "lineitem": f"{course}/lineitems/1"},
            NRPS: {"context_memberships_url": f"{course}/memberships", "service_versions": ["2.0"]},
        }  # fmt: skip
        said = {
            "message_type": "LtiResourceLinkRequest", "version": "1.3.0", "deployment_id": "1", "roles": [LEARNER],
            "target_link_uri": LAUNCH, "resource_link": {"id": "link-1", "title": "First activity"},
            "context": {"id": "2", "label": "C101", "title": "Coach training", "type": ["CourseSection"]},
            "launch_presentation": {
                "locale": "en", "document_target": "iframe", "return_url": f"{lms.issuer}/mod/lti/return.php?course=2",
            },
            "tool_platform": {"product_family_code": "moodle", "version": "2024100706", "guid": "1", "name": "LMS"},
            "custom": {"ctx_label": "C101", "unknown": "$Nope.nothing"},
        }  # fmt: skip
        return change_claims(change_claims(honest, said), changes)

    def token(self, nonce: str, lms: Lms | None = None, /, **changes: Any) -> str:
        lms = lms or self.lms
        return write_token(lms.header, self.claims(nonce, lms, **changes), lms.key)

    def post(self, browser: Client, token: str, state: str, **fields: str) -> Any:
        """The platform's form comes back, as a browser sends it from another site."""
        return browser.post(LAUNCH, data={"id_token": token, "state": state, **fields}, headers=FOREIGN_POST)

    def launch(
        self,
        write: Callable[[Begun], str] | None = None,
        *,
        lms: Lms | None = None,
        browser: Client | None = None,
        login: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> Tried:
        """Login, token, launch. `write` makes the token from the login; without it, an honest one with `changes`."""
        browser = browser or self.browser()
        begun = self.begin(browser, lms, **(login or {}))
        token = write(begun) if write else self.token(begun.nonce, lms, **changes)
        before = self.count()
        answer = self.post(browser, token, begun.state)
        return Tried(answer, browser, begun, before, self.count())


def follow_bounces(browser: Client, answer: Any) -> Any:
    """Goes where a login sends the browser, as long as that is Cairn itself."""
    for _ in range(MOST_BOUNCES):
        where = urljoin(LOGIN, answer.headers.get("location", ""))
        if answer.status_code not in {302, 303, 307} or urlsplit(where).netloc != urlsplit(TOOL).netloc:
            return answer
        answer = browser.get(where)
    raise AssertionError("the login goes round in circles")


def open_stage(settings: Any, clock: Any) -> Stage:
    """A Cairn with four registrations: two institutions on one issuer, and two issuers that share one key."""
    wire = Wire()
    app = create_app(settings, clock=clock, outbound=Outbound(AddressRules(), make_adapter=lambda _rules: wire))
    platforms = {
        "home": an_lms("Test University", "https://lms.test", "client-home", "home"),
        "same issuer": an_lms("Other College", "https://lms.test", "client-other", "home"),
        "far": an_lms("Far School", "https://far-lms.test", "client-far", "far"),
        "same key": an_lms("Twin School", "https://twin-lms.test", "client-home", "home"),
    }
    stage = Stage(app, clock, wire, platforms)
    with stage.database.writing() as db:
        for lms in platforms.values():
            row: Registration = find_or_make_registration(
                db, institution=lms.institution, issuer=lms.issuer, client_id=lms.client_id, now=clock()
            )
            lms.registration_id = row.id
            wire.answers.setdefault(lms.keyset_url, _key_set_of(lms))
    return stage


def _key_set_of(lms: Lms) -> Callable[[], Answer]:
    return lambda: lms.answer() if lms.answer else (200, dumps({"keys": lms.keys}).encode())


def assert_refused(tried: Tried, *codes: str, status: int | None = None) -> None:
    """A page that says why, with the right status; nothing set, nothing kept."""
    page = tried.answer
    assert 400 <= tried.status < 500, (tried.status, page.text[:1000])
    assert status is None or tried.status == status, (tried.status, tried.code)
    assert tried.code in codes, (tried.code, codes)
    assert not opens_session(page)
    assert tried.rows_after == tried.rows_before
    assert_human_page(page)


def assert_human_page(page: Any) -> None:
    """An error that a person can read: one heading, what to do, no trace of the machine."""
    text = unescape(page.text)
    assert page.headers["content-type"].startswith("text/html")
    assert page.text.count("<h1") == 1
    assert "Traceback" not in text
    assert "eyJ" not in text
    assert page.headers["cache-control"] == "no-store"


def assert_accepted(tried: Tried) -> Any:
    """303, then the page opens. Returns that page."""
    assert tried.status == 303, (tried.status, tried.code, tried.answer.text[:1000])
    assert opens_session(tried.answer)
    where = tried.answer.headers["location"]
    assert where.startswith("/"), where
    page = tried.browser.get(where)
    assert page.status_code == 200, (where, page.text[:500])
    return page
