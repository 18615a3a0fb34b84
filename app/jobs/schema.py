"""The job engine's own tables on PostgreSQL, in a schema of their own, so that they never meet ours."""

from sqlalchemy import text

from app.db.session import Database

ENGINE_SCHEMA = "procrastinate"
_ONE_AT_A_TIME = 7_224_001


def apply_engine_schema(database: Database) -> None:
    """Creates the engine's tables where they are missing. Nothing on SQLite; harmless twice, or by two at once."""
    if database.is_sqlite:
        return
    from procrastinate.schema import SchemaManager  # noqa: PLC0415  for PostgreSQL only

    with database.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {ENGINE_SCHEMA}"))
        if connection.scalar(text("SELECT to_regclass(:table)"), {"table": f"{ENGINE_SCHEMA}.procrastinate_jobs"}):
            return
        connection.execute(text(f"SET LOCAL search_path = {ENGINE_SCHEMA}"))
        # The file holds percent signs and many statements, so it goes to the driver as it is.
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(SchemaManager.get_schema())
