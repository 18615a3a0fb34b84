"""Keeps private texts; a page that saves an older text over a newer one is told, and neither is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db.inserting import insert_once
from app.learning.models import Writing
from app.membership.models import User


@dataclass(frozen=True)
class Draft:
    """A text as a page sends it: key, words, and the revision that the page was built on (0: there was none)."""

    key: str
    text: str
    revision: int


@dataclass(frozen=True)
class Kept:
    """What stands under a key now. `is_conflict`: the draft was built on an older revision, and was not kept."""

    key: str
    text: str
    revision: int
    saved_at: datetime
    is_conflict: bool = False


def save_text(db: Session, *, user: User, draft: Draft, now: datetime) -> Kept | None:
    """Keeps a draft; the same words again are fine, whatever their revision. None: nothing was and nothing is there."""
    found = _find(db, user, draft.key)
    if found is None and (not draft.text or _begin(db, user, draft, now)):
        return Kept(draft.key, draft.text, 1, now) if draft.text else None
    if found is not None:
        _replace(db, found, draft, now)
    found = _find(db, user, draft.key)
    assert found is not None
    is_conflict = found.text != draft.text
    return Kept(found.key, found.text, found.revision, found.saved_at, is_conflict=is_conflict)


def delete_texts(db: Session, *, user: User, keys: Sequence[str], now: datetime) -> None:
    """Empties these texts for good. The revision goes on, so that a window left open cannot bring them back unasked."""
    db.execute(
        update(Writing)
        .where(Writing.institution_id == user.institution_id, Writing.user_id == user.id, Writing.key.in_(keys))
        .values(text="", revision=Writing.revision + 1, saved_at=now)
        .execution_options(synchronize_session=False)
    )


def delete_all_texts(db: Session, *, user: User, now: datetime) -> None:
    """Empties every text of this person, in the same way."""
    kept = Writing.institution_id == user.institution_id, Writing.user_id == user.id, Writing.text != ""
    db.execute(
        update(Writing)
        .where(*kept)
        .values(text="", revision=Writing.revision + 1, saved_at=now)
        .execution_options(synchronize_session=False)
    )


def _find(db: Session, user: User, key: str) -> Writing | None:
    return db.scalars(
        select(Writing)
        .where(Writing.institution_id == user.institution_id, Writing.user_id == user.id, Writing.key == key)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _begin(db: Session, user: User, draft: Draft, now: datetime) -> bool:
    """Writes the first text under a key; False where another window was quicker."""
    row = {
        "institution_id": user.institution_id,
        "user_id": user.id,
        "key": draft.key,
        "text": draft.text,
        "revision": 1,
        "saved_at": now,
    }
    return insert_once(db, Writing, row, unique=["user_id", "key"])


def _replace(db: Session, found: Writing, draft: Draft, now: datetime) -> None:
    """Writes over the very revision that the draft was built on; nothing where it is no longer there."""
    if found.text == draft.text:
        return
    db.execute(
        update(Writing)
        .where(
            Writing.institution_id == found.institution_id,
            Writing.id == found.id,
            Writing.revision == draft.revision,
        )
        .values(text=draft.text, revision=Writing.revision + 1, saved_at=now)
        .execution_options(synchronize_session=False)
    )
