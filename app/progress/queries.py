"""Reads the ledger: one person's facts, many people's completions, receipts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.db.direct import Executes
from app.db.rows import make_copy, table_of
from app.membership.models import User
from app.progress.models import Fact, Receipt
from app.progress.rules import FactKind, belonging_prefix

Facts = dict[tuple[str, str], datetime]

# Built once, of the plain tables: every page of a learner asks for them.
_fact = table_of(Fact)
_receipt = table_of(Receipt)
_FACTS = select(_fact.c.kind, _fact.c.key, _fact.c.at).where(
    _fact.c.institution_id == bindparam("institution_id"), _fact.c.user_id == bindparam("user_id")
)
_RECEIPTS = (
    select(*_receipt.c)
    .where(_receipt.c.institution_id == bindparam("institution_id"), _receipt.c.user_id == bindparam("user_id"))
    .order_by(_receipt.c.at.desc(), _receipt.c.id.desc())
)
_RECEIPTS_OF_KEY = _RECEIPTS.where(_receipt.c.key == bindparam("key"))

_BELONGING = (
    select(_fact.c.kind)
    .where(
        _fact.c.institution_id == bindparam("institution_id"),
        _fact.c.user_id == bindparam("user_id"),
        _fact.c.kind.in_([FactKind.JOINED.value, FactKind.LEFT.value]),
        _fact.c.key.startswith(bindparam("context")),
    )
    .order_by(_fact.c.id.desc())
    .limit(1)
)


def read_belonging(db: Executes, *, user: User, context: UUID) -> str | None:
    """What was last said of this person in that course, *joined* or *left*; None where nothing was."""
    values = {"institution_id": user.institution_id, "user_id": user.id, "context": belonging_prefix(context)}
    row = db.execute(_BELONGING, values).one_or_none()
    return None if row is None else str(row[0])


def read_facts(db: Executes, *, user: User) -> Facts:
    """All facts of one person: (kind, key) to the moment they became true."""
    rows = db.execute(_FACTS, {"institution_id": user.institution_id, "user_id": user.id})
    return {(kind, key): at for kind, key, at in rows}


def read_facts_of(
    db: Session, *, institution_id: int, user_ids: Collection[int], kinds: Collection[FactKind]
) -> dict[int, Facts]:
    """The facts of those kinds for each of these people; people without any are missing from the mapping."""
    rows = db.execute(
        select(Fact.user_id, Fact.kind, Fact.key, Fact.at).where(
            Fact.institution_id == institution_id, Fact.user_id.in_(user_ids), Fact.kind.in_(list(kinds))
        )
    )
    found: dict[int, Facts] = {}
    for user_id, kind, key, at in rows:
        found.setdefault(user_id, {})[kind, key] = at
    return found


def list_receipts(db: Executes, *, user: User, key: str | None = None) -> Sequence[Receipt]:
    """What became of this person's completions, newest first; of one content key, or of all."""
    values = {"institution_id": user.institution_id, "user_id": user.id}
    rows = db.execute(_RECEIPTS, values) if key is None else db.execute(_RECEIPTS_OF_KEY, {**values, "key": key})
    return [make_copy(Receipt, row) for row in rows]


def read_receipts_of(
    db: Session, *, institution_id: int, context_id: int, user_ids: Collection[int]
) -> dict[int, Sequence[Receipt]]:
    """The receipts of these people in one context."""
    rows = db.scalars(
        select(Receipt).where(
            Receipt.institution_id == institution_id, Receipt.context_id == context_id, Receipt.user_id.in_(user_ids)
        )
    )
    found: dict[int, list[Receipt]] = {}
    for receipt in rows:
        found.setdefault(receipt.user_id, []).append(receipt)
    return dict(found)
