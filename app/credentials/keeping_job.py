"""Has each institution's periods kept, once a day."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.credentials import keeping
from app.jobs import Job
from app.web.house import House

KIND, _LANE = "keeping", "institution-"


def keeping_job() -> Job:
    """The work of this room: one lane for each institution."""
    return Job(KIND, list_due_lanes, drain)


def list_due_lanes(db: Session, now: datetime) -> Sequence[str]:
    return [f"{_LANE}{one}" for one in keeping.list_due(db, now)]


def drain(house: House, lane: str) -> bool:
    """One batch: found by reading, forgotten in one short transaction; True when more may be left."""
    institution_id, now = int(lane.removeprefix(_LANE)), house.clock()
    with house.database.reading() as db:
        batch = keeping.find_batch(db, institution_id=institution_id, now=now)
    with house.database.writing() as db:
        return keeping.forget(db, batch, institution_id=institution_id, library=house.library, now=now)
