"""Inserts in the words of each database: a row is made once, or changed where it is there, whoever tries at once."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.rows import table_of
from app.db.statements import Statement

Into = Table | type[Base]


def build_insert(into: Into, shape: Callable[[Any], Any]) -> Statement:
    """The insert as `shape` completes it. A session asked with a mapped class first writes what it holds."""
    return Statement(shape(sqlite.insert(into)), shape(postgresql.insert(into)))


def build_once(into: Into, unique: Sequence[str]) -> Statement:
    """A row unless one with the same `unique` columns is there already."""
    return build_insert(into, lambda insert: insert.on_conflict_do_nothing(index_elements=unique))


def build_upsert(
    into: Into, unique: Sequence[str], *, newest: Sequence[str] = (), filled: Sequence[str] = ()
) -> Statement:
    """A row under its `unique` columns, made or changed.

    Where it is there, `newest` columns take the new value and `filled` ones a value that is not null; others stay.
    """
    columns = into.c if isinstance(into, Table) else table_of(into).c

    def shape(insert: Any) -> Any:
        kept = {name: insert.excluded[name] for name in newest}
        kept |= {name: func.coalesce(insert.excluded[name], columns[name]) for name in filled}
        return insert.on_conflict_do_update(index_elements=unique, set_=kept)

    return build_insert(into, shape)


def insert_once(db: Session, model: type[Base], row: Mapping[str, Any], *, unique: Sequence[str]) -> bool:
    """Inserts `row` unless one with the same `unique` columns is there already; True where it was inserted.

    A column whose value is None is left out, as in every insert of many rows of a class: its default stands there.
    """
    # What comes back, not a count: PostgreSQL's driver gives none for an insert that returns its key.
    return _build_told(model, tuple(unique)).run(db, row).first() is not None


@cache
def _build_told(model: type[Base], unique: tuple[str, ...]) -> Statement:
    return build_once(model, unique).returning(*table_of(model).primary_key.columns)


def insert_all_once(
    db: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str]
) -> None:
    """Inserts those of `rows` that are not there yet by their `unique` columns. One statement; a few hundred rows."""
    db.execute(build_once(model, unique).of(db).values(list(rows)))
