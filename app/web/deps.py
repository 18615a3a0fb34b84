"""The one place where a request's transaction is opened and closed.

GET and HEAD read; everything else writes, in one transaction that is committed before the answer leaves.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, TypeVar

from anyio import CapacityLimiter, from_thread, to_thread
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.db.direct import Direct
from app.jobs.killing import die_at
from app.web.forms import read_form
from app.web.house import House, house_of
from modules import Library as LoadedLibrary

T = TypeVar("T")
READING_METHODS = frozenset({"GET", "HEAD"})
# Threads of their own, so that a commit never waits for requests that themselves wait for that commit.
_COMMIT_THREADS = 4


@asynccontextmanager
async def write_transaction(house: House) -> AsyncIterator[Session]:
    """One transaction, settled and committed at the end, rolled back on any error. Waits without taking a thread."""
    limiter = CapacityLimiter(_COMMIT_THREADS)
    async with house.gate.passing():
        db = house.database.writer()
        try:
            yield db
            await to_thread.run_sync(_settle_and_commit, house, db, limiter=limiter)
        finally:
            await to_thread.run_sync(db.close, limiter=limiter)


def _settle_and_commit(house: House, db: Session) -> None:
    for hook in house.before_commit:
        hook(db)
    die_at("before-commit")
    db.commit()
    die_at("after-commit")


async def open_db(request: Request) -> AsyncIterator[Session]:
    """The request's session, by its method. A form is read first: no transaction waits for one that comes slowly."""
    house = house_of(request)
    if request.method in READING_METHODS:
        async with house.readers.passing():
            db = house.database.reader()
            try:
                yield db
            finally:
                await _close_reader(house, db)
        return
    await read_form(request)
    async with write_transaction(house) as db:
        yield db


async def _close_reader(house: House, db: Session) -> None:
    """A reading SQLite session ends in microseconds; PostgreSQL's says goodbye over the network, in a thread."""
    if house.database.is_sqlite:
        db.close()
    else:
        await to_thread.run_sync(db.close)


async def read_in_thread(house: House, work: Callable[[Direct], T]) -> T:
    """Does all of a reading request's work in one visit to one thread, on a reading connection of its own."""
    async with house.readers.passing():
        return await to_thread.run_sync(_read, house, work)


def _read(house: House, work: Callable[[Direct], T]) -> T:
    with house.database.reading_directly() as db:
        return work(db)


def write_from_thread(house: House, work: Callable[[Session], T]) -> T:
    """Writes in a transaction of its own, for a page that only reads and must leave a trace before it is shown.

    For a route's thread, which waits; the work itself takes none of the threads that requests share.
    """
    return from_thread.run(_write, house, work)


async def _write(house: House, work: Callable[[Session], T]) -> T:
    async with write_transaction(house) as db:
        return await to_thread.run_sync(work, db, limiter=CapacityLimiter(1))


async def open_directly(request: Request) -> AsyncIterator[Direct]:
    """For a reading page that asks by prepared statements alone."""
    house = house_of(request)
    async with house.readers.passing():
        with house.database.reading_directly() as db:
            yield db


# Async, though they wait for nothing: FastAPI sends every plain function to a thread of its own.
async def give_now(request: Request) -> datetime:
    return house_of(request).clock()


async def give_library(request: Request) -> LoadedLibrary:
    return house_of(request).library


async def give_house(request: Request) -> House:
    return house_of(request)


# scope="function": the exit, and so the commit, comes before the response is sent.
DirectDb = Annotated[Direct, Depends(open_directly, scope="function")]
DbSession = Annotated[Session, Depends(open_db, scope="function")]
Now = Annotated[datetime, Depends(give_now)]
Library = Annotated[LoadedLibrary, Depends(give_library)]
HouseDep = Annotated[House, Depends(give_house)]
