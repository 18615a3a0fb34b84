"""Runs statements of plain tables straight on the driver, where SQLAlchemy costs more than the database.

A statement is still built of our tables, once, at import. Here it is compiled once for each database, and from then on
only its text and its values travel; the column types still convert both. Anything else (a statement of mapped classes,
an object to add) goes to an ordinary session on the same connection, which is made when it is first asked for.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

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


class Preparer:
    """The statements of one database, each compiled when it is first run with these names of values."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect: Dialect = engine.dialect
        self._known: dict[tuple[Any, tuple[str, ...]], _Prepared] = {}

    def prepare(self, statement: Any, names: tuple[str, ...]) -> _Prepared:
        # Statements are compared by identity: one that is built once is found again.
        key = (statement, names)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()  # somebody builds statements anew each time; they work, and are not quick
            known = self._known[key] = self._compile(statement, names)
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
    """One visit to the database: a transaction that writes, or reading, where each statement stands for itself."""

    def __init__(self, sessions: sessionmaker[Session], preparer: Preparer, connection: PoolProxiedConnection) -> None:
        self._sessions = sessions
        self._preparer = preparer
        self._connection = connection
        self._driver: Any = connection.dbapi_connection

    @property
    def dialect_name(self) -> str:
        return self._preparer.dialect.name

    def execute(self, statement: Any, values: Values | None = None, /) -> Any:
        """The rows of a statement of plain tables; a result of SQLAlchemy for any other. Raises DBAPIError."""
        if statement._propagate_attrs:  # noqa: SLF001  by this SQLAlchemy itself knows that mapped classes are meant
            return self.session.execute(statement, values)
        given = values if values is not None else {}
        prepared = self._preparer.prepare(statement, tuple(given))
        error = self._preparer.dialect.loaded_dbapi.Error
        try:
            return self._run(prepared, prepared.write_values(given))
        except error as failure:
            raise DBAPIError.instance(prepared.text, (), failure, error, hide_parameters=True) from failure

    def _run(self, prepared: _Prepared, values: Any) -> Rows:
        for hear in self._preparer.engine.dispatch.before_cursor_execute:
            hear(None, None, prepared.text, values, None, False)
        cursor = self._driver.execute(prepared.text, values)
        if prepared.make_row is None:
            return Rows()
        return Rows(map(prepared.read_row, cursor.fetchall()))

    @cached_property
    def session(self) -> Session:
        """An ordinary session in the same transaction, for what is rare."""
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
        else:
            self._driver.commit()

    def close(self) -> None:
        """Gives the connection back; what was not committed is undone."""
        if self.is_awake:
            self.session.close()
        self._connection.close()
