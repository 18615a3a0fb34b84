"""Erases a person: every row that is theirs, in all tables that can hold one. What they did to others loses their name.

Nothing here lists the tables that are erased; those that are kept stand in KEPT, with the reason.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Table, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from app.assessment.deleting import delete_all_assessments
from app.credentials.queries import Named, find_target, has_sub, knows_subs, list_personal_tables, naming_columns
from app.db.rows import table_of
from app.membership.models import User
from modules import Library

# The record of what was done to other people or to the institution: theirs to read, by nobody's name from then on.
KEPT = {
    "admin_event": {"actor_id", "about_id"},
    "right_grant": {"granted_by_id", "revoked_by_id"},
    "look": {"viewer_id"},
}
_AT_ONCE = 500
_user = table_of(User)
Doomed = Mapping[str, Sequence[Any]]


def _list_doomed(db: Session, *, user: User) -> Doomed:
    """The keys of all rows that would go, by table: what names the person, and what refers to such a row."""
    doomed: dict[str, Sequence[Any]] = {}
    for table in list_personal_tables():
        which = [] if table is _user else [*_names(table, user), *_refers(table, doomed)]
        if which:
            ours = table.c.institution_id == user.institution_id
            doomed[table.name] = db.scalars(select(_key(table)).where(ours, or_(*which))).all()
    return doomed


def erase(db: Session, *, user: User, library: Library) -> None:
    """For good, in one transaction. Sums and group figures go down by what they held of this person.

    What was being written for them is waited for, and goes; what would be written later fails, for the row that it
    refers to is gone. Where others' records still refer to the person, an empty row is put in their place: no name, no
    address, no identifier of the LMS. A later launch is somebody new.
    """
    _hold(db, user)
    delete_all_assessments(db, user=user, library=library)
    doomed = _list_doomed(db, user=user)
    for table in reversed(list_personal_tables()):
        for some in _split(doomed.get(table.name, ())):
            db.execute(delete(table).where(table.c.institution_id == user.institution_id, _key(table).in_(some)))
    _remove_name(db, user)


def _hold(db: Session, user: User) -> None:
    """Waits for whoever is writing a row that refers to the person, and lets nobody begin to."""
    # SQLite has one writer anyway and ignores the clause.
    this = _user.c.institution_id == user.institution_id, _user.c.id == user.id
    db.execute(select(_user.c.id).where(*this).with_for_update())


def _remove_name(db: Session, user: User) -> None:
    """The row itself goes, also where an empty one takes its place: rows that wait to refer to it must find nobody."""
    of_others = list(_list_kept(db, user))
    if of_others:
        same = {name: getattr(user, name) for name in ("institution_id", "platform_id", "is_test_user", "created_at")}
        made = insert(_user).values(**same, sub=f"erased-{uuid4()}", uuid=uuid4())
        nobody = db.scalars(made.returning(_user.c.id)).one()
        for column in of_others:
            ours = column.table.c.institution_id == user.institution_id
            db.execute(update(column.table).where(ours, column == user.id).values({column.name: nobody}))
    db.execute(delete(_user).where(_user.c.institution_id == user.institution_id, _user.c.id == user.id))


def _list_kept(db: Session, user: User) -> Iterator[Any]:
    """The columns in which others' records refer to this person."""
    for table in list_personal_tables():
        for column in naming_columns(table):
            of_person = table.c.institution_id == user.institution_id, column == user.id
            if db.execute(select(column).where(*of_person).limit(1)).first():
                yield column


def _names(table: Table, user: User) -> Iterator[ColumnElement[bool]]:
    kept = KEPT.get(table.name, set())
    yield from (column == user.id for column in naming_columns(table) if column.name not in kept)
    if not naming_columns(table) and knows_subs(table):
        yield has_sub(table, Named.of(user))


def _refers(table: Table, doomed: Doomed) -> Iterator[ColumnElement[bool]]:
    """Rows of others that hang on a row which goes, such as what happened to a share of a goal."""
    for column in table.c:
        target = find_target(column)
        if target is not None:
            yield from (column.in_(some) for some in _split(doomed.get(target.name, ())))


def _split(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    yield from (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))


def _key(table: Table) -> Any:
    (key,) = table.primary_key.columns
    return key
