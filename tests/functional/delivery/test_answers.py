"""What each LMS's answer leads to: in the row, in words for the learner, and in the gradebook."""

from datetime import timedelta

import pytest

from app.lti import deliveries
from app.lti.models import Delivery, LineItem, Registration
from app.practice_lms.faults import Fault
from app.practice_lms.world import Grade
from tests.delivery_kit import Delivering

BOTH = pytest.mark.parametrize("temper", ["moodle", "canvas"])


def owing(app, temper="moodle"):
    here = Delivering(app, temper=temper)
    here.completes(here.opens())
    return here


def try_again(here, clock, **later: float):
    clock.pass_by(**later)
    here.works_off()
    return here.delivery()


def is_registration_active(here, *, active):
    with here.house.database.writing() as db:
        db.get_one(Registration, here.registration_id).is_active = active


@BOTH
@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_is_tried_again_until_it_works(app, clock, temper, status):
    """R4."""
    here = owing(app, temper)
    here.platform.faults.add(Fault(service="scores", status=status, times=2))
    here.works_off()
    assert here.receipts() == ["waiting"]
    assert (here.delivery().state, here.delivery().status, here.delivery().reason) == ("sending", status, "lms-error")
    assert try_again(here, clock, seconds=20).attempts == 1
    assert try_again(here, clock, seconds=20).attempts == 2
    assert try_again(here, clock, minutes=2).state == "delivered"
    assert (here.shown(), here.posts()) == (1, 1)


@BOTH
def test_an_answer_that_was_lost_does_no_harm(app, clock, temper):
    """R5: the LMS applied it, we never heard; the second time with the same timestamp changes nothing."""
    here = owing(app, temper)
    here.platform.faults.add(Fault(service="scores", lose_answer=True))
    here.works_off()
    assert (here.shown(), here.delivery().state) == (1, "sending")
    assert try_again(here, clock, minutes=1).state == "delivered"
    assert here.receipts() == ["confirmed"]
    first, second = [call.json() for call in here.platform.calls_to("scores")]
    assert first["timestamp"] == second["timestamp"]
    grade = here.platform.grade_of("5", here.item_of())
    assert grade.submissions <= 1


@BOTH
def test_a_grade_that_a_teacher_typed_is_not_fought(app, clock, temper):
    """R2: what is newer in the gradebook stays, and nothing bumps the clock to get over it."""
    here = owing(app, temper)
    here.platform.faults.add(Fault(service="scores", status=429))
    here.works_off()
    here.platform.set_grade(here.item_of(), "5", 0.5, at=clock() + timedelta(minutes=5))
    assert try_again(here, clock, minutes=10).state == "changed"
    assert here.receipts() == ["changed-in-lms"]
    for _ in range(3):
        here.opens()
        try_again(here, clock, days=2)
    assert here.shown() == 0.5
    assert here.calls() == 2


def test_an_older_grade_of_a_teacher_is_left_alone_by_canvas(app):
    """R2."""
    here = Delivering(app, temper="canvas")
    user = here.opens()
    here.platform.set_grade(here.item_of(), "5", 0.5)
    here.completes(user)
    here.works_off()
    assert (here.shown(), here.delivery().state) == (0.5, "delivered")


@pytest.mark.parametrize(
    ("retry_after", "earliest", "latest"),
    [
        ("120", 120, 180),
        ("Sun, 22 Nov 2026 15:03:00 GMT", 3600, 3700),
        ("315360000", 86_400, 86_500),
        ("Mon, 22 Nov 2038 15:03:00 GMT", 86_400, 86_500),
        ("soon", 25, 40),
        ("-5", 25, 40),
        ("", 25, 40),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed_a_day_at_most(app, clock, status, retry_after, earliest, latest):
    """R4."""
    here = owing(app)
    here.platform.faults.add(Fault(service="scores", status=status, retry_after=retry_after))
    here.works_off()
    assert try_again(here, clock, seconds=earliest - 1).state == ("waiting" if status == 429 else "sending")
    assert here.calls() == 1
    assert try_again(here, clock, seconds=latest - earliest + 1).state == "delivered"


def test_a_throttled_registration_rests_with_all_its_scores(app, clock):
    """R4."""
    here = Delivering(app, temper="canvas")
    for person in ("5", "6", "7"):
        here.completes(here.opens(person))
    here.platform.faults.add(Fault.throttled(service="scores"))
    here.works_off()
    assert here.calls() == 1
    clock.pass_by(minutes=1)
    here.works_off()
    assert [delivery.state for delivery in here.deliveries()] == ["delivered"] * 3
    assert here.delivery_reasons() == [None] * 3


@BOTH
def test_a_real_403_is_final_after_one_new_token(app, temper):
    """R4."""
    here = owing(app, temper)
    here.platform.faults.add(Fault(service="scores", status=403, body="you may not", times=None))
    here.works_off()
    assert (here.delivery().state, here.delivery().reason) == ("refused", "forbidden")
    assert here.receipts() == ["refused"]
    assert (here.calls(), len(here.platform.calls_to("token"))) == (2, 2)


@BOTH
def test_a_401_gets_one_new_token_and_one_more_try(app, temper):
    """R4."""
    here = owing(app, temper)
    here.opens("6")
    here.works_off()
    here.platform.tokens.revoke_all()
    here.completes(here.opens("6"))
    here.works_off()
    assert (here.shown("6"), len(here.platform.calls_to("token"))) == (1, 2)


def test_a_401_that_a_new_token_does_not_mend_is_tried_daily(app, clock):
    """R4."""
    here = owing(app)
    here.platform.faults.add(Fault(service="scores", status=401, times=2))
    here.works_off()
    assert (here.delivery().state, here.delivery().reason) == ("waiting", "not-authorized")
    assert try_again(here, clock, hours=23).state == "waiting"
    assert here.calls() == 2
    assert try_again(here, clock, hours=1).state == "delivered"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [(400, "Incorrect score received", "bad-request"), (412, "", "not-our-line-item"), (422, "", "unprocessable"),
     (418, "", "status-418"), (200, "[]", "nothing-stored")],
)  # fmt: skip
def test_a_refusal_is_kept_with_its_reason_until_the_next_launch(app, clock, status, body, reason):
    """R4."""
    here = owing(app)
    here.platform.faults.add(Fault(service="scores", status=status, body=body))
    here.works_off()
    assert (here.delivery().state, here.delivery().status, here.delivery().reason) == ("refused", status, reason)
    assert here.receipts() == ["refused"]
    assert try_again(here, clock, days=3).state == "refused"
    here.opens()
    assert here.receipts() == ["waiting"]
    assert try_again(here, clock, minutes=1).state == "delivered"


def test_what_was_refused_is_sent_again_by_the_office(app, clock):
    """R4."""
    here = owing(app)
    here.platform.faults.add(Fault(service="scores", status=400))
    here.works_off()
    clock.pass_by(minutes=1)
    with here.house.database.writing() as db:
        deliveries.resend(db, db.get_one(Delivery, here.delivery().id), now=clock())
    here.works_off()
    assert (here.shown(), here.delivery().state, here.receipts()) == (1, "delivered", ["confirmed"])


@BOTH
def test_sending_again_what_was_delivered_has_a_newer_time_and_makes_no_second_submission(app, clock, temper):
    """R5."""
    here = owing(app, temper)
    here.works_off()
    with here.house.database.writing() as db:
        deliveries.resend(db, db.get_one(Delivery, here.delivery().id), now=clock())
    here.works_off()
    first, second = [call.json() for call in here.platform.calls_to("scores")]
    assert first["timestamp"] < second["timestamp"]
    grade = here.platform.grade_of("5", here.item_of())
    assert (grade.score, grade.posts, grade.submissions <= 1) == (1, 2, True)


def test_timestamps_increase_when_our_clock_jumps_back_an_hour(app, clock):
    """R8."""
    here = owing(app)
    here.works_off()
    clock.pass_by(hours=-1)
    with here.house.database.writing() as db:
        deliveries.resend(db, db.get_one(Delivery, here.delivery().id), now=clock())
    here.works_off()
    first, second = [call.json()["timestamp"] for call in here.platform.calls_to("scores")]
    assert first < second
    assert here.delivery().state == "delivered"


@BOTH
def test_a_column_that_is_gone_is_marked_and_served_when_it_is_back(app, temper):
    """R4."""
    here = owing(app, temper)
    here.completes(here.opens("6"))
    here.platform.delete_line_item(here.item_of())
    here.works_off()
    assert here.calls() == 1
    assert [delivery.state for delivery in here.deliveries()] == ["gone", "gone"]
    assert [item.gone_at is not None for item in here.line_items()] == [True]
    here.platform.add_line_item("1")
    for person in ("5", "6"):
        here.opens(person)
    here.works_off()
    assert (here.shown("5"), here.shown("6")) == (1, 1)


@pytest.mark.parametrize("hurdle", ["unpublished", "not-enrolled"])
def test_canvas_422_that_may_change_is_tried_daily(app, clock, hurdle):
    """R4."""
    here = owing(app, "canvas")
    if hurdle == "unpublished":
        here.platform.publish("1", published=False)
    else:
        here.platform.leave("5", "2")
    here.works_off()
    assert (here.delivery().state, here.delivery().status, here.delivery().reason) == ("waiting", 422, hurdle)
    assert here.receipts() == ["waiting"]
    here.platform.publish("1")
    here.platform.enrol("5", "2", "student")
    assert try_again(here, clock, hours=23).state == "waiting"
    assert try_again(here, clock, hours=1).state == "delivered"


def test_a_concluded_canvas_course_is_final(app):
    """R4."""
    here = owing(app, "canvas")
    here.platform.conclude("2")
    here.works_off()
    assert (here.delivery().state, here.delivery().reason) == ("refused", "course-concluded")


def test_used_up_attempts_on_canvas_are_got_over_by_sending_no_new_submission(app, clock):
    here = owing(app, "canvas")
    here.platform.links["1"].allowed_attempts = 1
    here.platform.world.record_grade(here.item_of(), "5", Grade(None, 1, clock(), submissions=1), is_post=False)
    here.works_off()
    assert here.delivery().reason == "attempts-used-up"
    assert try_again(here, clock, minutes=1).state == "delivered"
    assert here.shown() == 1


def test_a_registration_that_is_switched_off_keeps_its_scores_and_sends_them_later(app, clock):
    """R11."""
    here = owing(app)
    is_registration_active(here, active=False)
    assert try_again(here, clock, days=3).state == "due"
    assert here.platform.calls == ()
    is_registration_active(here, active=True)
    assert try_again(here, clock, seconds=1).state == "delivered"


def test_a_column_that_takes_no_scores_any_more_is_not_written_to(app):
    here = owing(app)
    with here.house.database.writing() as db:
        db.get_one(LineItem, 1).may_score = False
    here.works_off()
    assert (here.delivery().state, here.delivery().reason) == ("refused", "no-score-scope")
    assert here.platform.calls == ()


def test_a_column_at_a_private_address_is_refused_and_no_token_leaves(app):
    here = owing(app)
    with here.house.database.writing() as db:
        db.get_one(LineItem, 1).url = "ftp://10.0.0.1/lineitem"
        db.get_one(Registration, here.registration_id).token_url = here.platform.urls.token
    here.works_off()
    assert here.delivery().state != "delivered"
    assert here.calls() == 0
