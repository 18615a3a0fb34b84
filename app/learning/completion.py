"""Records that a module was begun, and that it is complete, from what a person did in it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.learning import rules
from app.membership.models import User
from app.progress import queries as progress_queries
from app.progress import service as progress_service
from app.progress.rules import FactKind, module_key
from modules import Module


def note_progress(db: Session, *, user: User, module: Module, now: datetime) -> None:
    """Called after anything that a person did in a module; records *started* at first and *completed* at the end.

    Two last steps at once, in two tabs, must not each miss the other: the person's row is held until the commit.
    """
    _hold(db, user)
    facts = progress_queries.read_facts(db, user=user)
    key = module_key(module.id)
    if (FactKind.STARTED, key) not in facts:
        progress_service.record(db, user=user, kind=FactKind.STARTED, key=key, at=now)
    if (FactKind.COMPLETED, key) not in facts and rules.is_complete(module, facts):
        progress_service.record(db, user=user, kind=FactKind.COMPLETED, key=key, at=now)


def record_part(db: Session, *, user: User, module: Module, fact: tuple[str, str], now: datetime) -> None:
    """Records the fact of one part (`Part.fact`) and what follows from it for the module."""
    kind, key = fact
    progress_service.record(db, user=user, kind=FactKind(kind), key=key, at=now)
    note_progress(db, user=user, module=module, now=now)


def _hold(db: Session, user: User) -> None:
    """Waits for the person's other requests. SQLite has one writer anyway and ignores the clause."""
    # NO KEY UPDATE: facts just written share the row's key, and two requests must not wait for each other.
    ours = User.institution_id == user.institution_id, User.id == user.id
    db.execute(select(User.id).where(*ours).with_for_update(key_share=True))
