"""The score queue on the injected clock: days of trouble at the platforms, and a thousand right scores at their end."""

import itertools
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from app.lti.delivery_queries import list_due_lanes
from app.lti.grades import drain
from app.lti.models import Delivery
from tests.gradebook_double import Cell, Site, house_with, settle_people

RATE_LIMIT = (403, "403 Forbidden (Rate Limit Exceeded)", None)
TROUBLES = (RATE_LIMIT, (429, "", "45"), (503, "", None), (401, "", None), "lost", "broken", *[None] * 9)


class Engine:
    """The job engine, minute by minute: each lane that is due gets one batch after another, the lanes in turn."""

    def __init__(self, house, clock) -> None:
        self.house, self.clock = house, clock

    def tick(self, *, minutes=1):
        self.clock.pass_by(minutes=minutes)
        with self.house.database.reading() as db:
            lanes = list(list_due_lanes(db, self.clock()))
        while lanes:
            lanes = [lane for lane in lanes if drain(self.house, lane)]

    def live(self, *, hours, minutes=1):
        end = self.clock() + timedelta(hours=hours)
        while self.clock() < end:
            self.tick(minutes=minutes)


def deliveries_of(house, owing):
    with house.database.reading() as db:
        query = select(Delivery).where(Delivery.registration_id == owing.registration_id).order_by(Delivery.id)
        return list(db.scalars(query))


def most_knocks_a_day(site):
    """The most attempts on one score within one day of the calendar."""
    return max(Counter((knock.at.date(), knock.column, knock.sub) for knock in site.knocks).values())


def make_dice(seed, troubles=TROUBLES):
    """Trouble for the first two calls of each score, the same in every run; then the site is well."""
    dice = Random(seed)  # noqa: S311  the same bad days in every run
    return lambda cell, nth: dice.choice(troubles) if nth <= 2 and cell != "token" else None


def run_bad_days(app, clock, *, people, minutes=10):
    """A day without a platform, then a platform that answers anything; beside them an institution that is well.

    A rest ends at the next look, `minutes` later at most: of many scores each throttled one costs all others that long.
    """
    ill = [Site("moodle-site", "moodle", clock), Site("canvas-site", "canvas", clock)]
    well = Site("well", "moodle", clock)
    house = house_with(app, *ill, well)
    engine = Engine(house, clock)
    owing = [settle_people(house, site, people=people // 2) for site in ill]
    neighbours = settle_people(house, well, people=24)
    for site, one in zip(ill, owing, strict=True):
        one.complete(house)
        site.trouble = lambda _cell, _nth: "down"
    waited = []
    for person in neighbours.user_ids:
        for _ in range(4):
            engine.tick(minutes=15)
        neighbours.complete(house, [person])
        done_at = clock()
        engine.tick(minutes=0)
        waited.append(well.knocks[-1].at - done_at)
    for number, site in enumerate(ill):
        assert site.cells == {}
        assert most_knocks_a_day(site) <= 40
        site.trouble = make_dice(number)
    engine.live(hours=72, minutes=minutes)
    return house, owing, neighbours, waited


def test_a_thousand_scores_outlive_a_day_of_silence_and_every_kind_of_answer(app, clock):
    """R3, R4, R5: right scores for all, nothing doubled, at most 40 attempts a day, nobody else kept waiting."""
    house, owing, neighbours, waited = run_bad_days(app, clock, people=1000)
    for one in owing:
        assert {delivery.state for delivery in deliveries_of(house, one)} == {"delivered"}
        assert {delivery.next_at for delivery in deliveries_of(house, one)} == {None}
        cells = one.site.cells.values()
        assert len(cells) == len(one.user_ids) == 500
        assert {(cell.score, cell.changes) for cell in cells} == {(1, 1)}
        assert {cell.submissions for cell in cells} == {1}
        assert most_knocks_a_day(one.site) <= 40
    assert set(waited) == {timedelta()}
    assert len(neighbours.site.cells) == len(neighbours.site.knocks) == 24


@pytest.mark.soak
def test_ten_thousand_scores_outlive_the_same(app, clock):
    """R3 at length, looked after every minute, as the engine's sweep does."""
    house, owing, _neighbours, waited = run_bad_days(app, clock, people=10_000, minutes=1)
    for one in owing:
        assert {delivery.state for delivery in deliveries_of(house, one)} == {"delivered"}
        assert {(cell.score, cell.changes, cell.submissions) for cell in one.site.cells.values()} == {(1, 1, 1)}
        assert len(one.site.cells) == 5000
    assert set(waited) == {timedelta()}


def test_after_a_day_of_outage_the_oldest_come_first(app, clock):
    """R3: in order of age."""
    site = Site("site", "moodle", clock, trouble=lambda _cell, _nth: "down")
    house = house_with(app, site)
    owing = settle_people(house, site, people=30)
    engine = Engine(house, clock)
    for start in range(0, 30, 10):
        owing.complete(house, owing.user_ids[start : start + 10])
        engine.live(hours=8, minutes=10)
    site.trouble = lambda _cell, _nth: None
    before = len(site.knocks)
    engine.live(hours=3, minutes=5)
    served = [knock.sub for knock in site.knocks[before:] if knock.column]
    completed = {f"site-{number}": number // 10 for number in range(30)}
    first_goes_ahead, rest = served[0], served[1:]
    assert first_goes_ahead in completed
    assert sum(completed[one] > completed[other] for one, other in itertools.pairwise(rest)) <= 3
    assert len(site.cells) == 30


@pytest.mark.parametrize("kind", ["moodle", "canvas"])
def test_a_newer_grade_of_a_teacher_stays_through_all_of_it(app, clock, kind):
    """R2: a hundred scores that were put off a day, ten cells that a teacher filled meanwhile, and then trouble."""
    put_off = (422, "This assignment is still unpublished", None)
    site = Site("site", kind, clock, trouble=lambda cell, _nth: None if cell == "token" else put_off)
    house = house_with(app, site)
    owing = settle_people(house, site, people=100)
    owing.complete(house)
    engine = Engine(house, clock)
    engine.tick()
    clock.pass_by(hours=2)
    for number in range(10):
        site.cells["/lineitem/1", f"site-{number}"] = Cell(0.5, clock(), by="teacher", changes=0, submissions=0)
    site.trouble, site.asked = make_dice(7), Counter()
    engine.live(hours=48, minutes=15)
    typed = [site.cells["/lineitem/1", f"site-{number}"] for number in range(10)]
    others = [cell for cell in site.cells.values() if cell.by == "tool"]
    assert {cell.score for cell in typed} == {0.5}
    assert [(cell.score, cell.changes) for cell in others] == [(1, 1)] * 90
    assert {delivery.state for delivery in deliveries_of(house, owing)} <= {"delivered", "changed"}


def test_a_real_403_ends_each_score_once_and_the_next_launch_serves_it(app, clock):
    """R4: final after one new token; nothing is hammered."""
    site = Site("site", "moodle", clock, trouble=lambda cell, _nth: None if cell == "token" else (403, "no", None))
    house = house_with(app, site)
    owing = settle_people(house, site, people=20)
    owing.complete(house)
    Engine(house, clock).live(hours=24, minutes=15)
    assert {(one.state, one.reason) for one in deliveries_of(house, owing)} == {("refused", "forbidden")}
    assert most_knocks_a_day(site) == 2


@pytest.mark.one_database("what is counted are requests to the platform")
def test_a_thousand_scores_take_one_token(app, clock):
    """R7: one request for each registration within the token's life."""
    site = Site("site", "moodle", clock)
    house = house_with(app, site)
    owing = settle_people(house, site, people=1000)
    owing.complete(house)
    Engine(house, clock).tick()
    assert (len(site.cells), site.asked["token"]) == (1000, 1)


def interleave(app, clock, *, turns):
    """R12: three institutions whose people, columns and client ids look alike; calls, faults and time in disorder.

    The sites themselves check each token, and that the person is theirs.
    """
    dice = Random(12)  # noqa: S311  the same disorder in every run
    sites = [Site(name, kind, clock) for name, kind in (("one", "moodle"), ("two", "canvas"), ("three", "moodle"))]
    house = house_with(app, *sites)
    owing = [settle_people(house, site, people=turns // 3) for site in sites]
    for number, site in enumerate(sites):
        site.trouble = make_dice(number, (*TROUBLES, *[None] * 15))
    todo = [(one, person) for one in owing for person in one.user_ids]
    dice.shuffle(todo)
    while todo:
        for _ in range(dice.randrange(1, 20)):
            if todo:
                one, person = todo.pop()
                one.complete(house, [person])
        clock.pass_by(seconds=dice.randrange(120))
        drain(house, dice.choice(owing).lane)
    Engine(house, clock).live(hours=36, minutes=5)
    for one in owing:
        assert {(cell.score, cell.changes, cell.submissions) for cell in one.site.cells.values()} == {(1, 1, 1)}
        assert {sub for _column, sub in one.site.cells} == {f"{one.site.name}-{n}" for n in range(len(one.user_ids))}


def test_hundreds_of_interleavings_keep_column_token_and_person_together(app, clock):
    """R12."""
    interleave(app, clock, turns=240)


@pytest.mark.soak
def test_ten_thousand_interleavings_keep_column_token_and_person_together(app, clock):
    """R12."""
    interleave(app, clock, turns=10_000)
