"""What `main` builds once and every request may use: settings, database, content, clock, and what it hands on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from fastapi import Request
from sqlalchemy.orm import Session

from app.config import Settings
from app.db.session import Database
from app.outbound.http import Outbound
from app.web.gate import READERS, Gate
from app.web.limits import Limits
from app.web.neighbors import ReadRoleClarity, read_no_role_clarity
from app.web.signing import Signer
from modules import Library

Clock = Callable[[], datetime]
Hook = Callable[[Session], None]


def now_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """The parts of one running Cairn. `before_commit` is what `main` wants to happen before a request's commit.

    `read_role_clarity` is learning's answer for the self-assessment, its neighbor.
    """

    settings: Settings
    database: Database
    library: Library
    signer: Signer
    outbound: Outbound
    clock: Clock = now_utc
    before_commit: tuple[Hook, ...] = ()
    read_role_clarity: ReadRoleClarity = read_no_role_clarity
    gate: Gate = field(default_factory=Gate)
    readers: Gate = field(default_factory=partial(Gate, READERS))
    limits: Limits = field(default_factory=Limits)


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house
