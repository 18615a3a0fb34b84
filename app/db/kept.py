"""A few connections that go from one quick path to the next without being given back to the pool between two."""

from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

MOST_KEPT = 4
# Whatever rested longer goes through the pool, which asks it whether its server is still there.
TRUSTED_SECONDS = 1.0


class KeptConnections:
    """Takes from the pool what is not at hand. What is given back must be in no transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: list[tuple[float, PoolProxiedConnection]] = []

    def take(self) -> PoolProxiedConnection:
        try:
            rests_since, connection = self._kept.pop()
        except IndexError:
            return self._engine.pool.connect()
        if monotonic() - rests_since < TRUSTED_SECONDS:
            return connection
        connection.close()
        return self._engine.pool.connect()

    def give(self, connection: PoolProxiedConnection) -> None:
        if len(self._kept) < MOST_KEPT:
            self._kept.append((monotonic(), connection))
        else:
            connection.close()

    def close(self) -> None:
        while self._kept:
            self._kept.pop()[1].close()
