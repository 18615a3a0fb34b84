"""Reads what the operator decides about: institutions, their connections, invitations, deployments that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.lti.models import Deployment, Invitation, Registration
from app.membership.models import Institution, Platform

MOST_INSTITUTIONS = 200
MOST_PENDING = 50
MOST_SITES = 500
MOST_LISTED = 50


@dataclass(frozen=True)
class InstitutionRow:
    """An institution, and how many of its connections are open."""

    uuid: UUID
    name: str
    connections: int


def list_institutions(db: Session) -> Sequence[InstitutionRow]:
    query = (
        select(Institution.uuid, Institution.name, func.count(Registration.id))
        .outerjoin(Platform, Platform.institution_id == Institution.id)
        .outerjoin(Registration, (Registration.platform_id == Platform.id) & Registration.is_active)
        .group_by(Institution.id, Institution.uuid, Institution.name)
        .order_by(Institution.name)
        .limit(MOST_INSTITUTIONS)
    )
    return [InstitutionRow(*row) for row in db.execute(query)]


def find_institution(db: Session, *, uuid: UUID) -> Institution | None:
    return db.scalars(select(Institution).where(Institution.uuid == uuid)).one_or_none()


def list_connections(db: Session, *, institution: Institution) -> Sequence[Row[Registration, Platform]]:
    query = (
        select(Registration, Platform)
        .join(Platform, Platform.id == Registration.platform_id)
        .where(Platform.institution_id == institution.id)
        .order_by(Platform.name, Registration.id)
    )
    return db.execute(query.limit(MOST_LISTED)).all()


def list_open_invitations(db: Session, *, institution: Institution, now: datetime) -> Sequence[Invitation]:
    query = select(Invitation).where(
        Invitation.institution_id == institution.id, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    return db.scalars(query.order_by(Invitation.id.desc()).limit(MOST_LISTED)).all()


def list_pending(db: Session) -> Sequence[Row[Deployment, Registration]]:
    """Deployments of connections that serve many institutions, and that belong to none yet."""
    query = (
        select(Deployment, Registration)
        .join(Registration, Registration.id == Deployment.registration_id)
        .where(Deployment.platform_id.is_(None), Registration.platform_id.is_(None))
        .order_by(Deployment.id)
        .limit(MOST_PENDING)
    )
    return db.execute(query).all()


def list_sites(db: Session) -> Sequence[Row[Platform, Institution]]:
    """Every LMS site to which a deployment may belong."""
    query = (
        select(Platform, Institution)
        .join(Institution, Institution.id == Platform.institution_id)
        .order_by(Institution.name, Platform.name)
    )
    return db.execute(query.limit(MOST_SITES)).all()


def find_registration(db: Session, *, uuid: UUID) -> Registration | None:
    return db.scalars(select(Registration).where(Registration.uuid == uuid)).one_or_none()


def find_pending(db: Session, *, uuid: UUID) -> Deployment | None:
    return db.scalars(select(Deployment).where(Deployment.uuid == uuid, Deployment.platform_id.is_(None))).one_or_none()


def find_site(db: Session, *, uuid: UUID) -> Platform | None:
    return db.scalars(select(Platform).where(Platform.uuid == uuid)).one_or_none()
