"""The schema's history: one head, up and down and up again, and nothing that the models say and it does not."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

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


def test_registrations_and_what_hangs_on_them_outlive_a_changed_constraint(database_url):
    """SQLite builds the table anew for it; nothing that refers to its rows may be lost or left hanging."""
    database = Database(database_url)
    downgrade(database, "0007_line_item_offer")
    with database.writing() as db:
        db.execute(
            text(
                "INSERT INTO registration (id, uuid, issuer, client_id, authorization_url, token_url, keyset_url, "
                "is_active, created_at, updated_at) VALUES (1, '6f1e2d3c000040008000000000000001', 'i', 'c', 'a', 't', "
                "'k', true, '2026-11-22 10:00:00', '2026-11-22 10:00:00')"
            )
        )
        db.execute(
            text(
                "INSERT INTO deployment (id, uuid, registration_id, platform_deployment_id, created_at) "
                "VALUES (1, '6f1e2d3c000040008000000000000002', 1, 'd', '2026-11-22 10:00:00')"
            )
        )
    migrate(database)
    with database.reading() as db:
        found = db.execute(
            text(
                "SELECT r.client_id, r.site, r.deployment_policy, d.is_closed "
                "FROM registration r JOIN deployment d ON r.id = d.registration_id"
            )
        ).one()
        assert (found[:3], bool(found[3])) == (("c", "", "automatic"), False)
    with database.writing() as db, pytest.raises(IntegrityError):
        db.execute(text("DELETE FROM registration"))
    database.close()
