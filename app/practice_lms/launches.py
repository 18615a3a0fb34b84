"""Launches that have begun: who starts what, under a hint that works once."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, Literal

from app.practice_lms.registrations import Registration
from app.practice_lms.world import Course, Link, Person

LaunchKind = Literal["resource_link", "navigation", "account_navigation", "deep_linking"]


@dataclass(frozen=True)
class Launch:
    """What somebody clicked. No person is nobody signed in; `acting` is who really sits at the keyboard."""

    registration: Registration
    kind: LaunchKind
    person: Person | None
    course: Course | None = None
    link: Link | None = None
    placement: str | None = None
    acting: Person | None = None
    begun_at: datetime | None = None

    @property
    def message_type(self) -> str:
        return "LtiDeepLinkingRequest" if self.kind == "deep_linking" else "LtiResourceLinkRequest"

    @property
    def target_link_uri(self) -> str:
        """The link's own address, else where the tool takes this message."""
        own = self.link.url if self.link else None
        config = self.registration.config
        return own or config.target_of(self.message_type, self.placement) or config.target_link_uri


@dataclass(frozen=True)
class BegunLaunch:
    """A launch between login initiation and authorization; `session` None is bound to no browser (made by a test)."""

    launch: Launch
    session: str | None
    begun_at: datetime
    claims: dict[str, Any] = field(default_factory=dict)


class BegunLaunches:
    """One-shot: taking a hint's launch spends it."""

    def __init__(self) -> None:
        self._by_hint: dict[str, BegunLaunch] = {}
        self._lock = Lock()

    def add(self, hint: str, begun: BegunLaunch) -> None:
        with self._lock:
            self._by_hint[hint] = begun

    def find(self, hint: str) -> BegunLaunch | None:
        return self._by_hint.get(hint)

    def take(self, hint: str) -> BegunLaunch | None:
        with self._lock:
            return self._by_hint.pop(hint, None)
