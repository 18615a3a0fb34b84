"""Runs migrations in one transaction, on the database that was handed over or on the settings' own."""

from alembic import context
from sqlalchemy import Connection, text

from app.config import Settings
from app.db.session import Database
from app.tables import metadata

LOCK = 0x43_41_49_52_4E  # "CAIRN": PostgreSQL's advisory lock against two migrations at once


def run(connection: Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=is_sqlite,
        compare_type=True,
        include_name=lambda name, kind, _parents: kind != "table" or not str(name).startswith("procrastinate_"),
    )
    context.run_migrations()


handed_over: Database | None = context.config.attributes.get("database")
database = handed_over or Database(Settings().database)
# SQLite: BEGIN IMMEDIATE under the write lock, so that a second process waits and then finds nothing to do.
with database.engine.execution_options(writes=True).connect() as connection:
    # To change a constraint SQLite builds the table anew, and to drop the old one would count as deleting its rows.
    # The switch works only outside a transaction; what it let through is looked for before the commit.
    if database.is_sqlite:
        connection.connection.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            run(connection)
            if database.is_sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
                raise RuntimeError("a migration left rows that refer to nothing")
    finally:
        if database.is_sqlite:
            connection.connection.execute("PRAGMA foreign_keys=ON")
