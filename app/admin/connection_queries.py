"""Reads connections and how they fare, in as many statements for one person as for a hundred thousand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, false, func, select
from sqlalchemy.orm import Session

from app.lti.delivery_rules import State
from app.lti.key_models import ToolKey
from app.lti.models import Delivery, Deployment, LaunchFailure, Registration, SendingPause, ServiceHealth
from app.lti.service_models import ServicePlace
from app.membership.models import EmbeddingOrigin, Platform, User, Visit

MOST_CONNECTIONS = 30
MOST_DEPLOYMENTS = 100


@dataclass(frozen=True)
class Queue:
    """The completions of a connection that are still to be sent, the oldest of them, and those that were refused."""

    waiting: int = 0
    oldest: datetime | None = None
    refused: int = 0


@dataclass(frozen=True)
class ConnectionReading:
    """One registration with everything that says how it fares."""

    registration: Registration
    platform: Platform
    services: Mapping[str, ServiceHealth] = field(default_factory=dict)
    failures: Sequence[LaunchFailure] = ()
    queue: Queue = Queue()
    pause: SendingPause | None = None
    last_launch: datetime | None = None
    # Deployments that were seen and wait for somebody to decide.
    undecided: int = 0
    # Origins at which services were seen that were elsewhere at first, and that nobody has said are theirs.
    new_places: tuple[str, ...] = ()


def read_connections(db: Session, *, institution_id: int, uuid: UUID | None = None) -> Sequence[ConnectionReading]:
    """The connections of an institution, or the one of that address, with their health: six statements."""
    query = _connections(institution_id)
    rows = db.execute(query if uuid is None else query.where(Registration.uuid == uuid)).all()
    ids = [registration.id for registration, *_rest in rows]
    services = _read_services(db, ids)
    failures = _read_failures(db, ids)
    queues = _read_queues(db, institution_id, ids)
    launches = _read_last_launches(db, institution_id)
    return [
        ConnectionReading(
            registration=registration,
            platform=platform,
            services=services.get(registration.id, {}),
            failures=failures.get(registration.id, ()),
            queue=queues.get(registration.id, Queue()),
            pause=pause,
            last_launch=launches.get(platform.id),
            undecided=undecided,
            new_places=tuple(sorted(set((places or "").split()))),
        )
        for registration, platform, pause, undecided, places in rows
    ]


def _connections(institution_id: int) -> Select[Registration, Platform, SendingPause, int, str | None]:
    waits = Deployment.platform_id.is_(None) & Deployment.is_closed.is_(False)
    undecided = (
        select(func.count(Deployment.id))
        .where(Deployment.registration_id == Registration.id, waits)
        .correlate(Registration)
        .scalar_subquery()
    )
    places = (
        select(func.aggregate_strings(ServicePlace.origin, " "))
        .join(Deployment, Deployment.id == ServicePlace.deployment_id)
        .where(Deployment.registration_id == Registration.id, ServicePlace.is_known.is_(False))
        .correlate(Registration)
        .scalar_subquery()
    )
    return (
        select(Registration, Platform, SendingPause, undecided, places)
        .join(Platform, Platform.id == Registration.platform_id)
        .outerjoin(SendingPause, SendingPause.registration_id == Registration.id)
        .where(Platform.institution_id == institution_id)
        .order_by(Registration.is_active.desc(), Platform.name, Registration.id)
        .limit(MOST_CONNECTIONS)
    )


def find_connection(db: Session, *, institution_id: int, uuid: UUID) -> tuple[Registration, Platform] | None:
    row = db.execute(_connections(institution_id).where(Registration.uuid == uuid)).one_or_none()
    return None if row is None else (row[0], row[1])


def _read_services(db: Session, ids: Collection[int]) -> dict[int, dict[str, ServiceHealth]]:
    found: dict[int, dict[str, ServiceHealth]] = {}
    for row in db.scalars(select(ServiceHealth).where(ServiceHealth.registration_id.in_(ids))):
        found.setdefault(row.registration_id, {})[row.service] = row
    return found


def _read_failures(db: Session, ids: Collection[int]) -> dict[int, list[LaunchFailure]]:
    """By registration, newest first; there is one row for each reason."""
    query = select(LaunchFailure).where(LaunchFailure.registration_id.in_(ids)).order_by(LaunchFailure.last_at.desc())
    found: dict[int, list[LaunchFailure]] = {}
    for row in db.scalars(query):
        found.setdefault(row.registration_id, []).append(row)
    return found


def _read_queues(db: Session, institution_id: int, ids: Collection[int]) -> dict[int, Queue]:
    """Both halves read an index that holds only what is not done."""
    ours = Delivery.institution_id == institution_id, Delivery.registration_id.in_(ids)
    waiting = select(Delivery.registration_id, func.count(Delivery.id), func.min(Delivery.completed_at))
    refused = select(Delivery.registration_id, func.count(Delivery.id))
    waits = db.execute(waiting.where(*ours, Delivery.next_at.is_not(None)).group_by(Delivery.registration_id))
    found = {number: Queue(count, oldest) for number, count, oldest in waits}
    refusals = db.execute(refused.where(*ours, Delivery.state == State.REFUSED).group_by(Delivery.registration_id))
    for number, count in refusals:
        found[number] = replace(found.get(number, Queue()), refused=count)
    return found


def _read_last_launches(db: Session, institution_id: int) -> dict[int, datetime]:
    """By platform. Each person's newest visit stands at the end of their part of an index."""
    newest = (
        select(Visit.at)
        .where(Visit.institution_id == institution_id, Visit.user_id == User.id)
        .order_by(Visit.at.desc())
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )
    people = select(User.platform_id, newest.label("at")).where(User.institution_id == institution_id).subquery()
    query = select(people.c.platform_id, func.max(people.c.at)).group_by(people.c.platform_id)
    return {platform_id: at for platform_id, at in db.execute(query) if at is not None}


def list_keys(db: Session, rings: Collection[UUID | None]) -> Sequence[ToolKey]:
    """Our keys that sign for connections with these rings."""
    named = [ring for ring in rings if ring is not None]
    is_ours = ToolKey.key_ring.in_(named) | (ToolKey.key_ring.is_(None) if None in rings else false())
    return db.scalars(select(ToolKey).where(is_ours).order_by(ToolKey.created_at, ToolKey.kid)).all()


def list_all_keys(db: Session) -> Sequence[Row[ToolKey, str | None]]:
    """Each of our keys with its LMS; None where connections of old share it, and where it signs for nobody."""
    query = (
        select(ToolKey, func.coalesce(Platform.name, Registration.issuer))
        .outerjoin(Registration, Registration.key_ring == ToolKey.key_ring)
        .outerjoin(Platform, Platform.id == Registration.platform_id)
        .order_by(ToolKey.created_at, ToolKey.kid)
    )
    return db.execute(query).all()


def list_deployments(db: Session, *, registration: Registration) -> Sequence[Deployment]:
    query = select(Deployment).where(Deployment.registration_id == registration.id)
    return db.scalars(query.order_by(Deployment.id).limit(MOST_DEPLOYMENTS)).all()


def list_origins(db: Session, *, platform: Platform) -> Sequence[EmbeddingOrigin]:
    query = select(EmbeddingOrigin).where(EmbeddingOrigin.platform_id == platform.id)
    return db.scalars(query.order_by(EmbeddingOrigin.is_added.desc(), EmbeddingOrigin.id)).all()


def find_deployment(db: Session, *, registration: Registration, uuid: UUID) -> Deployment | None:
    return db.scalars(
        select(Deployment).where(Deployment.registration_id == registration.id, Deployment.uuid == uuid)
    ).one_or_none()
