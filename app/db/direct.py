"""Runs statements of plain tables straight on the driver, where SQLAlchemy costs more than the database.

A statement is still built of our tables, once, at import. Here it is compiled once for each dialect, and from then on
only its text and its values travel; the column types still convert both. Anything else (a statement of mapped classes,
an object to add) goes to an ordinary session on the same connection, which is made when it is first asked for.

On PostgreSQL each message costs more than what it asks for, so a transaction begins only where something is written
that others depend on. Until then it reads, and rows that only have to be there in the end are put off; where nothing
else was written, all of them go as one statement, which is a transaction by itself.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import PoolProxiedConnection

_MOST_KNOWN = 500
Values = Mapping[str, Any]
Convert = Callable[[Any], Any]


class Rows(list[Any]):
    """All rows of one answer, named by column: what is asked of a result of SQLAlchemy, and no more."""

    def all(self) -> list[Any]:
        return self

    def one(self) -> Any:
        (row,) = self
        return row

    def one_or_none(self) -> Any | None:
        return self.one() if self else None


def add_later(db: "Executes", statement: Any, values: Values) -> None:
    """A row that has to be there in the end: put off where that is quicker."""
    if isinstance(db, Direct):
        db.add_later(statement, values)
    else:
        db.execute(statement, values)


def is_taken(error: DBAPIError, table: str) -> bool:
    """Whether it says that this table has a row of the same key already."""
    cause = error.orig
    if isinstance(cause, psycopg.errors.UniqueViolation):
        return cause.diag.table_name == table
    return f"UNIQUE constraint failed: {table}." in str(cause)


class Executes(Protocol):
    """A session, a connection or a `Direct`: whatever runs a statement."""

    def execute(self, statement: Any, values: Any = None, /) -> Any: ...


def name_dialect(db: Any) -> str:
    """`sqlite` or `postgresql`, of a session or a `Direct`."""
    name: str = db.dialect_name if isinstance(db, Direct) else db.get_bind().dialect.name
    return name


@dataclass(frozen=True)
class _Prepared:
    """One statement as the driver takes it: its text, its values by name or in order, and its rows."""

    text: str
    fixed: Values
    made: Sequence[tuple[str, Callable[[Any], Any]]]
    order: Sequence[str] | None
    binds: Mapping[str, Convert]
    make_row: Callable[..., Any] | None
    reads: Sequence[tuple[int, Convert]]

    def write_values(self, values: Values) -> Any:
        whole = {**self.fixed, **values}
        for name, make in self.made:
            if name not in values:
                whole[name] = make(None)
        for name, convert in self.binds.items():
            whole[name] = convert(whole[name])
        return whole if self.order is None else [whole[name] for name in self.order]

    def read_row(self, row: Sequence[Any]) -> Any:
        assert self.make_row is not None
        if not self.reads:
            return self.make_row(row)
        read = list(row)
        for number, convert in self.reads:
            read[number] = convert(read[number])
        return self.make_row(read)


@dataclass(frozen=True)
class _Known:
    """What was compiled for one dialect."""

    prepared: dict[tuple[Any, tuple[str, ...]], _Prepared] = field(default_factory=dict)
    joined: dict[tuple[str, ...], str] = field(default_factory=dict)


_known_of: WeakKeyDictionary[Dialect, _Known] = WeakKeyDictionary()


class Preparer:
    """The statements of one dialect, each compiled when it is first run with these names of values."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect: Dialect = engine.dialect
        self._known = _known_of.setdefault(engine.dialect, _Known())

    def join(self, texts: tuple[str, ...]) -> str:
        """These inserts as one statement; the values of the nth have its number before their names."""
        joined = self._known.joined.get(texts)
        if joined is None:
            numbered = [text.replace("%(", f"%({number}_") for number, text in enumerate(texts)]
            within = [f"added_{number} AS ({text})" for number, text in enumerate(numbered[:-1])]
            joined = self._known.joined[texts] = f"WITH {', '.join(within)} {numbered[-1]}" if within else numbered[-1]
        return joined

    def prepare(self, statement: Any, names: tuple[str, ...]) -> _Prepared:
        # Statements are compared by identity: one that is built once is found again.
        key = (statement, names)
        known = self._known.prepared.get(key)
        if known is None:
            if len(self._known.prepared) >= _MOST_KNOWN:
                self._known.prepared.clear()  # somebody builds statements anew each time; they work, and are not quick
            known = self._known.prepared[key] = self._compile(statement, names)
        return known

    def _compile(self, statement: Any, names: tuple[str, ...]) -> _Prepared:
        columns = list(names) if statement.is_insert else None
        compiled = statement.compile(dialect=self.dialect, column_keys=columns)
        assert not compiled.literal_execute_params, "what is put into the text at each run cannot be prepared"
        binds = {
            name: convert
            for bind, name in compiled.bind_names.items()
            if (convert := bind.type.dialect_impl(self.dialect).bind_processor(self.dialect)) is not None
        }
        made = [(column.key, _maker(column)) for column in compiled.insert_prefetch or ()]
        fixed = {name: bind.effective_value for bind, name in compiled.bind_names.items() if name not in names}
        found = compiled._result_columns  # noqa: SLF001  their names and types have no public door before a row is there
        return _Prepared(
            text=str(compiled),
            fixed=fixed,
            made=made,
            order=compiled.positiontup if compiled.positional else None,
            binds=binds,
            make_row=_make_row_type([column.keyname for column in found]) if found else None,
            reads=[
                (number, convert)
                for number, column in enumerate(found)
                if (convert := column.type.dialect_impl(self.dialect).result_processor(self.dialect, None)) is not None
            ],
        )


def _maker(column: Any) -> Callable[[Any], Any]:
    default = column.default
    if default.is_callable:
        made: Callable[[Any], Any] = default.arg
        return made
    return lambda _context: default.arg


def _make_row_type(names: Sequence[str]) -> Callable[..., Any]:
    row_type = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024  its names are known at run time only
    made: Callable[..., Any] = row_type._make
    return made


class Direct:
    """One visit to the database: a transaction that writes, or reading, where each statement stands for itself.

    `begins_late` where the driver begins a transaction by itself, and is told here when.
    """

    def __init__(
        self, sessions: sessionmaker[Session], preparer: Preparer, connection: PoolProxiedConnection, *,
        begins_late: bool = False,
    ) -> None:  # fmt: skip
        self._sessions = sessions
        self._preparer = preparer
        self._connection = connection
        driver: Any = connection.dbapi_connection
        self._driver = driver
        self._begins_late = begins_late
        # None once the transaction has begun.
        self._put_off: list[tuple[_Prepared, Any]] | None = [] if begins_late else None
        if begins_late:
            self._driver.autocommit = True

    @property
    def dialect_name(self) -> str:
        return self._preparer.dialect.name

    def execute(self, statement: Any, values: Values | None = None, /) -> Any:
        """The rows of a statement of plain tables; a result of SQLAlchemy for any other. Raises DBAPIError."""
        if statement._propagate_attrs:  # noqa: SLF001  by this SQLAlchemy itself knows that mapped classes are meant
            return self.session.execute(statement, values)
        given = values if values is not None else {}
        prepared = self._preparer.prepare(statement, tuple(given))
        if not statement.is_select:
            self._begin()
        return self._run(prepared, prepared.write_values(given))

    def add_later(self, statement: Any, values: Values) -> None:
        """A row that has to be there in the end. Raises DBAPIError here, at a later statement or at the end."""
        prepared = self._preparer.prepare(statement, tuple(values))
        whole = prepared.write_values(values)
        if self._put_off is None:
            self._run(prepared, whole)
        else:
            self._put_off.append((prepared, whole))

    def _begin(self) -> None:
        """From here on it is an ordinary transaction, whose first statements are those that were put off."""
        if self._put_off is None:
            return
        put_off, self._put_off = self._put_off, None
        self._driver.autocommit = False
        for prepared, values in put_off:
            self._run(prepared, values)

    def _run(self, prepared: _Prepared, values: Any) -> Rows:
        self._tell(prepared.text, values)
        cursor = self._send(prepared.text, values)
        if prepared.make_row is None:
            return Rows()
        return Rows(map(prepared.read_row, cursor.fetchall()))

    def _run_put_off(self, put_off: list[tuple[_Prepared, Any]]) -> None:
        for prepared, values in put_off:
            self._tell(prepared.text, values)
        joined = self._preparer.join(tuple(prepared.text for prepared, _ in put_off))
        numbered = enumerate(values for _, values in put_off)
        self._send(joined, {f"{number}_{name}": one for number, values in numbered for name, one in values.items()})

    def _tell(self, text: str, values: Any) -> None:
        for hear in self._preparer.engine.dispatch.before_cursor_execute:
            hear(None, None, text, values, None, False)

    def _send(self, text: str, values: Any) -> Any:
        error = self._preparer.dialect.loaded_dbapi.Error
        try:
            return self._driver.execute(text, values)
        except error as failure:
            raise DBAPIError.instance(text, (), failure, error, hide_parameters=True) from failure

    @cached_property
    def session(self) -> Session:
        """An ordinary session in the same transaction, for what is rare."""
        self._begin()
        self._connection.info["is_begun"] = True
        made = self._sessions(bind=Connection(self._preparer.engine, connection=self._connection))
        # At once part of the transaction, so that its commit is the commit, whatever it was used for.
        made.connection()
        return made

    @property
    def is_awake(self) -> bool:
        """Whether the session was asked for, so that objects and facts may wait in it."""
        return "session" in self.__dict__

    def finish(self) -> None:
        """Commits; by the session where one was asked for, so that all who listen to it hear."""
        if self.is_awake:
            self.session.commit()
        elif self._put_off is None:
            self._driver.commit()
        elif self._put_off:
            self._run_put_off(self._put_off)

    def rest(self) -> None:
        """Leaves the connection to whoever is next as it was found: one that begins transactions by itself."""
        if self._begins_late and self._driver.autocommit and not self._driver.closed:
            self._driver.autocommit = False

    def close(self) -> None:
        """Gives the connection back; what was not committed is undone."""
        if self.is_awake:
            self.session.close()
        self._connection.close()
