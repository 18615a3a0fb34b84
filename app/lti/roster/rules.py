"""What a page of a roster says, and what follows from a member for the course: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.lti import addresses
from app.lti.claims import LONGEST_EMAIL, MOST_ROLES, read_name_of
from app.lti.texts import clean_text, is_id
from app.lti.web_links import find_link, follow
from app.membership.roles import read_standing
from app.outbound.urls import add_query

MEMBERS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
# Moodle gives the whole course in one answer unless asked for less; others have their own, smaller pages.
PAGE_SIZE = 500
MOST_PAGES = 2000
MOST_MEMBERS_A_PAGE = 60_000
# Five times the largest course that we know of; a roster that goes on after that fills our disk.
MOST_MEMBERS = 250_000
WHOLE_AGAIN_AFTER = timedelta(days=7)
_NIGHT_BEGINS, _NIGHT_MINUTES = 1, 240


class Phase(StrEnum):
    """How far a run is."""

    RESTING = "resting"
    READING = "reading"
    JOINING = "joining"
    LEAVING = "leaving"


class UnreadablePage(Exception):  # noqa: N818  says what happened
    """An answer that is no page of a roster, or leads astray: a reason word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Member:
    """One member of a page, fit to be stored. `is_learner` is None where no role in the context is named."""

    sub: str
    name: str | None
    email: str | None
    is_learner: bool | None
    is_active: bool


@dataclass(frozen=True)
class Page:
    """A page of a roster: its members, and where the next page and the later changes are."""

    members: tuple[Member, ...]
    next_url: str | None
    differences_url: str | None


def first_url(url: str, *, resource_link_id: str | None = None) -> str:
    """The address of the first page, with a page size that spares both sides; `rlid` narrows it to a link's people."""
    wanted = {"limit": str(PAGE_SIZE), "rlid": resource_link_id}
    missing = {name: value for name, value in wanted.items() if value and addresses.read_query(url, name) is None}
    return add_query(url, missing) if missing else url


def read_page(body: Any, link_header: str, url: str, *, allow_http: bool) -> Page:
    """The page that was read at `url`. Raises UnreadablePage."""
    members = body.get("members") if isinstance(body, dict) else None
    if not isinstance(members, list) or len(members) > MOST_MEMBERS_A_PAGE:
        raise UnreadablePage("unreadable")
    return Page(
        members=merge(member for member in map(read_member, members) if member is not None),
        next_url=_follow(link_header, "next", url, allow_http=allow_http),
        differences_url=_follow(link_header, "differences", url, allow_http=allow_http),
    )


def _follow(header: str, relation: str, url: str, *, allow_http: bool) -> str | None:
    """Where that relation leads, None where there is none. Another origin ends the run: raises UnreadablePage."""
    target = find_link(header, relation)
    if target is None:
        return None
    whole = follow(target, url, allow_http=allow_http)
    if whole is None:
        raise UnreadablePage("next-elsewhere")
    return whole


def read_member(said: object) -> Member | None:
    """A member, or None where there is no identifier to know them by, or it is the LMS's own test user."""
    if not isinstance(said, dict):
        return None
    sub = said.get("user_id")
    if not is_id(sub):
        return None
    roles = list_roles(said.get("roles"))
    standing = read_standing(roles)
    if standing.is_test_user:
        return None
    status = said.get("status", "Active")
    return Member(
        sub=sub,
        name=read_name_of(said),
        email=clean_text(said.get("email"), most=LONGEST_EMAIL),
        is_learner=standing.is_learner if roles else None,
        is_active=not isinstance(status, str) or status.rpartition("#")[2].casefold() not in {"inactive", "deleted"},
    )


def list_roles(said: object) -> Sequence[str]:
    return [role for role in said[:MOST_ROLES] if isinstance(role, str)] if isinstance(said, list) else []


def merge(members: Iterable[Member]) -> tuple[Member, ...]:
    """One for each identifier: the later stands, with what only the earlier knew; active once is active."""
    found: dict[str, Member] = {}
    for member in members:
        earlier = found.get(member.sub)
        found[member.sub] = member if earlier is None else _merge_two(earlier, member)
    return tuple(found.values())


def _merge_two(earlier: Member, later: Member) -> Member:
    roles = [one for one in (earlier.is_learner, later.is_learner) if one is not None]
    return Member(
        sub=later.sub,
        name=later.name or earlier.name,
        email=later.email or earlier.email,
        is_learner=any(roles) if roles else None,
        is_active=earlier.is_active or later.is_active,
    )


@dataclass(frozen=True)
class Known:
    """What was known of a listed person in this context; all False for somebody new to it.

    `launch_decides`: they launched as staff, or since the run began.
    """

    is_test_user: bool = False
    is_member: bool = False
    launch_decides: bool = False
    is_learner: bool = False
    has_left: bool = False
    is_listed: bool = False

    @property
    def counts(self) -> bool:
        return self.is_member and self.is_learner and not self.has_left


@dataclass(frozen=True)
class Outcome:
    """What a listed person is in the context from now on, and whether anything has to be written for it."""

    is_learner: bool
    is_news: bool
    joins: bool = False
    stops: bool = False


def settle_listed(*, is_learner: bool | None, known: Known) -> Outcome | None:
    """What follows for an active member of the roster; None where the course does not concern itself with them.

    Rights are the launch's: it sees more roles than a roster (Moodle lists an assistant teacher as a learner), so who
    launched as staff stays what they launched as. Of others we keep learners only, and nobody who is only a test.
    """
    if known.is_test_user:
        return None
    settled = known.is_learner if known.launch_decides or is_learner is None else is_learner
    if not known.is_member and not settled:
        return None
    is_news = not known.is_member or known.has_left or not known.is_listed or settled != known.is_learner
    return Outcome(settled, is_news, joins=settled and not known.counts, stops=known.counts and not settled)


def next_night(now: datetime, seed: int) -> datetime:
    """The next quiet hour, at a minute that differs from course to course so that not all come at once."""
    minute = seed * 2_654_435_761 % _NIGHT_MINUTES
    tonight = now.astimezone(UTC).replace(hour=_NIGHT_BEGINS, minute=0, second=0, microsecond=0)
    at = tonight + timedelta(minutes=minute)
    return at if at > now else at + timedelta(days=1)
