"""Lets writing requests wait for each other in the event loop, so that waiting takes no thread and no connection.

SQLite has one writer, PostgreSQL a pool of connections. A request that waited for either in a worker thread could keep
the very thread that the present writers need to finish, and all would stand still.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

# Fewer than the pool's connections, so that reading pages and jobs always find one.
POSTGRES_WRITERS = 16


class Gate:
    """So many may write at once in each event loop; the database's own locks stand between loops and processes."""

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
