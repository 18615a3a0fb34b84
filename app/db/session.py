"""Engine and sessions from a URL: what SQLite needs to be durable and to have one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import PoolProxiedConnection

from app.db.direct import Direct, Preparer
from app.db.kept import TRUSTED_SECONDS, KeptConnections

POOL_SIZE = 20
BUSY_MS = 5000


class Database:
    """One database: its engine and its two kinds of session.

    SQLite takes one writer at a time. `writing()` therefore begins with BEGIN IMMEDIATE under a process-wide lock;
    several processes wait for each other by the busy timeout. PostgreSQL needs neither.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._lock = _WriteLock(self.engine) if self.is_sqlite else None
        # PostgreSQL's readers need no transaction: each statement sees what is committed then, as it would inside one.
        self._reading_engine = self.engine if self.is_sqlite else _postgres_engine(url, isolation_level="AUTOCOMMIT")
        self._read = sessionmaker(self._reading_engine, expire_on_commit=False, autoflush=False)
        self._write = sessionmaker(self.engine.execution_options(writes=True), expire_on_commit=False)
        self._reads, self._writes = Preparer(self._reading_engine), Preparer(self.engine)
        self._kept_readers, self._kept_writers = KeptConnections(self._reading_engine), KeptConnections(self.engine)

    def reader(self) -> Session:
        """A session for reading; close it, nothing is committed."""
        return self._read()

    def writer(self) -> Session:
        """A session for writing; its owner commits or rolls back, once. Everybody else uses `writing`."""
        return self._write()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._read() as db:
            yield db

    @contextmanager
    def reading_directly(self) -> Iterator[Direct]:
        """For the few reading paths that must be quick: no unit of work, no transaction around the statements."""
        with self._lending(self._kept_readers, self._read, self._reads) as (direct, _connection):
            yield direct

    @contextmanager
    def writing_directly(self) -> Iterator[Direct]:
        """The same for one transaction: committed at the end, rolled back on any error."""
        with self._lending(self._kept_writers, self._write, self._writes) as (direct, connection):
            if self._lock is not None:
                self._lock.begin_writing(connection)
            yield direct
            direct.finish()
            if self._lock is not None and not direct.is_awake:
                self._lock.end_writing(connection)

    @contextmanager
    def _lending(
        self, kept: KeptConnections, sessions: sessionmaker[Session], preparer: Preparer
    ) -> Iterator[tuple[Direct, PoolProxiedConnection]]:
        """A connection that is kept at hand afterwards; not so where something failed, or a session used it, too."""
        connection = kept.take()
        direct = Direct(sessions, preparer, connection, begins_late=kept is self._kept_writers and not self.is_sqlite)
        is_done = False
        try:
            yield direct, connection
            is_done = True
        finally:
            direct.rest()
            if is_done and not direct.is_awake:
                kept.give(connection)
            else:
                direct.close()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error. For jobs and the command line."""
        with self._write() as db, db.begin():
            yield db

    def close(self) -> None:
        self._kept_readers.close()
        self._kept_writers.close()
        self.engine.dispose()
        self._reading_engine.dispose()


def _postgres_engine(url: str, **options: Any) -> Engine:
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        **options,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_use_lifo=True,  # few warm connections, whose statements are prepared, rather than many cold ones
        hide_parameters=True,
        connect_args={"prepare_threshold": 1},
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _ask_whether_alive)
    return engine


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = monotonic()


def _ask_whether_alive(connection: Any, record: Any, _fairy: Any) -> None:
    """A connection that rested may have lost its server; to ask one that was just used would double each request."""
    if monotonic() - record.info.get("rests_since", monotonic()) < TRUSTED_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


def _sqlite_engine(url: str) -> Engine:
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_use_lifo=True,  # the connection used last has its pages and statements at hand
        hide_parameters=True,  # an error's message goes to the log, and parameters are people's answers
        # Transactions are begun below, by name; a request's connection may cross threads, never at the same time.
        connect_args={"check_same_thread": False, "isolation_level": None},
    )
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    # What is deleted is overwritten in the file: how SQLite was built decides otherwise.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


class _WriteLock:
    """Begins SQLite transactions: a writer's at once and alone, a reader's when it first reads."""

    def __init__(self, engine: Engine) -> None:
        self._lock = Lock()
        self._dialect = engine.dialect
        event.listen(engine, "begin", self._begin)
        # The pool takes a connection back after its COMMIT or ROLLBACK is done; the "commit" event comes before it.
        event.listen(engine, "checkin", lambda _connection, record: self._release(record.info))

    def _begin(self, connection: Connection) -> None:
        if connection.info.get("is_begun"):
            return
        if connection.get_execution_options().get("writes"):
            self.begin_writing(connection.connection)
        else:
            self._speak(connection.connection, "BEGIN")

    def begin_writing(self, connection: PoolProxiedConnection) -> None:
        """Waits for the one writer's place, and for other processes. It is given up when the pool takes it back."""
        self._lock.acquire()
        connection.info["holds_write_lock"] = True
        try:
            self._speak(connection, "BEGIN IMMEDIATE")
        except BaseException:
            self._release(connection.info)
            raise

    def end_writing(self, connection: PoolProxiedConnection) -> None:
        """Gives the place up after a commit, where the pool does not take the connection back."""
        self._release(connection.info)

    def _release(self, info: dict[Any, Any]) -> None:
        info.pop("is_begun", None)
        if info.pop("holds_write_lock", False):
            self._lock.release()

    def _speak(self, connection: PoolProxiedConnection, words: str) -> None:
        """Says it to SQLite itself: through the engine one BEGIN would cost as much as a query."""
        driver: Any = connection.dbapi_connection
        try:
            driver.execute(words)
        except self._dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(words, (), error, self._dialect.loaded_dbapi.Error) from error
