"""What tests keep warm is handed out as if it were new: see `tests/warm_dialects.py` and `tests/forked.py`."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, create_engine, make_url, text

from app.db.session import Database
from tests.forked import Forked

MARK = "CAIRN_TEST_OF_A_FORK"


@pytest.fixture
def lent(postgres_pool):
    with postgres_pool.lend() as url:
        yield url


@contextmanager
def engine_of(url: str, **options: Any) -> Iterator[Engine]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), **options)
    yield engine
    engine.dispose()


def let_go(engine):
    """The driver's connection of an engine, in the middle of whatever it was, as the engine closes it."""
    raw = engine.raw_connection()
    inner = raw.driver_connection
    raw.detach()
    return inner


def test_a_connection_that_was_left_in_the_middle_is_handed_out_as_a_new_one(lent):
    with engine_of(lent) as left:
        inner = let_go(left)
        inner.execute("INSERT INTO institution (id, name, uuid, created_at) VALUES (1, 'x', gen_random_uuid(), now())")
        left.dialect.do_close(inner)
    with engine_of(lent) as engine, engine.connect() as again:
        assert again.connection.driver_connection is inner
        assert inner.info.transaction_status == TransactionStatus.IDLE
        assert not inner.autocommit
        assert again.scalar(text("SELECT count(*) FROM institution")) == 0


def test_a_reader_that_commits_by_itself_leaves_no_such_connection_behind(lent):
    with engine_of(lent, isolation_level="AUTOCOMMIT") as reader, reader.connect() as opened:
        inner = opened.connection.driver_connection
        assert inner.autocommit
    with engine_of(lent) as engine, engine.connect() as again:
        assert again.connection.driver_connection is inner
        assert not inner.autocommit


def test_a_connection_whose_server_has_gone_is_not_kept(lent):
    with engine_of(lent) as engine:
        inner = let_go(engine)
        with psycopg.connect(lent, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [inner.info.backend_pid])
        engine.dialect.do_close(inner)
        assert inner.closed
        with engine.connect() as again:
            assert again.scalar(text("SELECT 1")) == 1


def test_databases_of_one_kind_share_what_is_compiled_and_no_row(new_database):
    with new_database("sqlite") as first, new_database("sqlite") as second:
        one, other = Database(first), Database(second)
        assert one.engine.dialect is other.engine.dialect
        with one.writing() as db:
            db.execute(text("INSERT INTO institution (name, uuid, created_at) VALUES ('x', 'y', '2026-01-01')"))
        with other.reading() as db:
            assert db.scalar(text("SELECT count(*) FROM institution")) == 0
        one.close()
        other.close()


def note_and_wait() -> None:
    Path(os.environ[MARK]).write_text(f"{sorted(os.environ)}", encoding="utf-8")
    time.sleep(60)


def test_a_forked_process_has_the_environment_that_it_was_given_and_dies_by_a_signal(tmp_path):
    note = tmp_path / "note"
    process = Forked(note_and_wait, (), {MARK: str(note)})
    ends = time.monotonic() + 30
    while not (note.exists() and note.read_text(encoding="utf-8")) and time.monotonic() < ends:
        time.sleep(0.05)
    assert note.read_text(encoding="utf-8") == str([MARK])
    assert process.poll() is None
    process.kill()
    assert process.wait(20) == -signal.SIGKILL
