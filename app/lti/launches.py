"""What a checked launch says, as frozen values: everything behind the protocol edge works with these."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.membership.roles import Standing


class Message(StrEnum):
    """What a platform can ask of us at the launch address; a platform's other names for one are read as this one."""

    RESOURCE_LINK = "LtiResourceLinkRequest"
    DEEP_LINKING = "LtiDeepLinkingRequest"
    DATA_PRIVACY = "LtiDataPrivacyLaunchRequest"
    SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"


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
class NoticeOffer:
    """Where a platform takes subscriptions to its notices, and those of its types that we want."""

    url: str
    types: tuple[str, ...]


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
class DeepLinkingClaim:
    """What a platform wants to have chosen. `data` is JSON text, to be sent back as it came; None where none came.

    `accepts_line_items` is None where the platform does not say. `placement` is Canvas's name of the place.
    """

    return_url: str
    accepts_links: bool
    accepts_several: bool
    accepts_line_items: bool | None
    data: str | None
    placement: str | None


@dataclass(frozen=True)
class Launch:
    """A launch whose every claim was checked. `key` is the content asked for, not yet looked up.

    "" where the launch names none; then the histories say where link and course were copied from. They are as the
    platform wrote them: read only where they are needed. Only a resource link names content and has a link; every
    other message comes home, unless it is answered otherwise.
    """

    registration_id: int
    deployment_id: str
    person: Person
    course: CourseClaim | None
    link: LinkClaim | None
    line_item: LineItemClaim | None
    # Where a line item may be made, for a link that has none.
    line_items_url: str | None
    # Where the course's roster is, where the platform offers one.
    roster_url: str | None
    key: str
    link_history: str
    context_history: str
    notices: NoticeOffer | None
    return_url: str | None
    # Origins named in this very token that may frame us.
    origins: tuple[str, ...]
    product: str | None
    product_version: str | None
    nonce: str
    expires_at: datetime
    # Those of our scopes that it shows, blank-separated; None where it came from no link.
    scopes: str | None
    # Whether the signed target is another than the one that the unsigned login named.
    target_differs: bool
    # Whether the LMS says if somebody acts in the person's name.
    tells_masquerading: bool
    message: Message = Message.RESOURCE_LINK
    deep_linking: DeepLinkingClaim | None = None
