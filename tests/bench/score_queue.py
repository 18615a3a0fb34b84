"""R10: what the queue of scores costs beside a million that are done, against one that holds nothing else.

    ./dev python tests/bench/score_queue.py [--done 1000000] [--url postgresql://…]

Prints the sweep, the poll that takes a score, and the insert of a new one, each as the median of many, and the ratio.
The statements are the product's own, caught on their way to the database.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent.parent.parent)]

from sqlalchemy import insert, text

from app.config import Settings
from app.db.schema import migrate
from app.jobs import apply_engine_schema
from app.lti import sending_queries
from app.lti.delivery_queries import list_due_lanes
from app.lti.models import Delivery, LineItem, ResourceLink
from app.main import create_app
from app.membership.models import User
from tests.gradebook_double import Site, house_with, settle_people

PEOPLE, TIMES = 1000, 300


def now() -> datetime:
    return datetime.now(UTC)


def prepare(url: str, folder: str) -> tuple[Any, Any]:
    app = create_app(Settings(env="development", database_url=url, data_dir=Path(folder)))
    house = house_with(app, Site("site", "moodle", now))
    migrate(house.database)
    if not house.database.is_sqlite:
        apply_engine_schema(house.database)
    owing = settle_people(house, house_site(), people=PEOPLE)
    owing.complete(house)
    return house, owing


def house_site() -> Site:
    return Site("site", "moodle", now)


def add_done(house: Any, owing: Any, many: int) -> None:
    """Columns of other links that hold the score of every person already."""
    at = now()
    ours = {"institution_id": owing.institution_id}
    with house.database.writing() as db:
        link = db.get_one(ResourceLink, owing.link_id)
        for number in range(many // PEOPLE):
            other = ResourceLink(
                **ours, deployment_id=link.deployment_id, context_id=link.context_id,
                platform_link_id=f"done-{number}", key="module/m1", created_at=at,
            )  # fmt: skip
            db.add(other)
            db.flush()
            item = LineItem(**ours, resource_link_id=other.id, url=f"https://site.double.test/{number}", seen_at=at)
            db.add(item)
            db.flush()
            row = {
                **ours, "registration_id": owing.registration_id, "line_item_id": item.id, "completed_at": at,
                "state": "delivered", "attempts": 1,
            }  # fmt: skip
            db.execute(insert(Delivery), [{**row, "user_id": one} for one in owing.user_ids])
    with house.database.writing() as db:
        db.execute(text("ANALYZE"))


def median_ms(work: Callable[[int], None]) -> float:
    taken = []
    for number in range(TIMES):
        began = time.perf_counter()
        work(number)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def measure(house: Any, owing: Any) -> dict[str, float]:
    def sweep(_number: int) -> None:
        with house.database.reading() as db:
            assert list_due_lanes(db, now()) == [owing.lane]

    def poll(_number: int) -> None:
        with house.database.writing() as db:
            assert sending_queries.find_next(db, registration_id=owing.registration_id, now=now()) is not None

    with house.database.writing() as db:
        new = User(
            institution_id=owing.institution_id, platform_id=db.get_one(User, owing.user_ids[0]).platform_id,
            sub=f"new-{time.monotonic_ns()}", created_at=now(),
        )  # fmt: skip
        db.add(new)
        db.flush()
        new_id = new.id

    def enqueue(_number: int) -> None:
        row = {
            "institution_id": owing.institution_id, "registration_id": owing.registration_id, "line_item_id": 1,
            "user_id": new_id, "completed_at": now(), "state": "due", "next_at": now(),
        }  # fmt: skip
        with house.database.writing() as db:
            db.execute(insert(Delivery), row)
            db.execute(text("DELETE FROM delivery WHERE user_id = :new"), {"new": new_id})

    return {"sweep": median_ms(sweep), "poll": median_ms(poll), "insert and delete": median_ms(enqueue)}


def main() -> None:
    read = argparse.ArgumentParser()
    read.add_argument("--done", type=int, default=1_000_000)
    read.add_argument("--url", default="")
    given = read.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house, owing = prepare(given.url or f"sqlite:///{folder}/cairn.sqlite3", folder)
        bare = measure(house, owing)
        add_done(house, owing, given.done)
        full = measure(house, owing)
        for name, took in bare.items():
            print(f"{name:20} {took:7.3f} ms   beside {given.done} done {full[name]:7.3f} ms")
            print(f"{'':20} ratio {full[name] / took:.2f}")
        house.database.close()


if __name__ == "__main__":
    main()
