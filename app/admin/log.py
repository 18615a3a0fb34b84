"""Keeps what administrators do, in the transaction that does it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.admin.models import AdminEvent
from app.admin.rules import EventKind
from app.membership.models import User

LONGEST_DETAIL = 300


def note(db: Session, kind: EventKind, *, by: User, now: datetime, about: User | None = None, detail: str = "") -> None:  # noqa: PLR0913  one line of the log
    """What a person with a right did in their own institution."""
    row = AdminEvent(
        institution_id=by.institution_id, actor_id=by.id, kind=kind, about_id=about.id if about else None,
        detail=detail[:LONGEST_DETAIL], at=now,
    )  # fmt: skip
    db.add(row)


def note_operator(db: Session, kind: EventKind, *, institution_id: int | None, now: datetime, detail: str = "") -> None:
    """What the operator did, for one institution or for the whole server."""
    db.add(AdminEvent(institution_id=institution_id, kind=kind, detail=detail[:LONGEST_DETAIL], at=now))
