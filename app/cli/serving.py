"""Starts the server and the job worker."""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer
import uvicorn
from fastapi import FastAPI

from app.cli.bounded import BoundedProtocol
from app.config import Settings
from app.db.files import find_file, is_open_to_all
from app.db.schema import is_at_head
from app.db.session import Database
from app.jobs.embedded import start_embedded
from app.main import build_house, create_app, list_jobs
from app.web.logs import set_up_logs

GRACE_SECONDS = 20


def serve(settings: Settings, *, host: str, port: int) -> None:
    """One process. It leaves with a sentence when the database is not migrated."""
    set_up_logs()
    _require_schema(settings)
    app = create_app(settings)
    app.router.lifespan_context = _with_jobs
    _keep_what_stays()
    uvicorn.run(
        app,
        http=BoundedProtocol,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=",".join(map(str, settings.trusted_proxies)) or None,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _keep_what_stays() -> None:
    """What the start has made stays to the end: to look through all of it for garbage would hold every page up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@asynccontextmanager
async def _with_jobs(app: FastAPI) -> AsyncIterator[None]:
    stop = start_embedded(app.state.house, list_jobs())
    yield
    stop()


def work(settings: Settings) -> None:
    """A worker until it is told to stop."""
    set_up_logs()
    _require_schema(settings)
    from app.jobs.distributed import run_worker  # noqa: PLC0415  needs PostgreSQL's driver only here

    run_worker(build_house(settings), list_jobs())


def _require_schema(settings: Settings) -> None:
    if not settings.is_development and is_open_to_all(settings.database):
        file = find_file(settings.database)
        print(f"cairn: every user of this machine can read {file}; run `chmod 600 {file}` first", file=sys.stderr)
        raise typer.Exit(2)
    database = Database(settings.database)
    try:
        with database.reading() as db:
            is_current = is_at_head(db)
    finally:
        database.close()
    if not is_current:
        print("cairn: the database is not at the newest schema; run `cairn migrate` first", file=sys.stderr)
        raise typer.Exit(2)
