"""R1: processes are killed around a score, and the gradebook is right afterwards."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import update

from app.config import Settings
from app.jobs.killing import die_at
from app.lti.keys import list_public_jwks
from app.lti.models import Delivery
from app.main import create_app
from app.practice_lms.live import run_live
from app.practice_lms.settings import FetchedAnswer
from tests.delivery_kit import Delivering
from tests.faults.processes import running, start, until, wait_until_killed
from tests.ports import free_port

# A killed worker is known as such after half a minute, its score is due again after a minute and a half.
LEASE_AND_MORE = 180
POINTS = ("before-send", "after-send", "after-commit")


def read_keys(app: Any) -> FetchedAnswer:
    return FetchedAnswer(200, json.dumps({"keys": list_public_jwks(app.state.house)}).encode())


class Site:
    """A live LMS, a Cairn whose processes can be killed, and people whose completions are owed."""

    def __init__(self, here: Delivering, live: Any, settings: dict[str, str], port: int) -> None:
        self.here, self.live, self.settings = here, live, settings
        self.serve = ("serve", "--port", str(port))
        self.people: list[str] = []

    def owe(self, many: int) -> None:
        for person in self.here.platform.add_people("2", many):
            self.here.completes(self.here.opens(person.id))
            self.people.append(person.id)

    def die(self, command: tuple[str, ...], point: str) -> Any:
        return start(*command, settings=self.settings, die_at=point)

    def kill(self, command: tuple[str, ...], point: str) -> None:
        wait_until_killed(self.die(command, point))

    def let_leases_end(self) -> None:
        """As if two minutes had passed: what the killed process had claimed is due again."""
        with self.here.house.database.writing() as db:
            claimed = Delivery.registration_id == self.here.registration_id, Delivery.next_at.is_not(None)
            db.execute(update(Delivery).where(*claimed).values(next_at=datetime.now(UTC)))

    def is_all_delivered(self) -> bool:
        return all(delivery.state == "delivered" for delivery in self.here.deliveries())

    def gradebook(self) -> list[tuple[float | None, int]]:
        """Score and effective updates of each person."""
        return [(self.here.shown(person), self.here.posts(person)) for person in self.people]

    def submissions(self) -> list[int]:
        found = [self.here.platform.grade_of(person, self.here.item_of()) for person in self.people]
        return [0 if grade is None else grade.submissions for grade in found]


@pytest.fixture
def make_site(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Makes the one site of a test. Workers alone serve no keys, so then the LMS gets them by the test's hand."""
    made: list[Any] = []

    def make(temper: str, *, worker_only: bool = False) -> Site:
        port = free_port()
        values = {
            "CAIRN_ENV": "development", "CAIRN_BASE_URL": f"http://127.0.0.1:{port}",
            "CAIRN_DATABASE_URL": database_url, "CAIRN_DATA_DIR": str(tmp_path),
        }  # fmt: skip
        app = create_app(
            Settings(env="development", base_url=values["CAIRN_BASE_URL"], database_url=database_url, data_dir=tmp_path)
        )
        more = {"fetch": lambda _url: read_keys(app)} if worker_only else {}
        context = run_live(tool_base_url=values["CAIRN_BASE_URL"], temper=temper, **more)
        live = context.__enter__()
        made.extend((context, app))
        return Site(Delivering(app, temper=temper, live=live), live, values, port)

    yield make
    context, app = made
    context.__exit__(None, None, None)
    app.state.house.database.close()


@pytest.mark.one_database("kill runs take SQLite; ./dev soak runs them long on both")
def test_a_server_killed_around_a_score_leaves_a_right_gradebook(make_site):
    """R1."""
    site = make_site("moodle")
    site.owe(12)
    for point in ("before-send:2", "after-send:3", "after-commit:2"):
        site.kill(site.serve, point)
        assert not site.is_all_delivered()
        site.let_leases_end()
    with running(*site.serve, settings=site.settings):
        assert until(site.is_all_delivered)
    assert site.gradebook() == [(1, 1)] * 12
    assert {delivery.next_at for delivery in site.here.deliveries()} == {None}
    assert set(site.here.receipts()) == {"confirmed"}


@pytest.mark.one_database("kill runs take SQLite; ./dev soak runs them long on both")
def test_a_worker_killed_around_a_score_makes_no_second_submission_in_canvas(make_site):
    """R1."""
    site = make_site("canvas", worker_only=True)
    site.owe(10)
    for point in ("after-send:2", "before-send:2"):
        site.kill(("worker",), point)
        site.let_leases_end()
    with running("worker", settings=site.settings):
        assert until(site.is_all_delivered)
    assert [score for score, _posts in site.gradebook()] == [1] * 10
    assert max(site.submissions()) == 1


def test_in_production_the_point_to_die_at_is_no_point_at_all(monkeypatch):
    monkeypatch.setenv("CAIRN_TEST_KILL_AT", "after-send")
    monkeypatch.setenv("CAIRN_ENV", "production")
    die_at("after-send")
    monkeypatch.delenv("CAIRN_ENV")
    die_at("after-send")


@pytest.mark.soak
@pytest.mark.parametrize("temper", ["moodle", "canvas"])
def test_many_kills_at_random_points_lose_and_double_nothing(make_site, temper, database_url):
    """R1 at length, with the real leases: a thousand people, many kills, nothing stuck for over two minutes."""
    site = make_site(temper, worker_only=True)
    site.owe(1000)
    dice = Random(20261122)  # noqa: S311  the same kills in every run
    # On PostgreSQL each new worker waits until the killed one counts as dead.
    for _ in range(20 if database_url.startswith("sqlite") else 6):
        process = site.die(("worker",), f"{dice.choice(POINTS)}:{dice.randint(1, 45)}")
        wait_until_killed(process, seconds=LEASE_AND_MORE)
    with running("worker", settings=site.settings):
        assert until(site.is_all_delivered, seconds=600)
    assert [score for score, _posts in site.gradebook()] == [1] * 1000
    assert max(site.submissions()) <= 1
    if temper == "moodle":
        assert {posts for _score, posts in site.gradebook()} == {1}
    assert {delivery.next_at for delivery in site.here.deliveries()} == {None}
