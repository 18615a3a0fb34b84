"""Stages for attacks: one that a whole run shares on each database, and a fresh one for a test that needs its own."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.config import Settings
from tests.attack_kit import Stage, open_stage
from tests.conftest import BASE_URL, SECRET, FrozenClock

# Longer than a failure is not counted again, and than a key set is not asked for again.
A_WHILE = timedelta(minutes=2)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_of_the_run(
    request: pytest.FixtureRequest, new_database: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Settings over a database that all attacks of this worker share: what is refused leaves nothing in it."""
    folder = tmp_path_factory.mktemp("stage")
    with new_database(request.param) as url:
        yield Settings(env="production", base_url=BASE_URL, database_url=url, data_dir=folder, secret_key=SECRET)


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
