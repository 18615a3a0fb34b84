"""PostgreSQL databases for tests, emptied and lent again: making one takes a hundred times as long as emptying it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine, make_url, text

# What tells a database whose schema a test has changed, or what it says of its version.
_SHAPE = """
SELECT (SELECT string_agg(version_num, ',') FROM alembic_version),
       (SELECT count(*) FROM pg_class), (SELECT max(oid::bigint) FROM pg_class),
       (SELECT count(*) FROM pg_attribute), (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_proc)
"""
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
# Everything, the job engine's too, but the schema's own version; each counter is back at its beginning.
_EMPTY = """
DO $$
DECLARE one record;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
             WHERE schemaname IN ('public', 'procrastinate') AND tablename <> 'alembic_version' LOOP
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
        self._free: list[str] = []
        self._shape: tuple[object, ...] | None = None

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The URL of an empty, migrated database, for this test alone."""
        name = self._free.pop() if self._free else self._make()
        yield with_name(self._server, name)
        if self._was_emptied(name):
            self._free.append(name)
        else:
            run_sql(self._server, f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        while self._free:
            run_sql(self._server, f'DROP DATABASE "{self._free.pop()}" WITH (FORCE)')

    def _make(self) -> str:
        name = f"cairn_{uuid4().hex}"
        run_sql(self._server, f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        if self._shape is None:
            with psycopg.connect(with_name(self._server, name), autocommit=True) as connection:
                self._shape = connection.execute(_SHAPE).fetchone()
        return name

    def _was_emptied(self, name: str) -> bool:
        """False, and then the database is to be dropped, where the schema is no longer the template's."""
        with psycopg.connect(with_name(self._server, name), autocommit=True) as connection:
            connection.execute(_OTHERS, [name])
            if connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            connection.execute(_EMPTY)
            return True


def with_name(url: str, name: str) -> str:
    """The same server's URL with that database."""
    return make_url(url).set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def run_sql(url: str, sql: str) -> None:
    """One statement outside of any transaction."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(sql))
    engine.dispose()
