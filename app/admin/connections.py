"""What LMS admins do to a connection of their own institution; each step is kept in the log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.admin import connection_queries as queries
from app.admin import log
from app.admin.rules import EventKind
from app.lti import closing, framing, received, service_places
from app.lti.models import Registration
from app.lti.policies import DeploymentPolicy
from app.lti.resending import resend_stuck
from app.membership.models import EmbeddingOrigin, Platform, User
from app.web.errors import NotFound


def get_connection(db: Session, *, by: User, uuid: UUID) -> tuple[Registration, Platform]:
    """Raises NotFound where this institution has no such connection."""
    found = queries.find_connection(db, institution_id=by.institution_id, uuid=uuid)
    if found is None:
        raise NotFound
    return found[0], found[1]


def close(db: Session, *, by: User, uuid: UUID, now: datetime) -> Platform:
    registration, platform = get_connection(db, by=by, uuid=uuid)
    closing.close(db, registration=registration, now=now)
    log.note(db, EventKind.CONNECTION_CLOSED, by=by, now=now, detail=platform.name)
    return platform


def reopen(db: Session, *, by: User, uuid: UUID, now: datetime) -> None:
    registration, platform = get_connection(db, by=by, uuid=uuid)
    closing.reopen(registration=registration, now=now)
    log.note(db, EventKind.CONNECTION_OPENED, by=by, now=now, detail=platform.name)


def send_again(db: Session, *, by: User, uuid: UUID, now: datetime) -> None:
    registration, platform = get_connection(db, by=by, uuid=uuid)
    count = resend_stuck(db, institution_id=by.institution_id, registration_id=registration.id, now=now)
    log.note(db, EventKind.SCORES_RESENT, by=by, now=now, detail=f"{platform.name}, {count}")


def add_origin(db: Session, *, by: User, uuid: UUID, origin: str, now: datetime) -> bool:
    """Lets pages of that host frame Cairn, from the next launch on. False where there are too many already."""
    _registration, platform = get_connection(db, by=by, uuid=uuid)
    if not framing.add_origin(db, platform_id=platform.id, origin=origin, now=now):
        return False
    log.note(db, EventKind.ORIGIN_ADDED, by=by, now=now, detail=origin)
    return True


def remove_origin(db: Session, *, by: User, uuid: UUID, origin: str, now: datetime) -> None:
    """Forgets a host that an admin added. Those that launches name stay: a launch would bring them back."""
    _registration, platform = get_connection(db, by=by, uuid=uuid)
    gone = delete(EmbeddingOrigin).where(
        EmbeddingOrigin.platform_id == platform.id, EmbeddingOrigin.origin == origin, EmbeddingOrigin.is_added
    )
    if db.scalar(gone.returning(EmbeddingOrigin.id)) is not None:
        log.note(db, EventKind.ORIGIN_REMOVED, by=by, now=now, detail=origin)


def record_next_launch(db: Session, *, by: User, now: datetime) -> None:
    received.ask(db, user=by, now=now)
    log.note(db, EventKind.RECORD_ASKED, by=by, now=now)


def accept_services(db: Session, *, by: User, uuid: UUID, now: datetime) -> None:
    """The addresses at which services were seen since are the LMS's own."""
    registration, platform = get_connection(db, by=by, uuid=uuid)
    service_places.accept(db, registration_id=registration.id, platform_id=platform.id)
    log.note(db, EventKind.SERVICES_ACCEPTED, by=by, now=now, detail=platform.name)


def set_policy(db: Session, *, by: User, uuid: UUID, policy: DeploymentPolicy, now: datetime) -> None:
    """What happens to deployments that are seen for the first time; those that are known stay as they are."""
    registration, _platform = get_connection(db, by=by, uuid=uuid)
    registration.deployment_policy = policy
    log.note(db, EventKind.POLICY_CHANGED, by=by, now=now, detail=policy)


def decide_deployment(  # noqa: PLR0913  one decision
    db: Session, *, by: User, uuid: UUID, deployment: UUID, is_let_in: bool, now: datetime
) -> None:
    """Lets one in, to this connection's own site, or refuses its launches from now on. Raises NotFound."""
    registration, platform = get_connection(db, by=by, uuid=uuid)
    found = queries.find_deployment(db, registration=registration, uuid=deployment)
    if found is None or found.platform_id not in {None, platform.id}:
        raise NotFound
    found.is_closed = not is_let_in
    if is_let_in:
        found.platform_id = platform.id
    kind = EventKind.DEPLOYMENT_LET_IN if is_let_in else EventKind.DEPLOYMENT_CLOSED
    log.note(db, kind, by=by, now=now, detail=found.platform_deployment_id)


def set_anonymous(db: Session, *, by: User, uuid: UUID, is_allowed: bool, now: datetime) -> None:
    """Whether a launch without a user opens a page that says how to sign in, or is refused."""
    registration, platform = get_connection(db, by=by, uuid=uuid)
    registration.allow_anonymous = is_allowed
    kind = EventKind.ANONYMOUS_ALLOWED if is_allowed else EventKind.ANONYMOUS_REFUSED
    log.note(db, kind, by=by, now=now, detail=platform.name)
