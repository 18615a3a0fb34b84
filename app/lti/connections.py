"""An LMS that is to be connected, by itself or by hand: kept once for its institution, or brought up to date."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lti.keys import retire_ring
from app.lti.models import Deployment, Invitation, Registration
from app.lti.refusals import Reason, Refused
from app.lti.renewal import Renewal, find_renewed
from app.membership.models import Platform


@dataclass(frozen=True)
class Endpoints:
    """Where the LMS signs people in, publishes its keys and gives tokens; `audience` where tokens want another."""

    authorization_url: str
    keyset_url: str
    token_url: str
    audience: str | None


@dataclass(frozen=True)
class Connection:
    """Both sides of a registration. `site` as in `Registration.site`, `use` as in `Platform.use`."""

    issuer: str
    client_id: str
    site: str
    endpoints: Endpoints
    name: str
    use: str
    product: str | None
    product_version: str | None = None
    registration_url: str | None = None
    deployment_id: str | None = None
    scopes_asked: str | None = None
    scopes_granted: str | None = None

    @property
    def was_introduced(self) -> bool:
        """Whether we have told the LMS our addresses ourselves."""
        return self.registration_url is not None


def keep(db: Session, *, invitation_id: int, connection: Connection, renewal: Renewal, now: datetime) -> Registration:
    """Stores the connection, or brings an existing one of the same institution up to date. Raises Refused."""
    invitation = db.get_one(Invitation, invitation_id)
    if _is_held_elsewhere(db, connection, institution_id=invitation.institution_id):
        raise Refused(Reason.OTHER_INSTITUTION)
    row = find_existing(db, connection)
    if row is None:
        platform = _find_platform(db, invitation, connection, renewal, now)
        row = Registration(
            uuid=invitation.uuid, platform_id=platform.id, issuer=connection.issuer, client_id=connection.client_id,
            site=connection.site, key_ring=invitation.uuid, created_at=now,
        )  # fmt: skip
        db.add(row)
    elif _institution_of(db, row) != invitation.institution_id:
        raise Refused(Reason.OTHER_INSTITUTION)
    elif connection.was_introduced:
        # The LMS has just been told where the keys of this invitation lie; by hand nobody may have told it.
        _give_ring(db, row, invitation.uuid, now)
    _write(row, connection, now)
    db.flush()
    invitation.registration_id = row.id
    _keep_deployment(db, row, connection.deployment_id, now)
    return row


def _give_ring(db: Session, row: Registration, ring: UUID, now: datetime) -> None:
    """Keys of its own from now on; those that signed for it alone until now are retired."""
    if row.key_ring not in {None, ring}:
        retire_ring(db, row.key_ring, now=now)
    row.key_ring = ring


def _is_held_elsewhere(db: Session, connection: Connection, *, institution_id: int) -> bool:
    """Whether another institution has our client id at that host of tokens.

    Who we are to a token address is our client id alone: a second connection with both would be given the first one's
    tokens, and would take them to whatever services its own launches name.
    """
    held = (
        select(Registration.token_url, Platform.institution_id)
        .outerjoin(Platform, Platform.id == Registration.platform_id)
        .where(Registration.client_id == connection.client_id)
    )
    host = _host_of(connection.endpoints.token_url)
    return any(_host_of(url) == host and holder != institution_id for url, holder in db.execute(held))


def _host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".").lower()


def find_existing(db: Session, connection: Connection) -> Registration | None:
    """The registration of that issuer, client id and site, whosever it is."""
    return db.scalars(
        select(Registration).where(
            Registration.issuer == connection.issuer,
            Registration.client_id == connection.client_id,
            Registration.site == connection.site,
        )
    ).one_or_none()


def _find_platform(
    db: Session, invitation: Invitation, connection: Connection, renewal: Renewal, now: datetime
) -> Platform:
    """The platform whose people go on, else a new one."""
    institution_id = invitation.institution_id
    renewed = find_renewed(db, institution_id=institution_id, renewal=renewal, connection=connection)
    if renewed is not None:
        return renewed
    platform = Platform(
        institution_id=institution_id, name=connection.name, product=connection.product, use=connection.use,
        created_at=now,
    )  # fmt: skip
    db.add(platform)
    db.flush()
    return platform


def _institution_of(db: Session, row: Registration) -> int | None:
    platform = db.get(Platform, row.platform_id) if row.platform_id is not None else None
    return platform.institution_id if platform else None


def _write(row: Registration, connection: Connection, now: datetime) -> None:
    endpoints = connection.endpoints
    row.product, row.product_version = connection.product, connection.product_version
    row.authorization_url, row.keyset_url = endpoints.authorization_url, endpoints.keyset_url
    row.token_url, row.token_audience = endpoints.token_url, endpoints.audience
    row.registration_url = connection.registration_url
    row.scopes_asked, row.scopes_granted = connection.scopes_asked, connection.scopes_granted
    row.is_active, row.updated_at = True, now


def _keep_deployment(db: Session, row: Registration, deployment_id: str | None, now: datetime) -> None:
    if deployment_id is None:
        return
    known = select(Deployment.id).where(
        Deployment.registration_id == row.id, Deployment.platform_deployment_id == deployment_id
    )
    if db.scalar(known) is None:
        found = Deployment(
            registration_id=row.id, platform_id=row.platform_id, platform_deployment_id=deployment_id, created_at=now
        )
        db.add(found)


def find_sibling_uuid(db: Session, *, institution_id: int, issuer: str, site: str) -> UUID | None:
    """The uuid that an own server's login address bears already, from an earlier registration of this institution."""
    return db.scalar(
        select(Registration.uuid)
        .join(Platform, Platform.id == Registration.platform_id)
        .where(
            Registration.issuer == issuer, Registration.site == site, Platform.institution_id == institution_id
        )
        .order_by(Registration.id)
        .limit(1)
    )  # fmt: skip
