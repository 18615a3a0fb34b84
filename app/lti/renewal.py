"""“The same LMS as …?”: an LMS that an institution registers anew keeps its people, if it is the same site.

Asked only among sites of the same institution and issuer; where nobody answers, the addresses decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lti.addresses import find_origin
from app.lti.models import Registration
from app.lti.platform_profiles import find_shared_site
from app.lti.refusals import Reason, Refused
from app.membership.models import Platform
from app.web.texts import gettext as _

ANOTHER = "another"


class Told(Protocol):
    """What of a new connection counts here."""

    @property
    def issuer(self) -> str: ...

    @property
    def site(self) -> str: ...

    @property
    def registration_url(self) -> str | None: ...


@dataclass(frozen=True)
class Renewal:
    """The administrator's answer: a platform's uuid, `ANOTHER`, or "" where the addresses are to decide."""

    answer: str = ""


@dataclass(frozen=True)
class Candidate:
    """A site that is connected already: its platform, and where it once registered."""

    platform_uuid: UUID
    name: str
    since: datetime
    issuer: str
    site: str
    host: str


def list_candidates(db: Session, *, institution_id: int, issuer: str, site: str) -> tuple[Candidate, ...]:
    """The institution's sites with that issuer, the newest first."""
    found = _list_all(db, institution_id)
    return _list_once(one for one in found if (one.issuer, one.site) == (issuer, site))


def list_likely(db: Session, *, institution_id: int, configuration_url: str) -> tuple[Candidate, ...]:
    """Those that an LMS may be whose configuration stands at that address, before anything of it is read."""
    asked = find_origin(configuration_url, allow_http=True)
    if asked is None:
        return ()
    return _list_once(
        one for one in _list_all(db, institution_id) if asked == (one.site or find_origin(one.issuer, allow_http=True))
    )


def guess(candidates: Sequence[Candidate], *, host: str) -> Candidate | None:
    """The one that it surely is: of a shared issuer only the one that is known to be on that host."""
    for one in candidates:
        is_own = one.site or find_shared_site(one.issuer) is None
        if is_own or (host and one.host == host):
            return one
    return None


def find_renewed(db: Session, *, institution_id: int, renewal: Renewal, connection: Told) -> Platform | None:
    """The platform to go on with; None for a new one. Raises Refused for an answer that is none of the candidates."""
    if renewal.answer == ANOTHER:
        return None
    found = list_candidates(db, institution_id=institution_id, issuer=connection.issuer, site=connection.site)
    if renewal.answer:
        chosen = next((one for one in found if str(one.platform_uuid) == renewal.answer), None)
        if chosen is None:
            raise Refused(Reason.BAD_REGISTRATION, detail=_("the site chosen has another issuer"))
    else:
        chosen = guess(found, host=urlsplit(connection.registration_url or "").hostname or "")
    if chosen is None:
        return None
    return db.scalars(
        select(Platform).where(Platform.institution_id == institution_id, Platform.uuid == chosen.platform_uuid)
    ).one()


def _list_all(db: Session, institution_id: int) -> list[Candidate]:
    rows = db.execute(
        select(
            Platform.uuid, Platform.name, Registration.created_at, Registration.issuer, Registration.site,
            Registration.registration_url,
        )
        .join(Registration, Registration.platform_id == Platform.id)
        .where(Platform.institution_id == institution_id)
        .order_by(Registration.id.desc())
    )  # fmt: skip
    return [Candidate(*row[:5], host=urlsplit(row.registration_url or "").hostname or "") for row in rows]


def _list_once(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """One for each platform: its newest registration."""
    return tuple({one.platform_uuid: one for one in reversed(list(found))}.values())[::-1]
