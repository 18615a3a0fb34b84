"""Moodle's addresses, ids and login hints."""

import json
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.practice_lms.launches import BegunLaunch, BegunLaunches, Launch
from app.practice_lms.moodle.claims import build_claims
from app.practice_lms.moodle.registration_tokens import make_registration_token
from app.practice_lms.registrations import Registration, Registrations, ToolConfig, new_moodle_client_id
from app.practice_lms.settings import PracticeSettings
from app.practice_lms.temper import SiteUrls, Temper
from app.practice_lms.world import Course, LineItem, Person, World

if TYPE_CHECKING:
    from app.practice_lms.platform import Platform


class MoodleTemper(Temper):
    """One site, one host; the tool type's number is the deployment."""

    name = "moodle"

    def __init__(self, settings: PracticeSettings, world: World, begun: BegunLaunches) -> None:
        super().__init__(settings, world, begun)
        root = f"{settings.base_url}/mod/lti"
        self.urls = SiteUrls(
            issuer=settings.base_url,
            configuration=f"{root}/openid-configuration.php",
            authorization=f"{root}/auth.php",
            token=f"{root}/token.php",
            jwks=f"{root}/certs.php",
            registration=f"{root}/openid-registration.php",
        )
        self._services = f"{root}/services.php"

    def name_key(self) -> str:
        return secrets.token_hex(10)

    def sub_of(self, person: Person) -> str:
        return person.id

    def find_person(self, sub: str) -> Person | None:
        return self.world.people.get(sub)

    def new_registration(self, config: ToolConfig, registrations: Registrations) -> Registration:
        return Registration(new_moodle_client_id(), str(registrations.next_number()), self.name, config)

    def begin(self, launch: Launch, *, session: str | None, now: datetime) -> dict[str, str]:
        """Moodle's initiation: the hint is JSON and names the launch in the session."""
        launch_id = f"ltilaunch{launch.link.id if launch.link else '_CI'}_{secrets.randbelow(2**31)}"
        self.begun.add(launch_id, BegunLaunch(launch, session, now))
        cmid = launch.link.cmid if launch.link else 0
        return {
            "iss": self.urls.issuer,
            "target_link_uri": launch.target_link_uri,
            "login_hint": launch.person.id if launch.person else "",
            "lti_message_hint": json.dumps({"cmid": cmid, "launchid": launch_id}, separators=(",", ":")),
            "client_id": launch.registration.client_id,
            "lti_deployment_id": launch.registration.deployment_id,
        }

    def registration_query(self, platform: "Platform", *, client_id: str | None) -> dict[str, str]:
        token = make_registration_token(platform, client_id=client_id)
        return {"openid_configuration": self.urls.configuration, "registration_token": token}

    def claims(self, begun: BegunLaunch, *, nonce: str, now: datetime) -> dict[str, Any]:
        return build_claims(self, begun, nonce=nonce, issued=int(now.timestamp()))

    def tell_copy(self, platform: "Platform", registration: Registration, course: Course) -> None:
        """Moodle 4.5 has no notices: a restored course is a course like any other."""

    def line_items_url(self, course: Course, registration: Registration) -> str:
        return f"{self._services}/{course.id}/lineitems?type_id={registration.deployment_id}"

    def line_item_url(self, item: LineItem, registration: Registration) -> str:
        return f"{self._services}/{item.course_id}/lineitems/{item.id}/lineitem?type_id={registration.deployment_id}"

    def result_url(self, item: LineItem, registration: Registration, *, person_id: str) -> str:
        path = f"{self._services}/{item.course_id}/lineitems/{item.id}/lineitem/results"
        return f"{path}?type_id={registration.deployment_id}&user_id={person_id}"

    def members_url(self, course: Course, registration: Registration) -> str:
        return f"{self._services}/CourseSection/{course.id}/bindings/{registration.deployment_id}/memberships"

    def return_url(self, begun: BegunLaunch) -> str:
        """Where the tool sends people back; holds a session key."""
        course, link = begun.launch.course, begun.launch.link
        ids = f"course={course.id if course else ''}&launch_container=3&instanceid={link.id if link else ''}"
        return f"{self.settings.base_url}/mod/lti/return.php?{ids}&sesskey={(begun.session or 'unbound')[:10]}"

    def deep_link_return_url(self, begun: BegunLaunch) -> str:
        """One tool type of one course; holds a session key."""
        course, registration = begun.launch.course, begun.launch.registration
        ids = f"course={course.id if course else ''}&id={registration.deployment_id}"
        sesskey = (begun.session or "unbound")[:10]
        return f"{self.settings.base_url}/mod/lti/contentitem_return.php?{ids}&sesskey={sesskey}"
