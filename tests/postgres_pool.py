"""PostgreSQL databases for tests, emptied and lent again: making one takes a hundred times as long as emptying it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine, make_url, text

from tests.warm_dialects import SHELF

# What tells a database whose schema a test has changed, or what it says of its version.
_SHAPE = """
SELECT (SELECT string_agg(version_num, ',') FROM alembic_version),
       (SELECT count(*) FROM pg_class), (SELECT max(oid::bigint) FROM pg_class),
       (SELECT count(*) FROM pg_attribute), (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_proc)
"""
_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%s::int[])
"""
# Everything, the job engine's too, but the schema's own version; each counter is back at its beginning. A table
# without a page was never written to.
_EMPTY = """
DO $$
DECLARE one record;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT oid::regclass AS name FROM pg_class
             WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'procrastinate'::regnamespace)
             AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0 LOOP
    EXECUTE 'DELETE FROM ' || one.name;
  END LOOP;
  FOR one IN SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) AS name FROM pg_sequences
             WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE 'ALTER SEQUENCE ' || one.name || ' RESTART';
  END LOOP;
END $$
"""


class PostgresPool:
    """Copies of one migrated database on one server. A copy whose schema was changed is not lent again."""

    def __init__(self, server: str, template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[_Lent] = []
        self._shape: tuple[object, ...] | None = None

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The URL of an empty, migrated database, for this test alone."""
        one = self._free.pop() if self._free else self._make()
        yield one.url
        if one.was_emptied(self._shape):
            self._free.append(one)
        else:
            self._drop(one)

    def close(self) -> None:
        while self._free:
            self._drop(self._free.pop())

    def _make(self) -> "_Lent":
        name = f"cairn_{uuid4().hex}"
        run_sql(self._server, f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        made = _Lent(with_name(self._server, name), name)
        self._shape = self._shape or made.read_shape()
        return made

    def _drop(self, one: "_Lent") -> None:
        one.close()
        run_sql(self._server, f'DROP DATABASE "{one.name}" WITH (FORCE)')


class _Lent:
    """One copy, with a connection of the pool's own that stays open, and the connections of tests that it has kept."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self._own = psycopg.connect(url, autocommit=True)
        SHELF.keep(name)

    def read_shape(self) -> tuple[object, ...] | None:
        return self._own.execute(_SHAPE).fetchone()

    def was_emptied(self, shape: tuple[object, ...] | None) -> bool:
        """False, and then the database is to be dropped, where the schema is no longer the template's."""
        self._own.execute(_OTHERS, [SHELF.list_pids(self.name)])
        if self.read_shape() != shape:
            return False
        self._own.execute(_EMPTY)
        return True

    def close(self) -> None:
        SHELF.clear(self.name)
        self._own.close()


def with_name(url: str, name: str) -> str:
    """The same server's URL with that database."""
    return make_url(url).set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def run_sql(url: str, sql: str) -> None:
    """One statement outside of any transaction."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(sql))
    engine.dispose()
