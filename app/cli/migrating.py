"""Brings a database to the newest schema."""

from app.config import Settings
from app.db.schema import migrate
from app.db.session import Database
from app.jobs.schema import apply_engine_schema


def bring_up_to_date(settings: Settings) -> None:
    """Our own tables, and on PostgreSQL those of the job engine."""
    database = Database(settings.database)
    migrate(database)
    apply_engine_schema(database)
    database.close()
