"""What a room says to an engine, and what an engine asks of a room.

Work and its due times stand in the room's own tables. An engine only wakes: at once when a transaction that said so
has committed, and again by its sweep, which finds what a crash or a full night left behind. A drain may therefore run
at any time, twice, or in two processes; each row is claimed by the room before it is worked on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy.orm import Session

from app.db.session import Database

_WAKES = "cairn.wakes"


class Lane(NamedTuple):
    """Work that is done one after another, for example the scores of one registration."""

    kind: str
    name: str


class _Environment(Protocol):
    @property
    def is_development(self) -> bool: ...


class JobHouse(Protocol):
    """What an engine needs of the house; a drain gets the whole house."""

    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...
    @property
    def settings(self) -> _Environment: ...


@dataclass(frozen=True)
class Job:
    """One kind of work.

    `list_due(db, now)` names the lanes with something due. `drain(house, name)` does one batch of a lane, in its own
    transactions, and says whether more is due; it is called again after the other lanes had their turn.
    """

    kind: str
    list_due: Callable[[Session, datetime], Sequence[str]]
    drain: Callable[[Any, str], bool]


def wake(db: Session, *, kind: str, lane: str) -> None:
    """Says that a lane has work, in the caller's transaction: with its commit an engine begins, without it nothing."""
    woken = db.info.setdefault(_WAKES, {})
    if Lane(kind, lane) in woken:
        return
    woken[Lane(kind, lane)] = None
    if db.get_bind().dialect.name == "postgresql":
        from app.jobs.queueing import defer_drain  # noqa: PLC0415  the engine's imports are for PostgreSQL only

        defer_drain(db, Lane(kind, lane))


def take_wakes(db: Session) -> tuple[Lane, ...]:
    """The lanes that this session's transaction woke, once."""
    return tuple(db.info.pop(_WAKES, ()))
