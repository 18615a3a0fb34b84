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
with database.engine.execution_options(writes=True).begin() as connection:
    run(connection)
