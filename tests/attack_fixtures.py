"""Stages for attacks: one that a whole run shares on each database, and a fresh one for a test that needs its own."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from app.config import Settings
from tests.attack_kit import Stage, open_stage
from tests.conftest import BASE_URL, SECRET, FrozenClock, _run_sql, _with_name

# Longer than a failure is not counted again, and than a key set is not asked for again.
A_WHILE = timedelta(minutes=2)


def _settings(database_url: str, folder: Path) -> Settings:
    return Settings(env="production", base_url=BASE_URL, database_url=database_url, data_dir=folder, secret_key=SECRET)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_of_the_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings over a database that all attacks of this worker share: what is refused leaves nothing in it."""
    folder = tmp_path_factory.mktemp("stage")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "cairn.sqlite3")
        yield _settings(f"sqlite:///{folder}/cairn.sqlite3", folder)
        return
    template, server = request.getfixturevalue("postgres_template"), request.getfixturevalue("postgres_url")
    name = f"cairn_stage_{uuid4().hex}"
    _run_sql(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _settings(_with_name(server, name), folder)
    _run_sql(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def shared_stage(database_of_the_run: Settings) -> Iterator[Stage]:
    opened = open_stage(database_of_the_run, FrozenClock())
    yield opened
    opened.database.close()


@pytest.fixture
def stage(shared_stage: Stage) -> Stage:
    """The shared stage a while later, its platforms honest again."""
    shared_stage.clock.now += A_WHILE
    shared_stage.wire.asked.clear()
    for lms in shared_stage.platforms.values():
        lms.keys, lms.answer = [lms.jwk()], None
    return shared_stage


@pytest.fixture
def fresh_stage(settings: Settings, clock: FrozenClock) -> Iterator[Stage]:
    """A stage of this test's own."""
    opened = open_stage(settings, clock)
    yield opened
    opened.database.close()


__all__ = ["database_of_the_run", "fresh_stage", "shared_stage", "stage"]
