"""A database of each kind, migrated once and copied for every test; the network stays shut."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from fastapi import FastAPI
from hypothesis import settings as hypothesis_settings

from app.config import Settings
from app.db.schema import migrate
from app.db.session import Database
from app.jobs import apply_engine_schema
from app.lti import keys
from app.main import create_app
from app.practice_lms import keys as practice_keys
from app.web.logs import set_up_logs
from tests.attack_count import pytest_terminal_summary as pytest_terminal_summary  # pytest finds it here
from tests.clients import Client
from tests.postgres_pool import PostgresPool, run_sql, with_name
from tests.postgres_server import run_postgres
from tests.sql_guard import GUARD
from tests.warm_dialects import warm

BASE_URL = "https://cairn.test"
# More than one database holds at a time.
KEY_PAIRS = 24
SECRET = "a secret for tests, long enough to pass"


set_up_logs()
warm()
# How long an example takes is said by how busy the machine is, above all where Hypothesis first reads all our code.
hypothesis_settings.register_profile("cairn", deadline=None)
hypothesis_settings.load_profile("cairn")


def pytest_collection_finish() -> None:
    """What is there when the tests begin stays to the end: looking through it for garbage was an eighth of all CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 25, 50)


def pytest_sessionfinish() -> None:
    """What is garbage at the end goes with the process: to find it first takes seconds."""
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" not in metafunc.fixturenames:
        return
    only_one = metafunc.definition.get_closest_marker("one_database")
    kinds = ["sqlite"] if only_one or metafunc.definition.get_closest_marker("browser") else ["sqlite", "postgresql"]
    metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture(autouse=True, scope="session")
def key_pairs_given_in_turn() -> Iterator[None]:
    """Each fresh database and each LMS asks for a key pair, and making one, or reading it back, takes longer than most
    tests: the same few go round."""
    made: dict[int, RSAPrivateKey] = {}
    turns = count()

    def give(**wanted: int) -> RSAPrivateKey:
        number = next(turns) % KEY_PAIRS
        if number not in made:
            made[number] = generate_private_key(**wanted)
        return made[number]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "generate_private_key", give)
        patch.setattr(practice_keys, "generate_private_key", give)
        patch.setattr(keys, "load_pem_private_key", cache(keys.load_pem_private_key))
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "cairn.sqlite3"
    database = Database(f"sqlite:///{file}")
    migrate(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server's URL: TEST_DATABASE_URL, or one from a wheel, one for each parallel worker."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with run_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_pool(postgres_url: str) -> Iterator[PostgresPool]:
    template = f"cairn_template_{uuid4().hex}"
    run_sql(postgres_url, f'CREATE DATABASE "{template}"')
    database = Database(with_name(postgres_url, template))
    migrate(database)
    apply_engine_schema(database)
    database.close()
    pool = PostgresPool(postgres_url, template)
    yield pool
    pool.close()
    run_sql(postgres_url, f'DROP DATABASE "{template}" WITH (FORCE)')


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], AbstractContextManager[str]]:
    """Makes the URL of a fresh, migrated database of that kind; it is gone after the `with`."""

    @contextmanager
    def make(kind: str) -> Iterator[str]:
        if kind == "sqlite":
            file = tmp_path_factory.mktemp("database") / "cairn.sqlite3"
            shutil.copy(request.getfixturevalue("sqlite_template"), file)
            yield f"sqlite:///{file}"
            return
        with request.getfixturevalue("postgres_pool").lend() as url:
            yield url

    return make


@pytest.fixture
def database_url(request: pytest.FixtureRequest, new_database) -> Iterator[str]:
    """The URL of a fresh, migrated database; every test that asks runs on SQLite and on PostgreSQL."""
    with new_database(request.param) as url:
        yield url


@pytest.fixture(autouse=True)
def every_statement_names_its_institution() -> Iterator[None]:
    """S35, over all tests: see `tests/sql_guard.py`."""
    yield
    assert GUARD.take_violations() == {}


class FrozenClock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        env="production", base_url=BASE_URL, database_url=database_url, data_dir=tmp_path, secret_key=SECRET
    )


@pytest.fixture
def app(settings: Settings, clock: FrozenClock) -> Iterator[FastAPI]:
    application = create_app(settings, clock=clock)
    yield application
    application.state.house.database.close()


@pytest.fixture
def database(app: FastAPI) -> Database:
    found: Database = app.state.house.database
    return found


@pytest.fixture
def browser(app: FastAPI) -> Callable[[], Client]:
    """Makes clients that keep cookies as a browser does; each call is another browser."""
    return lambda: Client(app, base_url=BASE_URL, follow_redirects=False)
