"""Connections to checked addresses only: the name is looked up once, so nothing can change after the check."""

import socket
from functools import partial
from typing import Any

import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from app.outbound.addresses import AddressRules, CallStopped
from app.outbound.errors import Reason
from app.outbound.lookups import look_up
from app.outbound.watch import seconds_left, watch_socket

POOLS_KEPT = 20
# A name may have hundreds of addresses at which nobody answers.
MOST_ADDRESSES = 4


def _connect(connection: HTTPConnection, rules: AddressRules, *, is_secure: bool) -> socket.socket:
    """A socket to the first checked address that answers; the look-up and all tries end with the call."""
    addresses = look_up(rules, connection._dns_host, connection.port, is_secure=is_secure)  # noqa: SLF001
    for address in addresses[:MOST_ADDRESSES]:
        try:
            sock = socket.create_connection((address, connection.port), _seconds_to_connect(connection))
        except OSError:
            continue
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        watch_socket(sock)
        return sock
    raise CallStopped(Reason.NOT_CONNECTED)


def _seconds_to_connect(connection: HTTPConnection) -> float:
    left = seconds_left()
    if left <= 0:
        raise CallStopped(Reason.NOT_CONNECTED)
    return min(connection.timeout, left) if isinstance(connection.timeout, int | float) else left


class _PlainConnection(HTTPConnection):
    def __init__(self, *args: Any, rules: AddressRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rules = rules

    def _new_conn(self) -> socket.socket:
        return _connect(self, self._rules, is_secure=False)

    def request(self, *args: Any, **kwargs: Any) -> None:
        watch_socket(self.sock)
        super().request(*args, **kwargs)


class _SecureConnection(HTTPSConnection):
    def __init__(self, *args: Any, rules: AddressRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rules = rules

    def _new_conn(self) -> socket.socket:
        return _connect(self, self._rules, is_secure=True)

    def connect(self) -> None:
        super().connect()
        watch_socket(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        watch_socket(self.sock)
        super().request(*args, **kwargs)


class GuardedAdapter(requests.adapters.HTTPAdapter):
    """The transport of requests, over guarded connections; no proxy, no retry."""

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules
        super().__init__(pool_connections=POOLS_KEPT, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:  # noqa: FBT001, FBT002  the base's
        manager = urllib3.PoolManager(num_pools=connections, maxsize=maxsize, block=block, **kwargs)
        manager.pool_classes_by_scheme = {
            "http": _pool_of(HTTPConnectionPool, partial(_PlainConnection, rules=self._rules)),
            "https": _pool_of(HTTPSConnectionPool, partial(_SecureConnection, rules=self._rules)),
        }
        self.poolmanager = manager


def _pool_of(base: type[HTTPConnectionPool], make_connection: Any) -> type[HTTPConnectionPool]:
    return type(f"Guarded{base.__name__}", (base,), {"ConnectionCls": staticmethod(make_connection)})
