"""Closes a connection, at once and for everybody, and opens it again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lti.models import Deployment, Registration
from app.membership.models import Platform
from app.web.session import end_sessions_of_platform


def close(db: Session, *, registration: Registration, now: datetime) -> None:
    """No launch, no score and no roster from now on; whoever is signed in from one of its sites is out."""
    registration.is_active, registration.updated_at = False, now
    sites = select(Deployment.platform_id).where(Deployment.registration_id == registration.id)
    query = select(Platform).where(Platform.id.in_(sites) | (Platform.id == registration.platform_id))
    for platform in db.scalars(query):
        end_sessions_of_platform(db, institution_id=platform.institution_id, platform_id=platform.id, now=now)


def reopen(*, registration: Registration, now: datetime) -> None:
    """People open it from their course again; nobody's old session comes back."""
    registration.is_active, registration.updated_at = True, now
