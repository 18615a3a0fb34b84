"""What one running Cairn remembers in memory between launches: registrations, key sets, failures to be written."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

from app.db.session import Database
from app.lti.keysets import KeySets
from app.lti.launches import NoticeOffer
from app.lti.registered import RegisteredShelf
from app.web.house import House


@dataclass
class Tally:
    """Failures of one registration for one reason: how many wait to be written, and when the last were."""

    waiting: int = 0
    written_at: datetime | None = None


@dataclass
class Desk:
    """One for each database, and so one for each running app."""

    keysets: KeySets
    registrations: RegisteredShelf = field(default_factory=RegisteredShelf)
    tallies: dict[tuple[int, str], Tally] = field(default_factory=dict)
    # What this process has written down of the notices that deployments offer.
    offers: set[tuple[int, str, NoticeOffer | None]] = field(default_factory=set)
    # What it has written down of where their services are: kind and origin.
    places: set[tuple[int, str, frozenset[tuple[str, str]]]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


_desks: WeakKeyDictionary[Database, Desk] = WeakKeyDictionary()
_lock = threading.Lock()


def desk_of(house: House) -> Desk:
    with _lock:
        return _desks.setdefault(house.database, Desk(KeySets(house.outbound)))
