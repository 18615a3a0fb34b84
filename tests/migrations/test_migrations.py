"""The schema's history: one head, up and down and up again, and nothing that the models say and it does not."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.db.schema import alembic_config, downgrade, is_at_head, migrate
from app.db.session import Database
from app.tables import metadata


def list_tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_the_newest_schema_can_be_left_and_reached_again(database_url):
    database = Database(database_url)
    full = list_tables(database)
    assert set(metadata.tables) <= full
    downgrade(database, "base")
    assert list_tables(database) & set(metadata.tables) == set()
    migrate(database)
    assert list_tables(database) == full
    migrate(database)
    with database.reading() as db:
        assert is_at_head(db)
    database.close()


def test_the_models_and_the_schema_do_not_drift(database_url):
    database = Database(database_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _p: kind != "table" or not str(name).startswith("procrastinate_"),
            },
        )
        assert compare_metadata(context, metadata) == []
    database.close()


def test_a_migrated_database_is_ready(browser):
    assert browser().get("/health/ready").json() == {"status": "ready"}
