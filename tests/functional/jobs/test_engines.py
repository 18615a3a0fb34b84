"""One suite for both engines: the thread inside a process, and procrastinate's worker on PostgreSQL."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from app.jobs import Job, apply_engine_schema, wake
from app.jobs.distributed import run_worker
from app.jobs.embedded import EmbeddedEngine
from app.web.house import House

PATIENCE = 60


class Tables:
    """A room's own truth: how many things each lane has to do. Kept in memory, for the engine does not care."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.due: Counter[str] = Counter()
        self.done: list[str] = []
        self.running: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.fails = 0
        self.seconds = 0.0
        # What is done of a lane named here waits for its event.
        self.held: dict[str, threading.Event] = {}

    def job(self) -> Job:
        return Job("count", self.list_due, self.drain)

    def list_due(self, _db: Session, _now: datetime) -> list[str]:
        with self.lock:
            return sorted(+self.due)

    def drain(self, _house: Any, lane: str) -> bool:
        with self.lock:
            self.running[lane] += 1
            self.most_at_once[lane] = max(self.most_at_once[lane], self.running[lane])
        try:
            return self._do_one(lane)
        finally:
            with self.lock:
                self.running[lane] -= 1

    def _do_one(self, lane: str) -> bool:
        time.sleep(self.seconds)
        if lane in self.held:
            self.held[lane].wait(PATIENCE)
        with self.lock:
            if self.fails:
                self.fails -= 1
                raise RuntimeError("a drain that fails")
            if self.due[lane]:
                self.due[lane] -= 1
                self.done.append(lane)
            return self.due[lane] > 0


@contextmanager
def embedded(house: House, *jobs: Job, sweep_seconds: float = 0.2) -> Iterator[None]:
    engine = EmbeddedEngine(house, jobs, sweep_seconds=sweep_seconds)
    engine.start()
    try:
        yield
    finally:
        engine.stop()


@contextmanager
def distributed(house: House, *jobs: Job) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(house, jobs), kwargs={"stop": stop})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture(params=["embedded", "distributed"])
def engine(request: pytest.FixtureRequest, app: Any) -> Callable[..., Any]:
    house: House = app.state.house
    if request.param == "distributed":
        if house.database.is_sqlite:
            pytest.skip("procrastinate needs PostgreSQL")
        return lambda *jobs: distributed(house, *jobs)
    return lambda *jobs: embedded(house, *jobs)


def until(condition: Callable[[], bool]) -> bool:
    ends = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    return condition()


def test_a_lane_that_was_woken_is_drained_when_the_transaction_has_committed(app, database, engine):
    tables = Tables()
    with engine(tables.job()):
        with database.writing() as db:
            tables.due["a"] = 3
            wake(db, kind="count", lane="a")
        assert until(lambda: tables.done == ["a", "a", "a"])


def test_a_wake_in_a_transaction_that_fails_wakes_nobody(app, database):
    with database.writer() as db:
        wake(db, kind="count", lane="a")
        db.rollback()
    assert waiting_jobs(database) == 0


def waiting_jobs(database: Any) -> int:
    if database.is_sqlite:
        return 0
    with database.reading() as db:
        return int(db.scalar(text("SELECT count(*) FROM procrastinate.procrastinate_jobs")))


def test_waking_twice_leaves_the_transaction_whole_and_one_drain_waiting(app, database):
    for _ in range(2):
        with database.writing() as db:
            wake(db, kind="count", lane="a")
            wake(db, kind="count", lane="a")
            assert db.scalar(text("SELECT 1")) == 1
    assert waiting_jobs(database) == (0 if database.is_sqlite else 1)


def test_what_nobody_woke_is_found_by_the_sweep(app, engine):
    tables = Tables()
    tables.due["b"] = 2
    with engine(tables.job()):
        assert until(lambda: tables.done == ["b", "b"])


def test_the_sweep_comes_again_and_again(app, engine):
    """A worker's first sweep comes with its start; what falls due later waits for the next."""
    tables = Tables()
    tables.due["first"] = 1
    with engine(tables.job()):
        assert until(lambda: tables.done == ["first"])
        for lane in ("second", "third"):
            with tables.lock:
                tables.due[lane] = 1
            assert until(lambda lane=lane: lane in tables.done)


def test_a_lane_is_in_one_hand_at_a_time(app, database, engine):
    """R3: however long the queue, an LMS has one score of ours to answer at a time."""
    tables = Tables()
    tables.seconds = 0.05
    with engine(tables.job()):
        for _ in range(6):
            with database.writing() as db:
                tables.due["a"] += 1
                wake(db, kind="count", lane="a")
        assert until(lambda: len(tables.done) == 6)
    assert tables.most_at_once["a"] == 1


def test_a_long_lane_does_not_hold_up_a_short_one(app, database, engine):
    tables = Tables()
    release = tables.held["long"] = threading.Event()
    with engine(tables.job()):
        try:
            with database.writing() as db:
                for lane, many in (("long", 60), ("short", 2)):
                    tables.due[lane] = many
                    wake(db, kind="count", lane=lane)
            assert until(lambda: tables.due["short"] == 0)
            assert tables.due["long"] > 0
        finally:
            release.set()
        assert until(lambda: tables.due["long"] == 0)


def test_r32_one_name_with_work_of_every_kind_that_hangs_leaves_places_for_others(app, database, engine):
    """A registration is one name, its scores, rosters, columns and subscriptions are kinds."""
    tables, hung, release = Tables(), threading.Semaphore(0), threading.Event()

    def hang(_house, _lane):
        hung.release()
        release.wait(10 * PATIENCE)
        return False

    def list_due(_db, _now):
        return [] if release.is_set() else ["deaf"]

    kinds = [Job(f"kind-{number}", list_due, hang) for number in range(6)]
    with engine(*kinds, tables.job()):
        try:
            assert hung.acquire(timeout=PATIENCE)
            with database.writing() as db:
                tables.due["other"] = 1
                wake(db, kind="count", lane="other")
            assert until(lambda: tables.done == ["other"])
        finally:
            release.set()


@pytest.mark.filterwarnings("default")
def test_a_drain_that_fails_is_tried_again_and_ends_nothing_else(app, database, engine):
    tables = Tables()
    tables.fails = 1
    tables.due["a"] = 1
    with engine(tables.job()):
        with database.writing() as db:
            wake(db, kind="count", lane="a")
        assert until(lambda: tables.done == ["a"])


def test_stopping_waits_for_what_is_being_done(app, database, engine):
    tables = Tables()
    release = tables.held["a"] = threading.Event()
    with engine(tables.job()):
        with database.writing() as db:
            tables.due["a"] = 1
            wake(db, kind="count", lane="a")
        assert until(lambda: tables.running["a"] == 1)
        threading.Timer(0.3, release.set).start()
    assert tables.done == ["a"]


def test_an_engine_without_its_tables_fails_nobodys_request(app, database):
    if database.is_sqlite:
        pytest.skip("the embedded engine has no tables")
    with database.writing() as db:
        db.execute(text("DROP SCHEMA procrastinate CASCADE"))
    with capture_logs() as logs, database.writing() as db:
        wake(db, kind="count", lane="a")
        assert db.scalar(text("SELECT 1")) == 1
    assert [entry["event"] for entry in logs] == ["jobs.not-queued"]
    apply_engine_schema(database)
    apply_engine_schema(database)
    with database.writing() as db:
        wake(db, kind="count", lane="a")
    assert waiting_jobs(database) == 1


def test_a_drain_that_a_killed_worker_left_running_does_not_hold_its_lane(app, database):
    if database.is_sqlite:
        pytest.skip("the embedded engine leaves nothing behind")
    tables = Tables()
    tables.due["a"] = 2
    with database.writing() as db:
        wake(db, kind="count", lane="a")
    with database.writing() as db:
        db.execute(text("SET LOCAL search_path = procrastinate"))
        db.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
    with distributed(app.state.house, tables.job()):
        assert until(lambda: tables.done == ["a", "a"])
        assert until(lambda: waiting_jobs(database) == 0)
