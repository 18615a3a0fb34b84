"""Reads the ledger: one person's facts, many people's completions, receipts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.membership.models import User
from app.progress.models import Fact, Receipt
from app.progress.rules import FactKind

Facts = dict[tuple[str, str], datetime]


def read_facts(db: Session, *, user: User) -> Facts:
    """All facts of one person: (kind, key) to the moment they became true."""
    rows = db.execute(
        select(Fact.kind, Fact.key, Fact.at).where(Fact.institution_id == user.institution_id, Fact.user_id == user.id)
    )
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


def list_receipts(db: Session, *, user: User, key: str | None = None) -> Sequence[Receipt]:
    """What became of this person's completions, newest first; of one content key, or of all."""
    query = select(Receipt).where(Receipt.institution_id == user.institution_id, Receipt.user_id == user.id)
    if key is not None:
        query = query.where(Receipt.key == key)
    return db.scalars(query.order_by(Receipt.at.desc(), Receipt.id.desc())).all()


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
