"""Subscribing to notices: once for each deployment, by a job, judged by the practice LMS in Canvas's temper."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.lti import subscriptions
from app.lti.models import ResourceLink, ServiceHealth
from app.lti.notice_models import NoticeSubscription
from app.lti.notices import drain as read_notices
from app.lti.notices import notice_job
from app.lti.subscriptions import State, drain, subscription_job
from app.main import list_jobs
from app.practice_lms.faults import Fault
from tests.practice_kit import Campus

LEARNER = "5"
HANDLER = "https://cairn.test/lti/notices"


@pytest.fixture
def canvas(settings, clock):
    made = Campus(settings, clock, "canvas")
    made.register()
    yield made
    made.close()


def launch(campus, course="2", link="1"):
    return campus.open(LEARNER, f"/course/{course}/launch/{link}")


def run(campus, job, work):
    with campus.house.database.reading() as db:
        lanes = job.list_due(db, campus.house.clock())
    for lane in lanes:
        while work(campus.house, lane):
            continue


def subscribe(campus):
    run(campus, subscription_job(), drain)


def read(campus):
    with campus.house.database.reading() as db:
        return db.scalars(select(NoticeSubscription)).one_or_none()


def handlers(campus):
    return campus.platform.registration.handlers


def puts(campus):
    return [call for call in campus.platform.calls_to("notices") if call.method == "PUT"]


def test_the_jobs_are_among_those_that_run():
    assert {"notice-subscriptions", "notices"} <= {job.kind for job in list_jobs()}


def test_a_launch_that_offers_notices_leads_to_one_subscription_and_a_hello(canvas):
    launch(canvas)
    launch(canvas)
    subscribe(canvas)
    assert handlers(canvas) == {"LtiContextCopyNotice": HANDLER, "LtiHelloWorldNotice": HANDLER}
    assert canvas.platform.notices_sent == [("LtiHelloWorldNotice", 200)]
    run(canvas, notice_job(), read_notices)
    row = read(canvas)
    assert (row.state, row.next_at, row.reason) == (State.SUBSCRIBED, None, None)
    assert row.heard_at is not None
    launch(canvas, "3", "3")
    subscribe(canvas)
    assert len(puts(canvas)) == 2


def test_what_stands_already_is_not_asked_for_again(canvas):
    canvas.platform.registration.handlers.update(
        dict.fromkeys(("LtiContextCopyNotice", "LtiHelloWorldNotice"), HANDLER)
    )
    launch(canvas)
    subscribe(canvas)
    assert (read(canvas).state, puts(canvas)) == (State.SUBSCRIBED, [])


def test_another_address_of_ours_is_told_to_the_platform(canvas):
    """The offer is looked at once in each process; a server under a new name is another process."""
    launch(canvas)
    subscribe(canvas)
    with canvas.house.database.writing() as db:
        db.scalars(select(NoticeSubscription)).one().handler = "https://old.test/lti/notices"
    canvas.platform.registration.handlers["LtiContextCopyNotice"] = "https://old.test/lti/notices"
    subscriptions.desk_of(canvas.house).offers.clear()
    launch(canvas)
    subscribe(canvas)
    assert handlers(canvas)["LtiContextCopyNotice"] == HANDLER
    assert read(canvas).state == State.SUBSCRIBED


def test_where_the_scope_was_not_granted_nobody_is_asked(canvas):
    registration = canvas.platform.registration
    kept = tuple(scope for scope in registration.config.scopes if "noticehandlers" not in scope)
    registration.config = replace(registration.config, scopes=kept)
    launch(canvas)
    assert read(canvas) is None


def test_an_lms_without_notices_is_left_alone(settings, clock):
    campus = Campus(settings, clock, "moodle")
    campus.register()
    launch(campus)
    assert read(campus) is None
    campus.close()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault("notices", 404, None), "status-404"),
        (Fault("notices", 401, None), "status-401"),
        (Fault("notices", 200, 1, body="no json"), None),
        (Fault("notices", down=True, times=None), "connection-broken"),
        (Fault("token", 400, None), "token-status"),
    ],
)
def test_a_refusal_is_noted_and_the_question_put_again_later(canvas, clock, fault, reason):
    launch(canvas)
    canvas.platform.faults.add(fault)
    subscribe(canvas)
    row = read(canvas)
    assert (row.reason, row.next_at is None) == (reason, reason is None)
    with canvas.house.database.reading() as db:
        light = db.scalars(select(ServiceHealth).where(ServiceHealth.service == "notices")).one()
    assert (light.is_good, light.last_bad_reason) == (reason is None, reason)
    canvas.platform.faults.clear()
    clock.pass_by(hours=1)
    subscribe(canvas)
    assert read(canvas).state == State.SUBSCRIBED


def test_a_platform_that_never_agrees_is_given_up_and_asked_anew_by_a_later_process(canvas, clock):
    canvas.platform.faults.add(Fault("notices", 404, None))
    launch(canvas)
    for _ in range(subscriptions.MOST_TRIES):
        subscribe(canvas)
        clock.pass_by(days=1, minutes=1)
    row = read(canvas)
    assert (row.state, row.next_at, row.attempts) == (State.GIVEN_UP, None, subscriptions.MOST_TRIES)
    subscribe(canvas)
    launch(canvas)
    assert read(canvas).attempts == subscriptions.MOST_TRIES
    canvas.platform.faults.clear()
    subscriptions.desk_of(canvas.house).offers.clear()
    launch(canvas)
    subscribe(canvas)
    assert read(canvas).state == State.SUBSCRIBED


def test_a_copied_course_is_known_by_its_notice_where_no_history_comes(canvas):
    """The whole way: subscribe, copy, be told, and find what a link without key and history opens."""
    registration = canvas.platform.registration
    registration.config = replace(registration.config, custom_parameters={})
    launch(canvas)
    subscribe(canvas)
    course = canvas.platform.copy_course("2")
    assert canvas.platform.notices_sent[-1] == ("LtiContextCopyNotice", 200)
    run(canvas, notice_job(), read_notices)
    link = canvas.platform.world.links_of(course.id)[0]
    link.url, link.custom = None, {}
    assert launch(canvas, course.id, link.id).url.path == "/modules/m0-roles"
    with canvas.house.database.reading() as db:
        keys = db.scalars(select(ResourceLink.key)).all()
    assert keys == ["module/m0", "module/m0"]
