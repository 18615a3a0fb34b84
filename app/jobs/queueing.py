"""Puts a drain into procrastinate's queue, inside the caller's transaction."""

from typing import Any

import structlog
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.jobs.port import Lane
from app.jobs.schema import ENGINE_SCHEMA

DRAIN = "cairn.drain"
_log = structlog.get_logger()
# Never opened: it only knows how to write a job on a connection that it is given.
_writer = App(connector=SyncPsycopgConnector())
_ADD_SCHEMA = text("SELECT set_config('search_path', current_setting('search_path') || ', ' || :schema, true)")


def locks_of(lane: Lane) -> dict[str, Any]:
    """At most one drain of a lane waits, and of all lanes of one name (a registration's) one runs.

    So a platform that answers nothing keeps one place of a worker, not one for each kind of work.
    """
    return {"lock": lane.name, "queueing_lock": f"{lane.kind}/{lane.name}"}


def defer_drain(db: Session, lane: Lane) -> None:
    """A drain of that lane, seen by workers when the caller commits; nothing where one waits already.

    An engine that cannot take it (its tables are missing, say) fails nobody's request: the sweep finds the work.
    """
    connection = db.connection().connection.driver_connection
    try:
        # A refused duplicate would abort the whole transaction.
        with db.begin_nested():
            db.execute(_ADD_SCHEMA, {"schema": ENGINE_SCHEMA})
            job = _writer.configure_task(DRAIN, connection=connection, **locks_of(lane))
            job.defer(kind=lane.kind, name=lane.name)
    except AlreadyEnqueued:
        return
    except ConnectorException:
        _log.exception("jobs.not-queued", kind=lane.kind, lane=lane.name)
