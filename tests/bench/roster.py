"""CPU and memory of reading a roster of 50,000 in 500 pages, the platform's own time left out.

    ./dev python tests/bench/roster.py [--people 50000] [--url postgresql://…]

Prints the first reading, where everybody is new, and the second, where nothing has changed. Pages are written
beforehand and handed over in memory, so that only our own work counts.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent.parent.parent)]

from sqlalchemy import func, select, update

from app.config import Settings
from app.db.schema import migrate
from app.jobs import apply_engine_schema
from app.lti.models import AccessToken, Deployment, Registration
from app.lti.roster.job import drain
from app.lti.roster.models import RosterReading
from app.lti.roster.rules import Phase
from app.main import build_house
from app.membership.models import Context, Institution, Membership, Platform, Roster
from app.outbound.http import Answer
from app.web.house import House

SITE = "https://lms.test"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
PAGE = 100


class Pages:
    """Stands where the outbound client stands: gives a token and prepared pages."""

    def __init__(self, people: int) -> None:
        self.pages = dict(_write_pages(people))
        self.asked = 0

    def send(self, method: str, url: str, **_more: Any) -> Answer:
        if method == "POST":
            return Answer(200, {}, b'{"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}')
        self.asked += 1
        return self.pages[url]


def _write_pages(people: int) -> Iterator[tuple[str, Answer]]:
    for start in range(0, people, PAGE):
        members = [
            {"status": "Active", "user_id": f"00000000-0000-4000-8000-{n:012}", "name": f"Person {n:05}",
             "given_name": "Person", "family_name": f"{n:05}", "email": f"person{n}@example.edu", "roles": [LEARNER]}
            for n in range(start, start + PAGE)
        ]  # fmt: skip
        body = json.dumps({"id": SITE, "context": {"id": "c"}, "members": members}).encode()
        link = {} if start + PAGE >= people else {"link": f'<{SITE}/m?from={start + PAGE}>; rel="next"'}
        yield f"{SITE}/m?limit=500" if start == 0 else f"{SITE}/m?from={start}", Answer(200, link, body)


def prepare(house: House) -> int:
    now = house.clock()
    with house.database.writing() as db:
        tenant = Institution(name="Bench", created_at=now)
        db.add(tenant)
        db.flush()
        site = Platform(institution_id=tenant.id, name="Bench", created_at=now)
        db.add(site)
        db.flush()
        addresses = {"authorization_url": SITE, "token_url": f"{SITE}/token", "keyset_url": SITE}
        registration = Registration(
            platform_id=site.id, issuer=SITE, client_id="bench", created_at=now, updated_at=now, **addresses
        )
        db.add(registration)
        db.flush()
        deployment = Deployment(
            registration_id=registration.id, platform_id=site.id, platform_deployment_id="1", created_at=now
        )
        db.add(deployment)
        db.flush()
        context = Context(
            institution_id=tenant.id, platform_id=site.id, deployment_id=deployment.id, platform_context_id="c",
            marked_at=now, created_at=now,
        )  # fmt: skip
        db.add(context)
        db.flush()
        ours = {"institution_id": tenant.id, "context_id": context.id}
        db.add(RosterReading(**ours, registration_id=registration.id, url=f"{SITE}/m", phase=Phase.RESTING))
        db.add(Roster(**ours, lane=str(registration.id), due_at=now))
        return registration.id


def read(house: House, lane: str) -> None:
    with house.database.writing() as db:
        db.execute(update(Roster).values(due_at=house.clock()))
        db.execute(update(AccessToken).values(expires_at=house.clock() + timedelta(hours=1)))
    wall, cpu, before = time.perf_counter(), time.process_time(), _resident_mib()
    while drain(house, lane):
        pass
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    with house.database.reading() as db:
        people = db.scalar(select(func.count(Membership.id)))
        reason = db.scalar(select(Roster.reason))
    print(f"{people} people, CPU {cpu:.2f} s, wall {wall:.1f} s, memory +{_resident_mib() - before:.0f} MiB, {reason=}")


def _resident_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/bench.sqlite3"
        settings = Settings(env="development", database_url=url, data_dir=Path(folder))
        pages: Any = Pages(options.people)
        house = replace(build_house(settings, clock=lambda: datetime.now(UTC)), outbound=pages)
        migrate(house.database)
        apply_engine_schema(house.database)
        lane = str(prepare(house))
        for _ in range(2):
            read(house, lane)
        house.database.close()


if __name__ == "__main__":
    main()
