"""Many things at once: two workers on one lane, two requests for one person, two institutions in one process."""

from random import Random

from app.lti import deliveries
from app.lti.models import Delivery
from app.practice_lms.faults import Fault
from tests.delivery_kit import Delivering, at_once


def test_two_workers_on_one_lane_send_each_score_once(app):
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
