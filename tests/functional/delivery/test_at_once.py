"""Many things at once: two workers on one lane, two requests for one person, two institutions in one process."""

import threading
from random import Random

import pytest

from app.lti import deliveries
from app.lti.grades import drain
from app.lti.models import Delivery
from app.practice_lms.faults import Fault
from tests.delivery_kit import Delivering, at_once
from tests.gradebook_double import Site, house_with, settle_people


def test_two_workers_on_one_lane_send_each_score_once(app):
    """R6."""
    here = Delivering(app)
    people = here.platform.add_people("2", 20)
    for person in people:
        here.completes(here.opens(person.id))
    at_once(here.works_off, here.works_off)
    assert [here.posts(person.id) for person in people] == [1] * 20
    assert here.calls() == 20


def test_two_launches_and_a_completion_at_once_owe_one_delivery(app):
    here = Delivering(app)
    user = here.opens()
    at_once(lambda: here.completes(user), here.opens, here.opens)
    here.opens()
    here.works_off()
    assert (len(here.deliveries()), here.posts()) == (1, 1)


def test_two_resends_in_a_moment_have_two_times_a_second_apart(app):
    """R6: whichever worker comes first, the gradebook ends with the newer one."""
    here = Delivering(app)
    here.completes(here.opens())
    here.works_off()
    for _ in range(2):
        with here.house.database.writing() as db:
            deliveries.resend(db, db.get_one(Delivery, here.delivery().id), now=here.house.clock())
        here.works_off()
    stamps = [call.json()["timestamp"] for call in here.platform.calls_to("scores")]
    assert stamps == sorted(set(stamps))
    assert {stamp[-5:] for stamp in stamps} == {stamps[0][-5:]}
    assert here.delivery().state == "delivered"


class Overtaken(Site):
    """The first score that is sent arrives when a second one has been stored and its answer is still under way."""

    def __init__(self, kind, clock) -> None:
        super().__init__("site", kind, clock)
        self.send_again = self.hear_the_first = None

    def answer(self, path, headers, body):
        if path == "/token":
            return super().answer(path, headers, body)
        nth = self.asked["score"] = self.asked["score"] + 1
        if nth == 1:
            self.send_again()
        answer = super().answer(path, headers, body)
        if nth == 2:
            self.hear_the_first()
        return answer


@pytest.mark.parametrize("kind", ["moodle", "canvas"])
def test_of_two_scores_that_arrive_in_reverse_the_later_one_stays_and_counts(app, clock, kind):
    """R6: another worker's newer score overtakes; the answer to the older one says nothing about the newer."""
    site = Overtaken(kind, clock)
    house = house_with(app, site)
    owing = settle_people(house, site, people=1)
    owing.complete(house)
    is_stored, is_first_over = threading.Event(), threading.Event()

    def read():
        with house.database.reading() as db:
            return db.query(Delivery).one()

    def send_again():
        clock.pass_by(seconds=2)
        with house.database.writing() as db:
            deliveries.resend(db, db.query(Delivery).one(), now=clock())
        second.start()
        assert is_stored.wait(20)

    def hear_the_first():
        is_stored.set()
        assert is_first_over.wait(20)

    site.send_again, site.hear_the_first = send_again, hear_the_first
    second = threading.Thread(target=drain, args=(house, owing.lane))
    drain(house, owing.lane)
    meanwhile = read().state
    is_first_over.set()
    second.join(20)
    assert (meanwhile, read().state) == ("sending", "delivered")
    assert [knock.status for knock in site.knocks] == [200, {"moodle": 409, "canvas": 400}[kind]]
    assert site.cells["/lineitem/1", "site-0"].at == read().stamped_at


def test_whatever_the_order_each_score_stays_with_its_column_its_token_and_its_person(app, clock):
    """R12: three LMSs of three institutions whose people, columns and client ids look alike, in random order."""
    dice = Random(12)  # noqa: S311  the same disorder in every run
    sites = [
        Delivering(app, institution=name, temper=temper)
        for name, temper in (("One", "moodle"), ("Two", "moodle"), ("Three", "canvas"))
    ]
    todo = [(site, person, link) for site in sites for person in ("5", "6", "7") for link in ("1", "3")]
    dice.shuffle(todo)
    for site, person, link in todo:
        site.completes(site.opens(person, link))
        if dice.random() < 0.3:
            site.platform.faults.add(Fault(service="scores", status=dice.choice([500, 401, 429])))
        if dice.random() < 0.5:
            dice.choice(sites).works_off(house=sites[0].house)
    for _ in range(4):
        clock.pass_by(hours=13)
        at_once(*[lambda site=site: site.works_off(house=sites[0].house) for site in sites])
    for site in sites:
        took = [call for call in site.platform.calls_to("scores") if call.status == 200]
        assert {call.client_id for call in took} == {site.known.client_id}
        assert len({(call.url, call.json()["userId"]) for call in took}) == len(took) == 6
        assert all(site.posts(person, link) == 1 for person in ("5", "6", "7") for link in ("1", "3"))
        assert not [call for call in site.platform.calls if call.status in {400, 404, 409, 422}]
