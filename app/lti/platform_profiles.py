"""What is known of each LMS, read once from `profiles/*.yaml`: adding an LMS is adding a file."""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent / "profiles"
OURS = ("title", "domain", "target_link_uri", "login_uri", "redirect_uri", "keyset_uri")
Ours = Literal["title", "domain", "target_link_uri", "login_uri", "redirect_uri", "keyset_uri"]
Theirs = Literal[
    "issuer", "client_id", "deployment_id", "keyset_url", "token_url", "authorization_url", "token_audience"
]
Switch = Literal["name", "email", "grades", "roster", "notices", "deep_linking"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Signs(_Data):
    """By what an LMS is known; each alone is enough."""

    # Beginnings of `product_family_code`, in small letters.
    products: tuple[str, ...] = ()
    # Domains: the issuer's host is one of these, or lies below it.
    hosts: tuple[str, ...] = ()
    # Parts of the paths of its services.
    service_paths: tuple[str, ...] = ()


class SharedSite(_Data):
    """A site whose addresses are the same for every institution; `use` as in `membership.Platform.use`."""

    use: Literal["production", "beta", "test"]
    issuer: str
    authorization_url: str
    keyset_url: str
    token_url: str


class OwnServer(_Data):
    """Where a site that is on one host of its own keeps its addresses; `issuer` where it is not that host."""

    issuer: str | None = None
    authorization_path: str
    keyset_path: str
    token_path: str


class Services(_Data):
    """How its services differ from the standard."""

    score_extension: Literal["canvas"] | None = None
    # What a token request must name as audience; None for the token's own address.
    token_audience: str | None = None
    # For how long its key set may be trusted without asking again.
    keyset_seconds: int = Field(ge=60)
    has_partial_roster: bool = False


class DeepLinking(_Data):
    """What its content items can carry. Without placements named, every place makes columns."""

    graded_placements: tuple[str, ...] = ()
    takes_dates: bool = True


class Wish(_Data):
    """A message that we ask for; the rest only where the LMS has placements."""

    message: Literal["LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiDataPrivacyLaunchRequest"]
    label: str
    placement: str | None = None
    is_on_in_new_courses: bool | None = None
    visibility: Literal["public", "members", "admins"] | None = None
    # Of the window in which it opens, in CSS pixels.
    width: int | None = None
    height: int | None = None


class Wishes(_Data):
    """What we ask for at the registration. `extensions` begins the names of members that only this LMS knows."""

    extensions: str | None = None
    privacy_level: Literal["public", "name_only", "email_only", "anonymous"] | None = None
    tool_id: str | None = None
    # Our parameter -> the LMS's variable.
    parameters: Mapping[str, str]
    messages: tuple[Wish, ...]


class Words(_Data):
    """The LMS's own names of its menus, fields and switches, for its administrators."""

    registration_menu: str
    registration_field: str
    manual_menu: str
    switch_on: str
    ours: Mapping[Ours, str]
    theirs: Mapping[Theirs, str]
    switches: Mapping[Switch, str]


class Profile(_Data):
    """One LMS. `key` is its file's name."""

    key: str
    name: str
    order: int
    is_fallback: bool = False
    recognized_by: Signs
    shared_sites: tuple[SharedSite, ...] = ()
    own_server: OwnServer | None = None
    services: Services
    deep_linking: DeepLinking = DeepLinking()
    registration: Wishes
    words: Words

    def find_site(self, issuer: str) -> SharedSite | None:
        return next((site for site in self.shared_sites if site.issuer == issuer), None)


@cache
def list_profiles() -> tuple[Profile, ...]:
    """All of them, in the order in which they are offered. Raises pydantic's ValidationError for a bad file."""
    found = (_read(file) for file in FOLDER.glob("*.yaml"))
    return tuple(sorted(found, key=lambda profile: profile.order))


def _read(file: Path) -> Profile:
    return Profile.model_validate({"key": file.stem, **yaml.safe_load(file.read_text("utf-8"))})


def find_by_key(key: str) -> Profile | None:
    return next((profile for profile in list_profiles() if profile.key == key), None)


@lru_cache(maxsize=256)
def find_by_product(product: str | None) -> Profile | None:
    """By what the LMS calls itself."""
    name = (product or "").lower()
    return next((one for one in list_profiles() if name.startswith(one.recognized_by.products or ("\0",))), None)


def recognize(product: str | None, issuer: str, *, service_url: str = "") -> Profile:
    """The LMS by its own word, its issuer's host or the form of its services' addresses; else the unknown LMS."""
    return find_by_product(product) or _find_by_addresses(issuer, service_url) or _fallback()


def _find_by_addresses(issuer: str, service_url: str) -> Profile | None:
    host, path = _split(issuer)[0], _split(service_url)[1]
    for profile in list_profiles():
        signs = profile.recognized_by
        is_host = any(host == domain or host.endswith(f".{domain}") for domain in signs.hosts)
        if is_host or any(part in path for part in signs.service_paths):
            return profile
    return None


def _split(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.hostname or "", parts.path


@cache
def _fallback() -> Profile:
    return next(profile for profile in list_profiles() if profile.is_fallback)


@lru_cache(maxsize=256)
def find_shared_site(issuer: str) -> SharedSite | None:
    """The site of that issuer, where many institutions share it."""
    return next((site for one in list_profiles() if (site := one.find_site(issuer))), None)


def shortest_keyset_life() -> int:
    """Seconds for which every LMS's key set may be trusted."""
    return min(profile.services.keyset_seconds for profile in list_profiles())
