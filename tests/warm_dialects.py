"""What a server has warm after its first minute, kept from test to test: compiled statements, and connections.

Each test has a database of its own, and so an engine of its own, which would compile anew every statement that it runs
and open anew every connection: most of what a test costs. Here all engines of one kind share one dialect and what is
compiled for it, and a connection to a database of PostgreSQL that is lent again (`tests/postgres_pool.py`) goes back
to a shelf when an engine closes it. Each is a real connection, and is handed out as a fresh one is: in no transaction.
"""

from contextlib import suppress
from typing import Any, ClassVar, Self

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

# All that the suite says, and more than one engine's own cache would hold.
MOST_STATEMENTS = 5000
MOST_SHELVED = 6


class Shelf:
    """Idle connections by the name of their database; of those databases alone that are kept here."""

    def __init__(self) -> None:
        self._kept: dict[str, list[psycopg.Connection[Any]]] = {}

    def keep(self, database: str) -> None:
        """From now on connections to it are kept."""
        self._kept.setdefault(database, [])

    def list_pids(self, database: str) -> list[int]:
        """The server's processes of those that lie here."""
        return [connection.info.backend_pid for connection in self._kept.get(database, [])]

    def take(self, database: str) -> psycopg.Connection[Any] | None:
        shelved = self._kept.get(database)
        return shelved.pop() if shelved else None

    def give(self, connection: psycopg.Connection[Any]) -> None:
        """Puts it here as if it were new, or closes it."""
        shelved = None if connection.closed else self._kept.get(connection.info.dbname)
        if shelved is None or len(shelved) >= MOST_SHELVED:
            connection.close()
            return
        with suppress(psycopg.Error):
            connection.rollback()
            connection.set_autocommit(True)
            connection.execute("SELECT 1")  # one whose server has gone does not know it yet
            connection.set_autocommit(False)
            connection.set_isolation_level(None)
            shelved.append(connection)
            return
        connection.close()

    def clear(self, database: str) -> None:
        """Closes what lies here; nothing of this database is kept any more."""
        for connection in self._kept.pop(database, []):
            connection.close()


SHELF = Shelf()


class _Warm:
    """One dialect for all engines that ask for it in the same way; it asks its database about itself once."""

    _made: ClassVar[dict[tuple[Any, ...], Any]] = {}
    _is_made = _is_known = False

    def __new__(cls, **options: Any) -> Self:
        key = (cls, *sorted((name, repr(value)) for name, value in options.items()))
        if key not in cls._made:
            cls._made[key] = super().__new__(cls)
        found: Self = cls._made[key]
        return found

    def __init__(self, **options: Any) -> None:
        if not self._is_made:
            super().__init__(**options)
            self.compiled = LRUCache(MOST_STATEMENTS)
            self._is_made = True

    def initialize(self, connection: Connection) -> None:
        if not self._is_known:
            super().initialize(connection)  # type: ignore[misc]  # the dialect that this is mixed into
            self._is_known = True

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=engine.dialect.compiled)  # type: ignore[attr-defined]


class WarmSQLite(_Warm, SQLiteDialect_pysqlite):
    """SQLite as the app knows it."""

    supports_statement_cache = True


class WarmPostgres(_Warm, PGDialect_psycopg):
    """PostgreSQL as the app knows it; what an engine closes goes to the shelf."""

    supports_statement_cache = True

    def connect(self, *args: Any, **options: Any) -> Any:
        return SHELF.take(str(options.get("dbname"))) or super().connect(*args, **options)

    def do_close(self, dbapi_connection: Any) -> None:
        SHELF.give(dbapi_connection)

    def do_terminate(self, dbapi_connection: Any) -> None:
        dbapi_connection.close()


def warm() -> None:
    """From now on `create_engine` makes engines of these dialects."""
    registry.register("sqlite", __name__, WarmSQLite.__name__)
    registry.register("postgresql.psycopg", __name__, WarmPostgres.__name__)
