"""The platform as tests hold it: people, launches, keys, faults and grades in one place."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Any

from app.practice_lms.calls import Call, CallLog
from app.practice_lms.canvas.site import CanvasTemper
from app.practice_lms.copying import copy_course
from app.practice_lms.faults import Faults
from app.practice_lms.jose import sign_compact
from app.practice_lms.keys import KeyRing
from app.practice_lms.launches import BegunLaunch, BegunLaunches, Launch
from app.practice_lms.moodle.site import MoodleTemper
from app.practice_lms.registrations import Registration, Registrations, ToolConfig
from app.practice_lms.seed import add_column, build_world
from app.practice_lms.sessions import BrowserSessions
from app.practice_lms.settings import PracticeSettings, TemperName
from app.practice_lms.temper import SiteUrls, Temper
from app.practice_lms.tokens import AccessTokens
from app.practice_lms.world import Course, Enrolment, Grade, LineItem, Link, Person


class NotRegistered(Exception):  # noqa: N818 - an error's name is a sentence in this house
    """No tool is registered with this site."""


class Platform:
    """One practice site; `switch_temper` makes it the other LMS, with registrations of its own."""

    def __init__(self, settings: PracticeSettings) -> None:
        self.settings = settings
        self.lock = RLock()
        self.world = build_world(settings)
        self.registrations = Registrations()
        self.sessions = BrowserSessions()
        self.begun = BegunLaunches()
        self.tokens = AccessTokens()
        self.faults = Faults()
        self.call_log = CallLog()
        # Each notice that was sent: its type, and the status that the tool answered with (0: none).
        self.notices_sent: list[tuple[str, int]] = []
        self._tempers: dict[TemperName, Temper] = {
            "moodle": MoodleTemper(settings, self.world, self.begun),
            "canvas": CanvasTemper(settings, self.world, self.begun),
        }
        self.temper = self._tempers[settings.temper]

    def now(self) -> datetime:
        return self.settings.clock()

    @property
    def urls(self) -> SiteUrls:
        return self.temper.urls

    @property
    def keys(self) -> KeyRing:
        return self.temper.keys

    @property
    def links(self) -> dict[str, Link]:
        return self.world.links

    @property
    def calls(self) -> tuple[Call, ...]:
        return self.call_log.list_all()

    def calls_to(self, service: str) -> tuple[Call, ...]:
        return tuple(call for call in self.calls if call.service == service)

    def switch_temper(self, name: TemperName) -> None:
        """Become the other LMS; registrations of this one stay for when it comes back."""
        self.temper = self._tempers[name]

    # registrations

    def add_registration(self, config: ToolConfig, *, active: bool = True) -> Registration:
        """Register a tool by hand."""
        registration = self.temper.new_registration(config, self.registrations)
        registration.is_active = active
        return self.registrations.add(registration)

    def find_registration(self) -> Registration | None:
        return self.registrations.find_newest(self.temper.name)

    @property
    def registration(self) -> Registration:
        """The registration in use; raises NotRegistered."""
        found = self.find_registration()
        if found is None:
            raise NotRegistered
        return found

    def activate(self, client_id: str) -> Registration:
        """What the administrator's click does; raises NotRegistered."""
        found = self.registrations.find(client_id)
        if found is None:
            raise NotRegistered
        found.config, found.waiting = found.waiting or found.config, None
        found.is_active = True
        return found

    # launches

    def sub_of(self, person_id: str) -> str:
        return self.temper.sub_of(self.world.people[person_id])

    def launch_of(self, person_id: str | None, link_id: str, *, acting_id: str | None = None) -> Launch:
        link = self.links[link_id]
        return Launch(
            self.registration,
            "resource_link",
            self._find_person(person_id),
            course=self.world.courses[link.course_id],
            link=link,
            acting=self._find_person(acting_id),
        )

    def deep_linking_of(self, person_id: str, course_id: str, placement: str | None = None) -> Launch:
        course = self.world.courses[course_id]
        return Launch(self.registration, "deep_linking", self._find_person(person_id), course, placement=placement)

    def navigation_of(self, person_id: str | None, course_id: str | None) -> Launch:
        """Course navigation, or account navigation without a course."""
        person = self._find_person(person_id)
        if course_id is None:
            return Launch(self.registration, "account_navigation", person, placement="account_navigation")
        course = self.world.courses[course_id]
        return Launch(self.registration, "navigation", person, course, placement="course_navigation")

    def begin(self, launch: Launch, *, session: str | None = None) -> dict[str, str]:
        """Parameters of the login initiation; without a session the hint is bound to no browser."""
        return self.temper.begin(launch, session=session, now=self.now())

    def start_login(self, person_id: str | None, link_id: str) -> dict[str, str]:
        return self.begin(self.launch_of(person_id, link_id))

    def start_deep_linking(self, person_id: str, course_id: str, placement: str | None = None) -> dict[str, str]:
        return self.begin(self.deep_linking_of(person_id, course_id, placement))

    def start_navigation(self, person_id: str | None, course_id: str | None) -> dict[str, str]:
        return self.begin(self.navigation_of(person_id, course_id))

    def claims(self, person_id: str | None, link_id: str, *, nonce: str = "nonce") -> dict[str, Any]:
        """The claims of a valid launch, a fresh dict for changing."""
        return self.claims_of(self.launch_of(person_id, link_id), nonce=nonce)

    def claims_of(self, launch: Launch, *, nonce: str = "nonce") -> dict[str, Any]:
        begun = BegunLaunch(launch, None, self.now())
        return self.temper.claims(begun, nonce=nonce, now=self.now())

    def sign(
        self,
        claims: Mapping[str, Any] | bytes,
        headers: Mapping[str, Any] | None = None,
        *,
        key: Any = None,
        algorithm: str = "RS256",
    ) -> str:
        """A compact JWS over any claims; a header given as None is left out."""
        merged = {"typ": "JWT", "alg": algorithm, "kid": self.keys.kid, **(headers or {})}
        kept = {name: value for name, value in merged.items() if value is not None}
        return sign_compact(claims, kept, key=key or self.keys.private_key, algorithm=algorithm)

    def id_token(  # noqa: PLR0913 - whoever forges names each change
        self,
        person_id: str | None,
        link_id: str,
        *,
        nonce: str,
        changes: Mapping[str, Any] | None = None,
        without: Iterable[str] = (),
        headers: Mapping[str, Any] | None = None,
    ) -> str:
        """A signed launch, with claims changed or left out."""
        claims = {**self.claims(person_id, link_id, nonce=nonce), **(changes or {})}
        dropped = set(without)
        return self.sign({name: value for name, value in claims.items() if name not in dropped}, headers)

    def _find_person(self, person_id: str | None) -> Person | None:
        return self.world.people[person_id] if person_id is not None else None

    # the school

    def add_person(self, name: str, *, course_id: str | None = None, enrolment: Enrolment = "student") -> Person:
        """One more person; the last word of the name is the family name."""
        given, _, family = name.rpartition(" ")
        number = self.world.next_id("person", start=100)
        person = Person(number, given or family, family, f"person{number}", name)
        self.world.people[number] = person
        if course_id is not None:
            self.world.courses[course_id].enrolments[number] = enrolment
        return person

    def add_people(self, course_id: str, number: int) -> tuple[Person, ...]:
        """Many students with made-up names."""
        return tuple(self.add_person(f"Practice Learner{n:05d}", course_id=course_id) for n in range(number))

    def leave(self, person_id: str, course_id: str) -> None:
        """End an enrolment."""
        self.world.courses[course_id].enrolments.pop(person_id, None)

    def enrol(self, person_id: str, course_id: str, enrolment: Enrolment) -> None:
        self.world.courses[course_id].enrolments[person_id] = enrolment

    def add_line_item(self, link_id: str, *, maximum: float = 1) -> LineItem:
        """A column that appears later for a link that had none."""
        return add_column(self.world, self.links[link_id], maximum=maximum)

    def delete_line_item(self, item_id: str) -> None:
        self.world.delete_line_item(item_id)

    def copy_course(self, course_id: str) -> Course:
        """What "copy this course" does."""
        with self.lock:
            course = copy_course(self.world, course_id)
        registration = self.find_registration()
        if registration is not None:
            self.temper.tell_copy(self, registration, course)
        return course

    def publish(self, link_id: str, *, published: bool = True) -> None:
        self.links[link_id].is_published = published

    def conclude(self, course_id: str, *, concluded: bool = True) -> None:
        self.world.courses[course_id].is_concluded = concluded

    # grades

    def grade_of(self, person_id: str, item_id: str) -> Grade | None:
        return self.world.grades.get((item_id, person_id))

    def set_grade(self, item_id: str, person_id: str, score: float | None, *, at: datetime | None = None) -> Grade:
        """What a teacher types into the gradebook, at a time of choice."""
        fresh = Grade(score, self.world.line_items[item_id].maximum, at or self.now(), by="teacher")
        with self.lock:
            before = self.world.grades.get((item_id, person_id))
            kept = replace(fresh, submissions=before.submissions) if before else fresh
            return self.world.record_grade(item_id, person_id, kept, is_post=False)
