"""Reads every row that names a person, of all tables that can: by the tables' own keys, so that none is forgotten.

Nothing here lists tables. One that refers to a user, or knows people by the LMS's identifier, is in it by that alone.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, RowMapping, Select, Table, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.rows import table_of
from app.learning.models import Writing
from app.membership.models import Context, User

Record = dict[str, Any]

YOU, SOMEBODY_ELSE = "you", "somebody else"
# What opens something is nobody's to carry around, hashed or not.
_SECRET = re.compile(r"hash|token|secret|encrypted")
# The LMS's own addresses and state: what stands in them may open something there.
_OF_THE_LMS = {
    ("web_session", "return_url"),
    ("deep_linking_request", "return_url"),
    ("deep_linking_request", "data"),
}
# By what a row that belongs to nobody, such as a course, is told.
_LABELS = ("title", "name")

_user, _context = table_of(User), table_of(Context)


class Named(NamedTuple):
    """What of a person stands in rows that name them: values, or their places in a statement."""

    id: Any
    institution_id: Any
    platform_id: Any
    sub: Any

    @classmethod
    def of(cls, user: User) -> "Named":
        return cls(user.id, user.institution_id, user.platform_id, user.sub)


# The statements below are built once, for anybody.
_ANYBODY = Named(*(bindparam(f"person_{name}") for name in Named._fields))


def _fill(user: User) -> dict[str, Any]:
    return {f"person_{name}": value for name, value in Named.of(user)._asdict().items()}


@cache
def list_personal_tables() -> tuple[Table, ...]:
    """Every table whose rows can name a person."""
    return tuple(one for one in Base.metadata.sorted_tables if one is _user or naming_columns(one) or knows_subs(one))


def count_records(db: Session, *, user: User, names: Sequence[str]) -> dict[str, int]:
    """How many records of these tables name this person; a text that was deleted is none. One statement."""
    return dict(db.execute(_count_of(tuple(names)), _fill(user)).mappings().one())


@cache
def _count_of(names: tuple[str, ...]) -> Select[Any]:
    wanted = [one for one in list_personal_tables() if one.name in names]
    counts = [
        select(func.count())
        .select_from(one)
        .where(_is_of(one, _ANYBODY), *_counting(one))
        .scalar_subquery()
        .label(one.name)
        for one in wanted
    ]
    return select(*counts)


@cache
def _records_of(table: Table) -> Select[Any]:
    return select(*_visible(table)).where(_is_of(table, _ANYBODY)).order_by(*table.primary_key.columns)


def read_everything(db: Session, *, user: User) -> dict[str, list[Record]]:
    """All records that name this person, by table, oldest first; without secrets and without anybody else's data.

    Another person is `somebody else`; a record is referred to by its number in its own table, here and nowhere else;
    a course or link by its title. One person's records: hundreds, in years thousands, so they are read whole.
    """
    person = _fill(user)
    found = {one.name: db.execute(_records_of(one), person).mappings().all() for one in list_personal_tables()}
    numbers = {
        name: {row["id"]: number for number, row in enumerate(rows, 1)}
        for name, rows in found.items()
        if "id" in Base.metadata.tables[name].c
    }
    labels = _read_labels(db, user, found)
    return {
        name: [_tell(Base.metadata.tables[name], row, user, numbers, labels) for row in rows]
        for name, rows in found.items()
    }


def _is_of(table: Table, person: Named) -> ColumnElement[bool]:
    """Whether a row names this person: as its owner, as who did it, or as whom it was done to."""
    is_ours = table.c.institution_id == person.institution_id
    if table is _user:
        return and_(is_ours, table.c.id == person.id)
    naming = naming_columns(table)
    if naming:
        return and_(is_ours, or_(*(column == person.id for column in naming)))
    return has_sub(table, person)


def has_sub(table: Table, person: Named) -> ColumnElement[bool]:
    """Whether a row knows this person by the identifier that their LMS has for them."""
    of_their_lms = select(_context.c.id).where(
        _context.c.institution_id == person.institution_id, _context.c.platform_id == person.platform_id
    )
    is_ours = table.c.institution_id == person.institution_id
    return and_(is_ours, table.c.sub == person.sub, table.c.context_id.in_(of_their_lms))


@cache
def naming_columns(table: Table) -> tuple[Column[Any], ...]:
    """The columns of a table that refer to a person."""
    return tuple(column for column in table.c if find_target(column) is _user)


def knows_subs(table: Table) -> bool:
    """Whether a table knows people by the LMS's identifier alone."""
    return {"institution_id", "context_id", "sub"} <= set(table.c.keys())


@cache
def find_target(column: Column[Any]) -> Table | None:
    """The table whose row a column names by its id."""
    return next((key.column.table for key in column.foreign_keys if key.column.name == "id"), None)


def _counting(table: Table) -> list[ColumnElement[bool]]:
    return [table.c.text != ""] if table is table_of(Writing) else []


def _visible(table: Table) -> list[Any]:
    return [one for one in table.c if not _SECRET.search(one.name) and (table.name, one.name) not in _OF_THE_LMS]


def _read_labels(db: Session, user: User, found: Mapping[str, Sequence[RowMapping]]) -> dict[str, dict[int, str]]:
    """The titles of the courses, links and sites that these rows name, by table and id."""
    named: dict[str, set[int]] = {}
    for name, rows in found.items():
        for column in Base.metadata.tables[name].c:
            target = find_target(column)
            if target is not None and target.name not in found and _label(target) is not None:
                named.setdefault(target.name, set()).update(row[column.name] for row in rows)
    labels: dict[str, dict[int, str]] = {}
    for name, ids in named.items():
        target = Base.metadata.tables[name]
        query = select(target.c.id, _label(target)).where(target.c.institution_id == user.institution_id)
        labels[name] = {row[0]: row[1] for row in db.execute(query.where(target.c.id.in_(ids - {None})))}
    return labels


def _label(table: Table) -> Any:
    if "institution_id" not in table.c:
        return None
    return next((table.c[name] for name in _LABELS if name in table.c), None)


def _tell(
    table: Table, row: RowMapping, user: User, numbers: Mapping[str, Mapping[int, int]],
    labels: Mapping[str, Mapping[int, str]],
) -> Record:  # fmt: skip
    """One record as its person may read it."""
    told: Record = {}
    for name, value in row.items():
        target, plain = find_target(table.c[name]), name.removesuffix("_id")
        if name == "id":
            told["number_here"] = numbers[table.name][value]
        elif target is None:
            told[name] = value
        elif target is _user:
            told[plain] = None if value is None else YOU if value == user.id else SOMEBODY_ELSE
        elif target.name in numbers:
            told[f"{plain}_number"] = numbers[target.name].get(value)
        elif target.name in labels:
            told[plain] = labels[target.name].get(value)
    return told
