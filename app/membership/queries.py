"""Reads people, contexts and memberships, always inside one institution."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.db.direct import Executes
from app.db.rows import make_copy, table_of
from app.membership.models import Context, ContextCopy, Membership, User

# Built once, of the plain tables: the home page asks for it.
_context = table_of(Context)
_member = table_of(Membership)
_copy = table_of(ContextCopy)
_ancestor = table_of(Context).alias("ancestor")
_STAFFED = (
    select(*_context.c, _ancestor.c.title, _ancestor.c.label)
    .join(_member, _member.c.context_id == _context.c.id)
    .outerjoin(
        _copy,
        and_(_copy.c.context_id == _context.c.id, _copy.c.institution_id == bindparam("institution_id")),
    )
    .outerjoin(
        _ancestor,
        and_(
            _ancestor.c.id == _copy.c.ancestor_id,
            _ancestor.c.institution_id == bindparam("institution_id"),
            _ancestor.c.marked_at.is_not(None),
        ),
    )
    .where(
        _context.c.institution_id == bindparam("institution_id"),
        _member.c.institution_id == bindparam("institution_id"),
        _member.c.user_id == bindparam("user_id"),
        _member.c.is_staff,
        _member.c.left_at.is_(None),
    )
    .order_by(_context.c.title, _context.c.id)
)


def find_membership(db: Session, *, user: User, context_uuid: UUID) -> tuple[Context, Membership] | None:
    """The context of that address and this person's membership in it; None if either is missing or they left."""
    row = db.execute(
        select(Context, Membership)
        .join(Membership, Membership.context_id == Context.id)
        .where(
            Context.institution_id == user.institution_id,
            Membership.institution_id == user.institution_id,
            Context.uuid == context_uuid,
            Membership.user_id == user.id,
            Membership.left_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


@dataclass(frozen=True)
class Staffed:
    """A context in which somebody is staff; `copied_from` is the title of a marked one that it is a copy of."""

    context: Context
    copied_from: str | None


def list_staffed_contexts(db: Executes, *, user: User) -> Sequence[Staffed]:
    """The contexts in which this person is staff, by title."""
    rows = db.execute(_STAFFED, {"institution_id": user.institution_id, "user_id": user.id})
    return [Staffed(make_copy(Context, row[:-2]), row[-2] or row[-1]) for row in rows]
