"""The schema's version: brings a database to the newest one, and says whether it is there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from app.db.files import make_private
from app.db.session import Database

ROOT = Path(__file__).parent.parent.parent


def alembic_config() -> Config:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


@cache
def newest_revision() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def is_at_head(db: Session) -> bool:
    return MigrationContext.configure(db.connection()).get_current_revision() == newest_revision()


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrades to that revision. Two processes that start at once wait for each other."""
    make_private(database.url)
    config = alembic_config()
    config.attributes["database"] = database
    command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    config = alembic_config()
    config.attributes["database"] = database
    command.downgrade(config, revision)
