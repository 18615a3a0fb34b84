"""A platform that is away: few knocks at its door, nothing lost, nobody else delayed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.lti.delivery_queries import list_due_lanes
from app.lti.models import SendingPause, ServiceHealth
from app.practice_lms.faults import Fault
from tests.delivery_kit import Delivering


def owing(app, people, **more: str):
    here = Delivering(app, **more)
    for person in here.platform.add_people("2", people):
        here.completes(here.opens(person.id))
    return here


def due(here, clock):
    with here.house.database.reading() as db:
        return list_due_lanes(db, clock())


def live_through(here, clock, *, hours):
    """As the engine's sweep would, but every minute: drains whenever the lane is due."""
    end = clock() + timedelta(hours=hours)
    while clock() < end:
        clock.pass_by(minutes=1)
        if str(here.registration_id) in due(here, clock):
            here.works_off()


@pytest.mark.parametrize(
    "fault",
    [{"down": True}, {"status": 502}, {"service": "scores", "lose_answer": True}],
    ids=["down", "502", "no answer"],
)
def test_a_day_of_outage_costs_few_attempts_and_loses_nothing(app, clock, fault):
    """R3."""
    here = owing(app, 12)
    here.platform.faults.add(Fault(**{"service": "any", "times": None, **fault}))
    live_through(here, clock, hours=24)
    assert max(delivery.attempts for delivery in here.deliveries()) <= 40
    assert len(here.platform.calls) <= 60
    assert set(here.receipts()) == {"waiting"}
    here.platform.faults.clear()
    live_through(here, clock, hours=2.5)
    assert [delivery.state for delivery in here.deliveries()] == ["delivered"] * 12
    assert {grade.posts for grade in here.platform.world.grades.values()} == {1}


def test_scores_alone_in_trouble_are_knocked_for_at_most_forty_times_a_day(app, clock):
    """R3."""
    here = owing(app, 1)
    here.platform.faults.add(Fault(service="scores", status=500, times=None))
    live_through(here, clock, hours=24)
    assert here.delivery().attempts <= 40
    assert here.calls() <= 40


def test_after_failures_one_score_goes_ahead(app, clock):
    """R3."""
    here = owing(app, 10)
    here.platform.faults.add(Fault(service="scores", status=500, times=None))
    here.works_off()
    assert here.calls() == 3
    clock.pass_by(seconds=40)
    here.works_off()
    assert here.calls() == 4
    here.platform.faults.clear()
    clock.pass_by(minutes=2)
    here.works_off()
    assert here.calls() >= 11
    clock.pass_by(minutes=2)
    here.works_off()
    assert {delivery.state for delivery in here.deliveries()} == {"delivered"}


def test_one_score_that_always_fails_does_not_stop_the_others(app, clock):
    here = owing(app, 6)
    first = here.deliveries()[0]
    here.platform.faults.add(Fault(service="scores", status=500, times=1))
    here.works_off()
    assert [delivery.state for delivery in here.deliveries() if delivery.id != first.id] == ["delivered"] * 5
    with here.house.database.reading() as db:
        assert db.get(SendingPause, here.registration_id) is None


def test_another_registration_is_not_delayed(app, clock):
    """R3."""
    here, other = owing(app, 5, institution="One"), owing(app, 5, institution="Other")
    here.platform.faults.add(Fault(service="any", down=True, times=None))
    here.works_off()
    other.works_off(house=here.house)
    assert {delivery.state for delivery in other.deliveries()} == {"delivered"}
    assert due(here, clock) == []
    clock.pass_by(minutes=1)
    assert due(here, clock) == [str(here.registration_id)]


def test_scores_are_sent_in_the_order_in_which_they_were_earned(app, clock):
    """R3."""
    here = Delivering(app)
    people = here.platform.add_people("2", 4)
    for person in reversed(people):
        clock.pass_by(minutes=1)
        here.completes(here.opens(person.id))
    here.works_off()
    sent = [call.json()["userId"] for call in here.platform.calls_to("scores")]
    assert sent == [person.id for person in reversed(people)]


def test_without_a_token_no_score_is_tried_and_the_registration_rests(app, clock):
    here = owing(app, 5)
    here.platform.faults.add(Fault(service="token", status=400, body='{"error":"invalid_client"}', times=None))
    here.works_off()
    assert (len(here.platform.calls_to("token")), here.calls()) == (1, 0)
    with here.house.database.reading() as db:
        assert db.get_one(SendingPause, here.registration_id).reason == "token-invalid_client"
    here.platform.faults.clear()
    clock.pass_by(minutes=1)
    here.works_off()
    assert {delivery.state for delivery in here.deliveries()} == {"delivered"}


def test_a_score_that_a_crash_left_is_due_again_within_two_minutes(app, clock, monkeypatch):
    """R1, without the kill: the worker dies between sending and writing it down."""
    here = owing(app, 1)
    monkeypatch.setattr("app.lti.grades._conclude", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        here.works_off()
    monkeypatch.undo()
    assert here.delivery().state == "sending"
    clock.pass_by(minutes=1)
    assert due(here, clock) == []
    clock.pass_by(minutes=1)
    here.works_off()
    assert here.delivery().state == "delivered"
    first, second = [call.json()["timestamp"] for call in here.platform.calls_to("scores")]
    assert first == second


def test_what_the_services_answer_shows_in_their_health(app, clock):
    here = owing(app, 2)
    here.platform.faults.add(Fault(service="scores", status=503))
    here.works_off()
    assert lights(here) == {"ags": (True, "lms-error"), "token": (True, None)}
    clock.pass_by(minutes=5)
    here.works_off()
    here.completes(here.opens("5"))
    here.platform.faults.add(Fault(service="scores", status=403, body="you may not", times=None))
    here.works_off()
    assert lights(here)["ags"] == (False, "forbidden")
    here.platform.tokens.revoke_all()
    here.platform.faults.clear()
    here.platform.faults.add(Fault(service="token", status=400, body='{"error":"invalid_client"}', times=None))
    here.completes(here.opens("6"))
    here.works_off()
    assert lights(here)["token"] == (False, "token-invalid_client")


def lights(here):
    with here.house.database.reading() as db:
        return {row.service: (row.is_good, row.last_bad_reason) for row in db.scalars(select(ServiceHealth))}
