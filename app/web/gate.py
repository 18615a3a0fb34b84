"""Lets writing requests wait for each other in the event loop, so that waiting takes no thread.

SQLite has one writer. A writer that waited in a worker thread could keep the thread that the present writer needs
to finish, and both would stand still.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary


class Gate:
    """One lock for each event loop; the database's own lock stands between loops, jobs and processes."""

    def __init__(self) -> None:
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        lock = self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        async with lock:
            yield
