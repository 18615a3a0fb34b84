"""Which tools this site knows: what each was registered with, under which client id."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from app.practice_lms.settings import TemperName
from app.practice_lms.words import ALL_SCOPES, NOTICES

_ALL_CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "email")


@dataclass(frozen=True)
class ToolMessage:
    """One message that the tool takes; no placements means the temper's own default."""

    type: str
    target_link_uri: str
    placements: tuple[str, ...] = ()


@dataclass(frozen=True)
class ToolConfig:
    """What a tool says of itself, by hand or by dynamic registration."""

    initiate_login_uri: str
    redirect_uris: tuple[str, ...]
    jwks_uri: str
    target_link_uri: str
    client_name: str = "Tool"
    domain: str = ""
    description: str = ""
    logo_uri: str = ""
    scopes: tuple[str, ...] = (*ALL_SCOPES, NOTICES)
    claims: tuple[str, ...] = _ALL_CLAIMS
    custom_parameters: dict[str, str] = field(default_factory=dict)
    messages: tuple[ToolMessage, ...] = ()
    privacy_level: str = "public"

    @classmethod
    def at(cls, origin: str, **more: object) -> "ToolConfig":
        """The tool that keeps its addresses under /lti, as Cairn does."""
        launch = f"{origin}/lti/launch"
        messages = (ToolMessage("LtiResourceLinkRequest", launch), ToolMessage("LtiDeepLinkingRequest", launch))
        given = {
            "initiate_login_uri": f"{origin}/lti/login",
            "redirect_uris": (launch,),
            "jwks_uri": f"{origin}/lti/jwks",
            "target_link_uri": launch,
            "domain": origin.split("://", 1)[-1],
            "messages": messages,
        }
        return cls(**{**given, **more})  # type: ignore[arg-type]  # names and types are the dataclass's own

    def target_of(self, message_type: str, placement: str | None = None) -> str | None:
        """Where the tool takes this message, best the one for this placement; None when it takes none."""
        fitting = [message for message in self.messages if message.type == message_type]
        fitting.sort(key=lambda message: placement not in message.placements)
        return fitting[0].target_link_uri if fitting else None


@dataclass
class Registration:
    """`waiting` is an update that an administrator has yet to accept; `raw` is the metadata as it was posted."""

    client_id: str
    deployment_id: str
    temper: TemperName
    config: ToolConfig
    is_active: bool = False
    waiting: ToolConfig | None = None
    raw: dict[str, Any] = field(default_factory=dict)
    # Canvas: where each type of notice is sent.
    handlers: dict[str, str] = field(default_factory=dict)

    def shares_names(self) -> bool:
        return self.config.privacy_level in {"public", "name_only"} and "name" in self.config.claims

    def shares_email(self) -> bool:
        return self.config.privacy_level in {"public", "email_only"} and "email" in self.config.claims


class Registrations:
    """Keyed by client id; numbers run per site."""

    def __init__(self) -> None:
        self._by_client: dict[str, Registration] = {}
        self._count = 0

    def add(self, registration: Registration) -> Registration:
        self._by_client[registration.client_id] = registration
        return registration

    def find(self, client_id: str) -> Registration | None:
        return self._by_client.get(client_id)

    def find_newest(self, temper: TemperName) -> Registration | None:
        """The registration in use: the newest active one, else the newest."""
        known = [one for one in self._by_client.values() if one.temper == temper]
        active = [one for one in known if one.is_active]
        return next(reversed(active or known), None)

    def list_all(self, temper: TemperName) -> tuple[Registration, ...]:
        return tuple(one for one in self._by_client.values() if one.temper == temper)

    def next_number(self) -> int:
        self._count += 1
        return self._count


def new_moodle_client_id() -> str:
    return secrets.token_urlsafe(24).replace("-", "").replace("_", "")[:15]
