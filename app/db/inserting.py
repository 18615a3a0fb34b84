"""Inserts a row once, however many requests try at the same time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.rows import table_of


def insert_once(db: Session, table: type[Base], row: Mapping[str, Any], *, unique: Sequence[str]) -> bool:
    """Inserts `row` unless one with the same `unique` columns is there already; True where it was inserted."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = insert(table).values(row).on_conflict_do_nothing(index_elements=unique)
    # What comes back, not a count: PostgreSQL's driver gives none for an insert that returns its key.
    return db.execute(made.returning(*table_of(table).primary_key.columns)).first() is not None


def insert_all_once(
    db: Session, table: type[Base], rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str]
) -> None:
    """Inserts those of `rows` that are not there yet by their `unique` columns. One statement; a few hundred rows."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    db.execute(insert(table).values(list(rows)).on_conflict_do_nothing(index_elements=unique))
