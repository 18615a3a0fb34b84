"""Lets requests wait for each other in the event loop, so that waiting takes no thread and no connection.

SQLite has one writer, a pool so many connections. A request that waited for either in a worker thread could keep
the very thread that those who have one need to finish, and all would stand still.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

# Together fewer than the pool's connections and than the threads: whoever is inside always finds both.
POSTGRES_WRITERS = 16
READERS = 20


class Gate:
    """So many may pass at once in each event loop; the database's own locks stand between loops and processes."""

    def __init__(self, places: int = 1) -> None:
        self._places = places
        self._gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        gate = self._gates.get(loop)
        if gate is None:
            gate = self._gates[loop] = asyncio.Semaphore(self._places)
        async with gate:
            yield
