"""Records facts, lets those who listen know before the commit, and keeps receipts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.db.inserting import build_once, build_upsert
from app.db.rows import table_of
from app.membership.models import User
from app.progress.models import Fact, Receipt
from app.progress.rules import FactKind, ReceiptState

Listener = Callable[[Session, Fact], None]
MOST_FACTS_A_REQUEST = 100
_PENDING = "cairn.facts"
_SAY = build_once(Fact, ["user_id", "kind", "key"]).returning(Fact)
_KEEP_RECEIPT = build_upsert(table_of(Receipt), ["user_id", "context_id", "key"], newest=("state", "at"))


class TooManyFacts(RuntimeError):  # noqa: N818  a sentence
    """A request recorded more facts than one transaction should carry; such work belongs into a job."""


def record(db: Session, *, user: User, kind: FactKind, key: str, at: datetime) -> bool:
    """Appends a fact and queues it for the listeners; False where it was already true, and then nobody is told.

    Two requests at once cannot both get True: the table's own uniqueness decides.
    """
    row = {"institution_id": user.institution_id, "user_id": user.id, "kind": kind, "key": key, "at": at}
    fact: Fact | None = db.scalars(_SAY.of(db), row).one_or_none()
    if fact is None:
        return False
    db.info.setdefault(_PENDING, []).append(fact)
    return True


def record_all(  # noqa: PLR0913  one fact, of many people
    db: Session, *, institution_id: int, user_ids: Sequence[int], kind: FactKind, key: str, at: datetime
) -> None:
    """The same fact of several people in one statement, MOST_FACTS_A_REQUEST of them at most; for jobs."""
    if not user_ids:
        return
    rows = [{"institution_id": institution_id, "user_id": one, "kind": kind, "key": key, "at": at} for one in user_ids]
    facts = db.scalars(_SAY.of(db), rows).all()
    db.info.setdefault(_PENDING, []).extend(facts)


def settle(db: Session, listeners: Sequence[Listener]) -> None:
    """Tells each listener each fact of this transaction, first in first out; a listener may record more facts.

    Called once, before the commit. Raises TooManyFacts past MOST_FACTS_A_REQUEST.
    """
    pending: list[Fact] = db.info.get(_PENDING, [])
    told = 0
    while pending:
        fact = pending.pop(0)
        told += 1
        if told > MOST_FACTS_A_REQUEST:
            raise TooManyFacts(f"more than {MOST_FACTS_A_REQUEST} facts in one transaction")
        for listener in listeners:
            listener(db, fact)


def keep_receipt(  # noqa: PLR0913  a receipt says all this
    db: Session, *, user: User, context_id: int, key: str, state: ReceiptState, at: datetime
) -> None:
    """Says what became of a person's completion in one context; the newest word stands."""
    row = {
        "institution_id": user.institution_id, "user_id": user.id, "context_id": context_id, "key": key,
        "state": state, "at": at,
    }  # fmt: skip
    keep_receipt_row(db, row)


def keep_receipt_row(db: Session, row: Mapping[str, Any]) -> None:
    """The same from a row of the table, without its id: one statement, for the many scores of a gradebook."""
    _KEEP_RECEIPT.run(db, row)
