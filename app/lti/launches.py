"""What a checked launch says, as frozen values: everything behind the protocol edge works with these."""

from dataclasses import dataclass
from datetime import datetime

from app.membership.roles import Standing


@dataclass(frozen=True)
class CourseClaim:
    """The course of a launch, as the platform calls it."""

    id: str
    title: str | None
    label: str | None


@dataclass(frozen=True)
class LinkClaim:
    """The link that was opened. The entry in a course's navigation is no link, so a launch may have none."""

    id: str
    title: str | None


@dataclass(frozen=True)
class LineItemClaim:
    """The gradebook column of the link, and whether we were granted to score it."""

    url: str
    may_score: bool


@dataclass(frozen=True)
class Person:
    """Who launches. `is_masqueraded`: somebody else acts in this person's name, and the platform says so."""

    sub: str
    name: str | None
    email: str | None
    standing: Standing
    is_masqueraded: bool
    locale: str | None


@dataclass(frozen=True)
class Launch:
    """A resource link launch whose every claim was checked. `key` is the content asked for, not yet looked up.

    "" where the launch names none; then the histories say where link and course were copied from. They are as the
    platform wrote them: read only where they are needed.
    """

    registration_id: int
    deployment_id: str
    person: Person
    course: CourseClaim | None
    link: LinkClaim | None
    line_item: LineItemClaim | None
    key: str
    link_history: str
    context_history: str
    return_url: str | None
    # Origins named in this very token that may frame us.
    origins: tuple[str, ...]
    product: str | None
    product_version: str | None
    nonce: str
    expires_at: datetime
    # Whether the signed target is another than the one that the unsigned login named.
    target_differs: bool
