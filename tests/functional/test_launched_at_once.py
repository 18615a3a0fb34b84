"""Two first launches of one person at once: whatever each has read before, together they are one arrival."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep

from sqlalchemy import func, select, text

from app.membership.models import Membership, User
from app.progress.models import Fact
from app.progress.rules import FactKind

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
PATIENCE = 60


@contextmanager
def held_memberships(database) -> Iterator[None]:
    """Nobody can join while this lasts, so that whoever launches has read by then, and has not yet written.

    SQLite's writers wait for each other anyway, from their first word on.
    """
    if database.is_sqlite:
        yield
        return
    with database.engine.begin() as connection:
        connection.execute(text("LOCK TABLE membership IN SHARE ROW EXCLUSIVE MODE"))
        yield


def wait_for(database, count: int) -> None:
    """Until so many launches wait for somebody else."""
    if database.is_sqlite:
        return
    ends_at = monotonic() + PATIENCE
    while monotonic() < ends_at:
        with database.engine.connect() as connection:
            if connection.scalar(_WAITING) >= count:
                return
        sleep(0.005)
    raise AssertionError("the launches do not wait")


def test_two_first_launches_at_once_join_once(tool):
    database = tool.house.database
    with ThreadPoolExecutor(2) as threads:
        with held_memberships(database):
            first = threads.submit(tool.launch_as, "twice")
            wait_for(database, 1)
            tool.clock.pass_by(seconds=1)
            second = threads.submit(tool.launch_as, "twice")
            wait_for(database, 2)
        assert first.result().user.id == second.result().user.id
    assert tool.count(User, Membership) == (1, 1)
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Fact).where(Fact.kind == FactKind.JOINED)) == 1
