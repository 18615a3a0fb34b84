"""The engine for many processes and machines: procrastinate on PostgreSQL, run by `cairn worker`."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Sequence
from time import monotonic

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status

from app.jobs.embedded import start_embedded
from app.jobs.port import Job, JobHouse, Lane
from app.jobs.queueing import DRAIN, locks_of
from app.jobs.schema import ENGINE_SCHEMA, apply_engine_schema

SWEEP = "cairn.sweep"
# Every ten seconds: croniter reads the sixth field as seconds.
SWEEP_CRON = "* * * * * */10"
LANES_AT_ONCE = 4
HEARTBEAT_SECONDS = 10.0
SILENT_SECONDS = 30.0
GRACE_SECONDS = 20.0
# A notice wakes at once, except where the lane was still busy when it came: then the next poll finds the job.
POLL_SECONDS = 0.5
# So long a lane may go on before it joins the end of the line.
TURN_SECONDS = 10.0


def run_worker(house: JobHouse, jobs: Sequence[Job], *, stop: threading.Event | None = None) -> None:
    """Works until SIGTERM or SIGINT, or until `stop` is set by another thread, then ends what it has begun.

    With SQLite it runs the embedded engine, beside that of `cairn serve`: safe, since rows are claimed, but no gain.
    """
    if house.database.is_sqlite:
        _run_embedded(house, jobs, stop)
        return
    apply_engine_schema(house.database)
    asyncio.run(_run(house, jobs, stop))


def _run_embedded(house: JobHouse, jobs: Sequence[Job], stop: threading.Event | None) -> None:
    wanted = stop or threading.Event()
    if stop is None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: wanted.set())
    end = start_embedded(house, jobs)
    wanted.wait()
    end()


async def _run(house: JobHouse, jobs: Sequence[Job], stop: threading.Event | None) -> None:
    async with _make_app(house, jobs).open_async() as app:
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=LANES_AT_ONCE,
                fetch_job_polling_interval=POLL_SECONDS,
                delete_jobs="always",
                install_signal_handlers=stop is None,
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=SILENT_SECONDS,
            )
        )
        if stop is not None:
            await asyncio.to_thread(stop.wait)
            worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker


def _make_app(house: JobHouse, jobs: Sequence[Job]) -> App:
    url = house.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=url, kwargs={"options": f"-c search_path={ENGINE_SCHEMA}"}))
    by_kind = {job.kind: job for job in jobs}

    @app.task(name=DRAIN)
    async def drain(kind: str, name: str) -> None:
        if await asyncio.to_thread(_take_turn, by_kind[kind], house, name):
            await _defer(app, Lane(kind, name))

    @app.periodic(cron=SWEEP_CRON)
    @app.task(name=SWEEP, queueing_lock=SWEEP)
    async def sweep(timestamp: int) -> None:  # noqa: ARG001  the engine's interface
        await _drop_stalled(app)
        for lane in await asyncio.to_thread(_list_due, house, jobs):
            await _defer(app, lane)

    return app


def _take_turn(job: Job, house: JobHouse, name: str) -> bool:
    ends_at = monotonic() + TURN_SECONDS
    while job.drain(house, name):
        if monotonic() >= ends_at:
            return True
    return False


def _list_due(house: JobHouse, jobs: Sequence[Job]) -> list[Lane]:
    with house.database.reading() as db:
        now = house.clock()
        return [Lane(job.kind, name) for job in jobs for name in job.list_due(db, now)]


async def _defer(app: App, lane: Lane) -> None:
    with contextlib.suppress(AlreadyEnqueued):
        await app.configure_task(DRAIN, **locks_of(lane)).defer_async(kind=lane.kind, name=lane.name)


async def _drop_stalled(app: App) -> None:
    """A killed worker leaves its job running, with its lock. The job is worth nothing, the tables know what is due."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
