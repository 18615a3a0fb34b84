"""What any test family needs of LTI: somebody who is signed in, a tool with a platform, and a launch to change."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.config import Settings
from app.lti.models import Deployment, Registration
from app.main import create_app
from app.membership.models import Context, Institution, Membership, Platform, User
from app.membership.roles import Right
from app.membership.service import grant
from app.practice_lms.jose import encode_part, sign_compact
from app.web import csrf
from app.web.cookies import SESSION
from app.web.house import House
from app.web.session import get_session_id, open_session
from tests.clients import Client
from tests.in_process import outbound_to

BASE_URL = "https://cairn.test"
ISSUER = "https://lms.test"


@dataclass(frozen=True)
class SignedIn:
    """A browser in which one person is signed in, as after a launch. `client` is a Client that follows nothing."""

    client: Client
    user: User
    context: Context | None
    house: House

    @property
    def csrf(self) -> str:
        return csrf.make_token(self.house.signer, self.user, self.house.clock())

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def session_id(self, db: Session) -> int:
        """The session of this browser, as rows that belong to one name it."""
        return get_session_id(db, token=self.client.cookies[SESSION])

    def post(self, path: str, **fields: str | list[str]) -> Any:
        """Posts a form as one of our pages would: URL-encoded, with its token."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, headers={"sec-fetch-site": "same-origin"})


def sign_in(
    app: FastAPI,
    *,
    sub: str = "learner-1",
    name: str | None = "Ada Learner",
    institution: str = "Test University",
    course: str | None = "course-1",
    is_staff: bool = False,
    is_marked: bool = True,
    is_masqueraded: bool = False,
    is_administrator: bool = False,
    rights: Iterable[Right] = (),
) -> SignedIn:
    """Somebody who is signed in without a launch: rows made or found, a session opened. For tests of pages behind it.

    The same sub, institution and course give the same person and course again, in another browser.
    """
    house: House = app.state.house
    now = house.clock()
    with house.database.writing() as db:
        registration = find_or_make_registration(db, institution=institution, now=now)
        user = _find_or_make_user(db, registration=registration, sub=sub, name=name, now=now)
        context = None
        if course is not None:
            context = _find_or_make_context(db, registration=registration, course=course, now=now)
            context.marked_at = now if is_marked else None
            _join(db, user=user, context=context, is_staff=is_staff, now=now)
        for right in rights:
            grant(db, user=user, right=right, by=None, now=now)
        token = open_session(
            db, user=user, now=now, frame_origins=(ISSUER,), is_masqueraded=is_masqueraded,
            is_administrator=is_administrator,
        )  # fmt: skip
    client = Client(app, base_url=house.settings.base_url, follow_redirects=False)
    client.cookies.set(SESSION, token)
    return SignedIn(client=client, user=user, context=context, house=house)


def find_or_make_registration(
    db: Session, *, institution: str = "Test University", issuer: str = ISSUER, client_id: str | None = None, now: Any
) -> Registration:
    """A registration of that institution with its own platform; its addresses lie on the issuer."""
    client_id = client_id or f"client of {institution}"
    found = db.scalars(
        select(Registration).where(
            Registration.issuer == issuer, Registration.client_id == client_id, Registration.site == ""
        )
    ).first()
    if found is not None:
        return found
    tenant = db.scalars(select(Institution).where(Institution.name == institution)).first()
    tenant = tenant or Institution(name=institution, created_at=now)
    db.add(tenant)
    db.flush()
    platform = Platform(institution_id=tenant.id, name=issuer.removeprefix("https://"), product="test", created_at=now)
    db.add(platform)
    db.flush()
    row = Registration(
        platform_id=platform.id, issuer=issuer, client_id=client_id, authorization_url=f"{issuer}/auth",
        token_url=f"{issuer}/token", keyset_url=f"{issuer}/jwks", created_at=now, updated_at=now,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row


def _find_or_make_user(db: Session, *, registration: Registration, sub: str, name: str | None, now: Any) -> User:
    platform = db.get_one(Platform, registration.platform_id)
    found = db.scalars(select(User).where(User.platform_id == platform.id, User.sub == sub)).first()
    if found is not None:
        return found
    user = User(institution_id=platform.institution_id, platform_id=platform.id, sub=sub, name=name, created_at=now)
    db.add(user)
    db.flush()
    return user


def _find_or_make_context(db: Session, *, registration: Registration, course: str, now: Any) -> Context:
    platform = db.get_one(Platform, registration.platform_id)
    deployment = db.scalars(select(Deployment).where(Deployment.registration_id == registration.id)).first()
    if deployment is None:
        deployment = Deployment(
            registration_id=registration.id, platform_id=platform.id, platform_deployment_id="1", created_at=now
        )
        db.add(deployment)
        db.flush()
    found = db.scalars(
        select(Context).where(Context.deployment_id == deployment.id, Context.platform_context_id == course)
    ).first()
    if found is not None:
        return found
    context = Context(
        institution_id=platform.institution_id, platform_id=platform.id, deployment_id=deployment.id,
        platform_context_id=course, title=course, label=course, created_at=now,
    )  # fmt: skip
    db.add(context)
    db.flush()
    return context


def _join(db: Session, *, user: User, context: Context, is_staff: bool, now: Any) -> None:
    row = db.scalars(
        select(Membership).where(Membership.context_id == context.id, Membership.user_id == user.id)
    ).first()
    row = row or Membership(
        institution_id=user.institution_id, context_id=context.id, user_id=user.id, joined_at=now, seen_at=now
    )
    row.is_staff, row.is_learner = is_staff, not is_staff
    db.add(row)


def count_rows(house: House, *models: type[Any]) -> tuple[int, ...]:
    """How many rows each table holds."""
    with house.database.reading() as db:
        return tuple(len(db.scalars(select(model)).all()) for model in models)


def uuid_of(context: Context | None) -> UUID:
    assert context is not None
    return context.uuid


# --- a platform that can sign anything -----------------------------------------------------------------------------

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
AGS_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
LEARNER, INSTRUCTOR = f"{MEMBERSHIP}Learner", f"{MEMBERSHIP}Instructor"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@cache
def make_key(name: str = "first") -> RSAPrivateKey:
    """One RSA key for each name, made once in a test run."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def jwk_of(key: RSAPrivateKey, kid: str, **members: Any) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    public = {"n": _to_base64(numbers.n), "e": _to_base64(numbers.e)}
    return {"kty": "RSA", "kid": kid, "alg": "RS256", "use": "sig", **public, **members}


def _to_base64(number: int) -> str:
    return encode_part(number.to_bytes((number.bit_length() + 7) // 8))


class FakePlatform:
    """An LMS that is registered with the tool and signs whatever a test wants.

    `key`, `kid` and `keys` (the published set; anything JSON) may be changed at will; `is_down` lets its key set fail;
    `fetches` counts how often the key set was asked for.
    """

    def __init__(self, issuer: str, client_id: str, registration_id: int, clock: Callable[[], datetime]) -> None:
        self.issuer, self.client_id, self.registration_id, self.clock = issuer, client_id, registration_id, clock
        self.key, self.kid = make_key(), "key-1"
        self.keys: Any = {"keys": [jwk_of(self.key, self.kid)]}
        self.is_down = False
        self.fetches = 0

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a valid launch. `changes` replace members; a name without a scheme and not of the JWT's own
        means an LTI claim (`context=…`); `...` (Ellipsis) takes a member out."""
        made_at = int(self.clock().timestamp())
        found: dict[str, Any] = {
            "iss": self.issuer, "aud": self.client_id, "sub": "learner-1", "iat": made_at, "exp": made_at + 300,
            "nonce": "…", "name": "Ada Learner", "email": "ada@example.test",
            f"{CLAIM}message_type": "LtiResourceLinkRequest", f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": "1", f"{CLAIM}target_link_uri": f"{BASE_URL}/lti/launch",
            f"{CLAIM}roles": [LEARNER], f"{CLAIM}resource_link": {"id": "link-1", "title": "A link"},
            f"{CLAIM}context": {"id": "course-1", "title": "Course one", "label": "C1", "type": ["CourseSection"]},
            f"{CLAIM}launch_presentation": {"return_url": f"{self.issuer}/course/1", "locale": "en"},
            f"{CLAIM}tool_platform": {"guid": "g", "product_family_code": "moodle", "version": "4.5"},
            f"{CLAIM}custom": {},
        }  # fmt: skip
        for name, value in changes.items():
            full = name if name in _JWT_OWN or ":" in name else CLAIM + name
            found.pop(full, None)
            if value is not ...:
                found[full] = value
        return found

    def sign(
        self, claims: Mapping[str, Any] | bytes, *, algorithm: str = "RS256", key: Any = None, **headers: Any
    ) -> str:
        """A compact JWS over claims or raw bytes. A header of None is left out; `alg` follows the algorithm."""
        merged = {"typ": "JWT", "alg": algorithm, "kid": self.kid, **headers}
        named = {name: value for name, value in merged.items() if value is not None}
        return sign_compact(claims, named, key=self.key if key is None else key, algorithm=algorithm)


_JWT_OWN = frozenset({
    "iss", "aud", "azp", "sub", "iat", "exp", "nbf", "nonce", "jti", "name", "given_name", "family_name", "email",
    "picture", "locale",
})  # fmt: skip


@dataclass(frozen=True)
class Login:
    """A login that was sent on to the platform: what the platform must answer with."""

    state: str
    nonce: str
    response: Any


class Browser:
    """One browser: a cookie jar before the tool. Nothing is followed but the login's own bounce."""

    def __init__(self, tool: "Tool") -> None:
        self.tool = tool
        self.client = Client(tool.app, base_url=BASE_URL, follow_redirects=False)

    def log_in(self, platform: FakePlatform | None = None, *, method: str = "POST", **changes: Any) -> Login:
        """A login initiation until the browser is sent to the platform. `changes` replace parameters; None removes."""
        response = self.initiate(platform, method=method, **changes)
        if response.status_code == 303 and response.headers["location"].startswith("/lti/login?"):
            response = self.client.get(response.headers["location"])
        query = dict(parse_qsl(urlsplit(response.headers.get("location", "")).query))
        return Login(query.get("state", ""), query.get("nonce", ""), response)

    def initiate(self, platform: FakePlatform | None = None, *, method: str = "POST", **changes: Any) -> Any:
        platform = platform or self.tool.platform
        fields = {
            "iss": platform.issuer, "client_id": platform.client_id, "login_hint": "a hint",
            "lti_message_hint": '{"cmid": 3, "launchid": "ä+&="}', "target_link_uri": f"{BASE_URL}/lti/launch",
            **changes,
        }  # fmt: skip
        sent = {name: value for name, value in fields.items() if value is not None}
        if method == "GET":
            return self.client.get("/lti/login", params=sent)
        return self.client.post("/lti/login", data=sent)

    def post_launch(self, token: str, state: str, **more: str) -> Any:
        return self.client.post("/lti/launch", data={"id_token": token, "state": state, **more})

    def launch(
        self,
        platform: FakePlatform | None = None,
        *,
        key: str | None = None,
        login: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> Any:
        """Login and launch. `key` is the content key; `changes` go to `FakePlatform.claims`, `headers` to `sign`."""
        platform = platform or self.tool.platform
        started = self.log_in(platform, **(login or {}))
        if key is not None:
            changes.setdefault("custom", {"cairn_key": key})
        claims = platform.claims(**{"nonce": started.nonce, **changes})
        return self.post_launch(platform.sign(claims, **(headers or {})), started.state)


class Tool:
    """Cairn in this process, with platforms that it can reach: `tool.platform`, and more by `add_platform`."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._servers: dict[str, Client] = {}
        self.app = create_app(settings, clock=clock, outbound=outbound_to(self._servers))
        self.house: House = self.app.state.house
        self.platform = self.add_platform()

    def add_platform(
        self, *, issuer: str = ISSUER, client_id: str | None = None, institution: str = "Test University",
        host: str | None = None, keys_at: str | None = None,
    ) -> FakePlatform:  # fmt: skip
        """A platform with a registration of its own; `host` serves its key set (default: a host of its own)."""
        with self.house.database.writing() as db:
            row = find_or_make_registration(
                db, institution=institution, issuer=issuer, client_id=client_id, now=self.clock()
            )
            host = host or f"https://keys-{row.id}.test"
            row.keyset_url = keys_at or f"{host}/jwks"
            registration_id, client_id = row.id, row.client_id
        platform = FakePlatform(issuer, client_id, registration_id, self.clock)
        self._servers[host] = Client(_serve_keys(platform), base_url=host)
        return platform

    def browser(self) -> Browser:
        return Browser(self)

    def launch_as(self, sub: str = "learner-1", *, platform: FakePlatform | None = None, **changes: Any) -> SignedIn:
        """Somebody who has launched, in a browser of their own; `changes` as in `Browser.launch`."""
        platform, browser = platform or self.platform, self.browser()
        response = browser.launch(platform, sub=sub, **changes)
        assert response.status_code == 303, response.text
        with self.house.database.reading() as db:
            user = db.scalars(
                select(User)
                .join(Registration, Registration.platform_id == User.platform_id)
                .where(User.sub == sub, Registration.id == platform.registration_id)
            ).one()
            context = db.scalars(
                select(Context)
                .join(Membership, Membership.context_id == Context.id)
                .where(Membership.user_id == user.id)
            ).first()
        return SignedIn(client=browser.client, user=user, context=context, house=self.house)

    def count(self, *models: type[Any]) -> tuple[int, ...]:
        """How many rows each table holds."""
        return count_rows(self.house, *models)

    def close(self) -> None:
        self.house.database.close()


def _serve_keys(platform: FakePlatform) -> Starlette:
    def answer(_request: Any) -> Response:
        platform.fetches += 1
        return Response(status_code=503) if platform.is_down else JSONResponse(platform.keys)

    return Starlette(routes=[Route("/jwks", answer)])


@pytest.fixture
def tool(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Tool]:
    """Cairn with one platform, on each database. In a conftest.py: `from tests.lti_kit import tool as tool`."""
    made = Tool(settings, clock)
    yield made
    made.close()
