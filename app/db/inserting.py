"""Inserts a row once, however many requests try at the same time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from app.db.base import Base


def insert_once(db: Session, table: type[Base], row: Mapping[str, Any], *, unique: Sequence[str]) -> bool:
    """Inserts `row` unless one with the same `unique` columns is there already; True where it was inserted."""
    if db.get_bind().dialect.name == "sqlite":
        result = db.execute(sqlite.insert(table).values(row).on_conflict_do_nothing(index_elements=unique))
    else:
        result = db.execute(postgresql.insert(table).values(row).on_conflict_do_nothing(index_elements=unique))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def insert_all_once(
    db: Session, table: type[Base], rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str]
) -> None:
    """Inserts those of `rows` that are not there yet by their `unique` columns. One statement; a few hundred rows."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    db.execute(insert(table).values(list(rows)).on_conflict_do_nothing(index_elements=unique))
