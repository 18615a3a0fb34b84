"""Canvas's three origins, opaque ids and login hints."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jwt

from app.practice_lms.canvas.claims import ACCOUNT_ID, build_claims
from app.practice_lms.launches import BegunLaunch, BegunLaunches, Launch
from app.practice_lms.registrations import Registration, Registrations, ToolConfig
from app.practice_lms.settings import PracticeSettings
from app.practice_lms.temper import SiteUrls, Temper
from app.practice_lms.world import Course, LineItem, Person, World

if TYPE_CHECKING:
    from app.practice_lms.platform import Platform

HINT_SECONDS = 300
_FIRST_CLIENT = 104400000000000200


class CanvasTemper(Temper):
    """Issuer, token and key host, and course host may be three origins."""

    name = "canvas"

    def __init__(self, settings: PracticeSettings, world: World, begun: BegunLaunches) -> None:
        super().__init__(settings, world, begun)
        issuer, sso = settings.issuer_origin or settings.base_url, settings.token_origin or settings.base_url
        self._secret = secrets.token_bytes(32)
        self._deep_links: dict[str, Launch] = {}
        self.urls = SiteUrls(
            issuer=issuer,
            configuration=f"{issuer}/api/lti/security/openid-configuration",
            authorization=f"{sso}/api/lti/authorize_redirect",
            token=f"{sso}/login/oauth2/token",
            jwks=f"{sso}/api/lti/security/jwks",
            registration=f"{settings.base_url}/api/lti/registrations",
        )

    def name_key(self) -> str:
        """Colons and all: nobody should make a file name of it."""
        return f"{self.settings.clock():%Y-%m-%dT%H:%M:%SZ}_{secrets.token_hex(16)}"

    def sub_of(self, person: Person) -> str:
        return person.uuid

    def find_person(self, sub: str) -> Person | None:
        """A service takes the sub, or the id of the old kind."""
        return next((one for one in self.world.people.values() if sub in {one.uuid, str(8800 + int(one.id))}), None)

    def find_course(self, number: str) -> Course | None:
        return self.world.courses.get(str(int(number) - 4400)) if number.isdecimal() else None

    def context_id(self, course: Course | None) -> str:
        return course.opaque_id if course else ACCOUNT_ID

    def new_registration(self, config: ToolConfig, registrations: Registrations) -> Registration:
        number = registrations.next_number()
        deployment = f"{4126 + number}:{ACCOUNT_ID}"
        return Registration(str(_FIRST_CLIENT + number), deployment, self.name, config)

    def begin(self, launch: Launch, *, session: str | None, now: datetime) -> dict[str, str]:
        """Canvas's initiation: the id_token is made here; the hint is a JWT that names it."""
        verifier = secrets.token_hex(16)
        launch = replace(launch, begun_at=now)
        claims = build_claims(self, launch, nonce="", issued=int(now.timestamp()))
        self.begun.add(verifier, BegunLaunch(launch, session, now, claims))
        return {
            "iss": self.urls.issuer,
            "login_hint": launch.person.legacy_id if launch.person else "public",
            "client_id": launch.registration.client_id,
            "lti_deployment_id": launch.registration.deployment_id,
            "target_link_uri": launch.target_link_uri,
            "lti_message_hint": self._sign_hint(verifier, launch, now),
            "canvas_environment": "prod",
            "canvas_region": "us-east-1",
            **self.settings.storage_fields(),
        }

    def _sign_hint(self, verifier: str, launch: Launch, now: datetime) -> str:
        hint = {
            "verifier": verifier,
            "canvas_domain": urlsplit(self.settings.base_url).netloc,
            "context_type": "Course" if launch.course else "Account",
            "canvas_locale": "en",
            "include_storage_target": self.settings.storage != "none",
            "exp": int((now + timedelta(seconds=HINT_SECONDS)).timestamp()),
        }
        return jwt.encode(hint, self._secret, algorithm="HS256")

    def registration_query(self, platform: "Platform", *, client_id: str | None) -> dict[str, str]:
        """The token stands in the configuration's address already, and beside it once more."""
        issued = platform.now()
        claims = {
            "uuid": secrets.token_hex(16),
            "initiated_at": issued.isoformat(),
            "root_account_domain": urlsplit(self.settings.base_url).netloc,
            "update_of": client_id,
            "exp": int((issued + timedelta(hours=1)).timestamp()),
        }
        token = jwt.encode(claims, self._secret, algorithm="HS256")
        configuration = f"{self.urls.configuration}?registration_token={token}"
        return {"openid_configuration": configuration, "registration_token": token}

    def read_registration_token(self, token: str) -> dict[str, Any] | None:
        """A token of our own making, in time or not; None when it is not ours."""
        found = self.read_hint(token)
        return found if found and "initiated_at" in found else None

    def read_hint(self, hint: str) -> dict[str, Any] | None:
        """A hint of our own making, in time or not; None when it is not ours."""
        try:
            return jwt.decode(hint, self._secret, algorithms=["HS256"], options={"verify_exp": False})
        except jwt.PyJWTError:
            return None

    def claims(self, begun: BegunLaunch, *, nonce: str, now: datetime) -> dict[str, Any]:  # noqa: ARG002 - Moodle needs it
        """Made at login; only the nonce is put in later."""
        issued = int(begun.begun_at.timestamp())
        made = begun.claims or build_claims(self, begun.launch, nonce=nonce, issued=issued)
        return {**made, "nonce": nonce}

    def tell_copy(self, platform: "Platform", registration: Registration, course: Course) -> None:
        """A notice, once, to the handler that subscribed."""
        from app.practice_lms.canvas import notices  # noqa: PLC0415 - its routes know the platform, which knows us

        notices.tell_copy(platform, registration, course, origin=self.world.courses[course.origin_ids[0]])

    def course_url(self, course: Course) -> str:
        return f"{self.settings.base_url}/api/lti/courses/{4400 + int(course.id)}"

    def line_items_url(self, course: Course, registration: Registration) -> str:  # noqa: ARG002 - Moodle needs it
        return f"{self.course_url(course)}/line_items"

    def line_item_url(self, item: LineItem, registration: Registration) -> str:  # noqa: ARG002 - Moodle needs it
        return f"{self.course_url(self.world.courses[item.course_id])}/line_items/{9060 + int(item.id)}"

    def find_line_item(self, number: str) -> LineItem | None:
        return self.world.line_items.get(str(int(number) - 9060)) if number.isdecimal() else None

    def members_url(self, course: Course, registration: Registration) -> str:  # noqa: ARG002 - Moodle needs it
        return f"{self.course_url(course)}/names_and_roles"

    def return_url(self, launch: Launch) -> str:
        """Always on the school's host: the surest framing origin."""
        host = self.settings.base_url
        if launch.kind == "deep_linking":
            return f"{host}/deep_linking_cancel?include_host=true&placement={launch.placement}"
        if launch.course is None:
            return f"{host}/accounts/1/external_content/success/external_tool_redirect"
        course = f"{host}/courses/{4400 + int(launch.course.id)}"
        return f"{course}/assignments" if launch.link else f"{course}/external_content/success/external_tool_redirect"

    def deep_link_return_url(self, launch: Launch) -> str:
        """Holds a signed one-shot token."""
        key = secrets.token_hex(12)
        self._deep_links[key] = launch
        number = 4400 + int(launch.course.id) if launch.course else 0
        data = jwt.encode({"key": key}, self._secret, algorithm="HS256")
        return f"{self.settings.base_url}/courses/{number}/deep_linking_response?data={data}"

    def take_deep_link(self, data: str) -> Launch | None:
        """The launch that a return address was made for, once."""
        try:
            key = jwt.decode(data, self._secret, algorithms=["HS256"])["key"]
        except jwt.PyJWTError:
            return None
        return self._deep_links.pop(str(key), None)
