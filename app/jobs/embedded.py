"""The engine inside a process: a thread that is woken after each commit and sweeps now and then.

It serves SQLite, where `cairn serve` works off its own jobs, and development on PostgreSQL, where a second process
would be one too many. In production on PostgreSQL `start_embedded` starts nothing: that is `cairn worker`.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Thread
from time import monotonic

import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.jobs.port import Job, JobHouse, Lane, take_wakes

SWEEP_SECONDS = 5.0
# A platform that is asked for a token reads our keys at once, so we must be listening before the first sweep.
FIRST_SWEEP_SECONDS = 2.0
THREADS = 4
# A platform that answers nothing keeps its workers waiting in every kind of work; others find half of them free.
MOST_OF_ONE_NAME = THREADS // 2
_log = structlog.get_logger()


def start_embedded(house: JobHouse, jobs: Sequence[Job], *, sweep_seconds: float = SWEEP_SECONDS) -> Callable[[], None]:
    """Starts the engine; the function that is given back stops it and waits for what is being done."""
    if not house.database.is_sqlite and not house.settings.is_development:
        return lambda: None
    engine = EmbeddedEngine(house, jobs, sweep_seconds=sweep_seconds)
    engine.start()
    return engine.stop


class EmbeddedEngine:
    """One thread decides, a few work. A lane is in one hand at a time and goes to the end of the line after a batch."""

    def __init__(self, house: JobHouse, jobs: Sequence[Job], *, sweep_seconds: float = SWEEP_SECONDS) -> None:
        self._house = house
        self._jobs = {job.kind: job for job in jobs}
        self._sweep_seconds = sweep_seconds
        self._waiting: dict[Lane, None] = {}
        self._busy: set[Lane] = set()
        self._changed = Condition()
        self._is_stopping = False
        self._decider = Thread(target=self._run, name="cairn-jobs", daemon=True)
        self._workers = ThreadPoolExecutor(THREADS, thread_name_prefix="cairn-job")
        # A writer's class belongs to its database, so only that database's commits ring.
        with house.database.writer() as db:
            self._sessions = type(db)

    def start(self) -> None:
        event.listen(self._sessions, "after_commit", self._ring)
        self._decider.start()

    def stop(self) -> None:
        event.remove(self._sessions, "after_commit", self._ring)
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        self._decider.join()
        self._workers.shutdown(wait=True)

    def _ring(self, db: Session) -> None:
        lanes = take_wakes(db)
        if lanes:
            self._add(lanes)

    def _add(self, lanes: Sequence[Lane]) -> None:
        with self._changed:
            self._waiting.update(dict.fromkeys(lanes))
            self._changed.notify_all()

    def _run(self) -> None:
        next_sweep = monotonic() + min(FIRST_SWEEP_SECONDS, self._sweep_seconds)
        while not self._is_stopping:
            if monotonic() >= next_sweep:
                self._sweep()
                next_sweep = monotonic() + self._sweep_seconds
            with self._changed:
                self._begin_what_may_begin()
                if not self._is_stopping:
                    self._changed.wait(max(0.01, next_sweep - monotonic()))

    def _sweep(self) -> None:
        try:
            with self._house.database.reading() as db:
                now = self._house.clock()
                self._add([Lane(job.kind, name) for job in self._jobs.values() for name in job.list_due(db, now)])
        except Exception:  # noqa: BLE001  whatever it was, the next sweep is the remedy
            _log.exception("jobs.sweep-failed")

    def _begin_what_may_begin(self) -> None:
        for lane in [lane for lane in self._waiting if lane not in self._busy]:
            if len(self._busy) >= THREADS or self._is_stopping:
                return
            if sum(busy.name == lane.name for busy in self._busy) >= MOST_OF_ONE_NAME:
                continue
            del self._waiting[lane]
            self._busy.add(lane)
            self._workers.submit(self._drain, lane)

    def _drain(self, lane: Lane) -> None:
        has_more = False
        try:
            has_more = self._jobs[lane.kind].drain(self._house, lane.name)
        except Exception:  # noqa: BLE001  one lane's fault must not end the engine
            _log.exception("jobs.drain-failed", kind=lane.kind, lane=lane.name)
        with self._changed:
            self._busy.discard(lane)
            if has_more:
                self._waiting[lane] = None
            self._changed.notify_all()
