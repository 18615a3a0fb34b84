"""Gives rights by name and takes them back; keeps people out; marks courses as training courses."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db.inserting import build_insert
from app.membership.models import Context, Grant, User
from app.membership.roles import Right

_GRANT = build_insert(Grant, lambda insert: insert.on_conflict_do_nothing().returning(Grant.id))


def grant(db: Session, *, user: User, right: Right, by: User | None, now: datetime) -> bool:
    """Gives the right; False where the person has it already. `by` is None for a code and for the operator."""
    row = {
        "institution_id": user.institution_id, "user_id": user.id, "kind": right, "granted_at": now,
        "granted_by_id": by.id if by else None,
    }  # fmt: skip
    return db.scalar(_GRANT.of(db), row) is not None


def revoke(db: Session, *, grant: Grant, by: User | None, now: datetime) -> bool:
    """Takes the right back, from the next request on; False where somebody else just did."""
    taken = update(Grant).where(
        Grant.institution_id == grant.institution_id, Grant.id == grant.id, Grant.revoked_at.is_(None)
    )
    values = {"revoked_at": now, "revoked_by_id": by.id if by else None}
    return db.scalar(taken.values(values).returning(Grant.id)) is not None


def keep_out(db: Session, *, user: User, now: datetime) -> bool:
    """No launch and no session of this person counts from now on; False where they are kept out already."""
    ours = User.institution_id == user.institution_id, User.id == user.id, User.blocked_at.is_(None)
    return db.scalar(update(User).where(*ours).values(blocked_at=now).returning(User.id)) is not None


def let_in(db: Session, *, user: User) -> bool:
    """Their next launch counts again; False where nobody keeps them out."""
    ours = User.institution_id == user.institution_id, User.id == user.id, User.blocked_at.is_not(None)
    return db.scalar(update(User).where(*ours).values(blocked_at=None).returning(User.id)) is not None


def decide_course(db: Session, *, context: Context, is_training: bool | None, now: datetime) -> None:
    """A training course, not one, or (None) undecided again. Its staff see the completion list only in the first."""
    values = {"marked_at": now if is_training else None, "declined_at": now if is_training is False else None}
    db.execute(
        update(Context).where(Context.institution_id == context.institution_id, Context.id == context.id).values(values)
    )


def has_right(db: Session, *, user: User, right: Right) -> bool:
    """Whether a right was granted and not revoked. Pages need not ask: their guard knows."""
    query = select(Grant.id).where(
        Grant.institution_id == user.institution_id,
        Grant.user_id == user.id,
        Grant.kind == right,
        Grant.revoked_at.is_(None),
    )
    return db.scalar(query) is not None
