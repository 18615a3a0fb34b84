"""What differs from LMS to LMS, as one type with two makers: Moodle's and Canvas's."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.practice_lms.keys import KeyRing
from app.practice_lms.launches import BegunLaunch, BegunLaunches, Launch
from app.practice_lms.registrations import Registration, Registrations, ToolConfig
from app.practice_lms.settings import PracticeSettings, TemperName
from app.practice_lms.world import Course, LineItem, Person, World

if TYPE_CHECKING:
    from app.practice_lms.platform import Platform


@dataclass(frozen=True)
class SiteUrls:
    """The addresses that do not depend on a course."""

    issuer: str
    configuration: str
    authorization: str
    token: str
    jwks: str
    registration: str


class Temper(ABC):
    """One LMS's way of naming, addressing and signing; its refusals stand with its routes."""

    name: TemperName
    urls: SiteUrls

    def __init__(self, settings: PracticeSettings, world: World, begun: BegunLaunches) -> None:
        self.settings = settings
        self.world = world
        self.begun = begun

    @cached_property
    def keys(self) -> KeyRing:
        """Made when first asked for: a key costs a moment."""
        return KeyRing(self.name_key)

    @abstractmethod
    def name_key(self) -> str: ...

    @abstractmethod
    def sub_of(self, person: Person) -> str: ...

    @abstractmethod
    def find_person(self, sub: str) -> Person | None: ...

    @abstractmethod
    def new_registration(self, config: ToolConfig, registrations: Registrations) -> Registration: ...

    @abstractmethod
    def begin(self, launch: Launch, *, session: str | None, now: datetime) -> dict[str, str]:
        """Remember the launch and give the parameters of its login initiation."""

    @abstractmethod
    def registration_query(self, platform: "Platform", *, client_id: str | None) -> dict[str, str]:
        """What the LMS adds to an invitation link; with a client id, for the update of that tool."""

    @abstractmethod
    def claims(self, begun: BegunLaunch, *, nonce: str, now: datetime) -> dict[str, Any]:
        """The id_token's claims."""

    @abstractmethod
    def tell_copy(self, platform: "Platform", registration: Registration, course: Course) -> None:
        """What the tool hears when a course was copied, where it asked to hear it."""

    @abstractmethod
    def line_item_url(self, item: LineItem, registration: Registration) -> str: ...

    @abstractmethod
    def line_items_url(self, course: Course, registration: Registration) -> str: ...

    @abstractmethod
    def members_url(self, course: Course, registration: Registration) -> str: ...
