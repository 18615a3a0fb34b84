"""Health in words: what each light says, and what to do about it."""

import pytest

from app.lti.delivery_rules import State
from app.lti.health import Service, note_clock_skew, note_service_result
from app.lti.models import Delivery, LaunchFailure, Registration
from app.membership.models import User
from app.membership.roles import Right
from app.progress import service as progress_service
from app.progress.rules import FactKind
from tests.lti_kit import AGS_CLAIM, AGS_SCOPE, LEARNER, sign_in

ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"


def graded_link():
    column = {"lineitem": "https://lms.test/items/7", "scope": [f"{AGS_SCOPE}score"]}
    return {AGS_CLAIM: column, "custom": {"cairn_key": "home"}, "roles": [LEARNER]}


def complete(tool, here):
    """The whole program, as its facts say."""
    house = tool.house
    with house.database.writing() as db:
        progress_service.record(
            db, user=db.get_one(User, here.user.id), kind=FactKind.PROGRAM_COMPLETED, key="coach-training",
            at=house.clock(),
        )  # fmt: skip
        for hook in house.before_commit:
            hook(db)


@pytest.fixture
def admin(tool):
    """An LMS admin who has launched."""
    here = tool.launch_as("boss", roles=[ADMINISTRATOR, LEARNER])
    sign_in(tool.app, sub="boss", is_administrator=True, rights=[Right.LMS_ADMIN])
    return here


def note(tool, service, reason=None):
    with tool.house.database.writing() as db:
        note_service_result(
            db, registration_id=tool.platform.registration_id, service=service, ok=reason is None, reason=reason,
            now=tool.clock(),
        )  # fmt: skip


def fail(tool, reason, count=1):
    with tool.house.database.writing() as db:
        number = tool.platform.registration_id
        db.add(LaunchFailure(registration_id=number, reason=reason, count=count, last_at=tool.clock()))


def become(tool, product):
    with tool.house.database.writing() as db:
        db.get_one(Registration, tool.platform.registration_id).product = product


def test_where_nothing_is_wrong_the_page_says_so(admin):
    page = admin.get("/admin").text
    assert "Everything works." in page
    assert "last one 22" in page
    assert "Nothing waits" in page


def test_a_launch_fetches_the_keys_and_lights_their_light(tool, admin):
    page = admin.get("/admin").text
    assert "Public keys of the LMS" in page
    assert "last answer 22" in page
    tool.clock.pass_by(hours=1)
    tool.platform.is_down = True
    tool.launch_as("learner")
    page = tool.launch_as("boss", roles=[ADMINISTRATOR]).get("/admin").text
    assert "status-503" in page
    assert "One thing needs you." in page


@pytest.mark.parametrize(
    ("product", "service", "reason", "words"),
    [
        (
            "canvas",
            Service.NRPS,
            "403",
            "Canvas does not allow it. Switch it on: LTI Advantage Services",
        ),
        ("moodle", Service.AGS, "no-score-scope", "Moodle does not allow it. Switch it on"),
        ("desire2learn", Service.NOTICES, "forbidden", "Brightspace does not allow it"),
        ("canvas", Service.AGS, "token-invalid_client", "Canvas gives Cairn no access. Look whether its key"),
        ("canvas", Service.TOKEN, "token-timeout", "Cairn could not reach Canvas"),
        ("moodle", Service.AGS, "throttled", "Moodle asks Cairn to slow down"),
        ("moodle", Service.AGS, "lms-error", "Moodle answers with an error of its own"),
    ],
)
def test_each_red_light_has_its_step_in_the_words_of_that_lms(tool, admin, product, service, reason, words):
    become(tool, product)
    note(tool, service)
    note(tool, service, reason)
    page = admin.get("/admin").text
    assert "One thing needs you." in page
    assert words in page
    said = f"Last failure 22 November 2026, 14:03 UTC, code {reason}; last good answer"
    assert said in page.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("key-unknown", "Compare the key set address"),
        ("keys-unreachable", "must answer from the internet"),
        ("clock-skew", "by network time"),
        ("no-user", "say who opens Cairn"),
        ("content-unknown", "names content that is gone"),
        ("audience", "Compare what"),
        ("a-reason-of-later", "a-reason-of-later"),
    ],
)
def test_a_refused_launch_is_a_red_light_until_one_goes_well(tool, admin, reason, words):
    tool.clock.pass_by(minutes=10)
    fail(tool, reason, count=4)
    page = admin.get("/admin").text
    assert words in page
    assert "4 refused" in page
    tool.clock.pass_by(minutes=10)
    tool.launch_as("learner")
    assert "Everything works." in admin.get("/admin").text


@pytest.mark.parametrize("reason", ["already-used", "cookies-blocked", "target-differs", "deployment-closed"])
def test_what_befalls_one_browser_says_nothing_against_the_connection(tool, admin, reason):
    tool.clock.pass_by(minutes=10)
    fail(tool, reason)
    assert "Everything works." in admin.get("/admin").text


@pytest.mark.parametrize(("seconds", "word"), [(3, "In order"), (-45, "Apart"), (90, "Apart")])
def test_the_clocks_are_compared(tool, admin, seconds, word):
    with tool.house.database.writing() as db:
        note_clock_skew(
            db, registration_id=tool.platform.registration_id, service=Service.KEYSET, seconds=seconds, now=tool.clock()
        )
    page = admin.get("/admin").text
    assert f"{abs(seconds)} seconds from Cairn" in page
    assert word in page.split("Clock of the LMS")[1][:300]


@pytest.mark.parametrize(
    ("product", "tells", "word"),
    [
        ("canvas", None, "Told"),
        ("moodle", None, "Cannot tell"),
        ("canvas", False, "Cannot tell"),
        ("moodle", True, "Told"),
    ],
)
def test_whether_the_lms_tells_who_acts_is_known_from_launches(tool, admin, product, tells, word):
    with tool.house.database.writing() as db:
        row = db.get_one(Registration, tool.platform.registration_id)
        row.product, row.tells_masquerading = product, tells
    light = admin.get("/admin").text.split("Somebody acting as another")[1][:400]
    assert word in light


def test_stuck_completions_are_counted_and_sent_again(tool, admin):
    learner = tool.launch_as("learner", **graded_link())
    complete(tool, learner)
    with tool.house.database.writing() as db:
        delivery = db.query(Delivery).one()
        delivery.state, delivery.next_at, delivery.reason = State.REFUSED, None, "forbidden"
    page = admin.get("/admin").text
    assert "1 refused by the LMS, 0 waiting" in page
    address = page.split('href="/admin/connections/')[1].split('"')[0]
    assert "Send again now" in admin.get(f"/admin/connections/{address}").text
    assert admin.post(f"/admin/connections/{address}/resend").status_code == 303
    with tool.house.database.reading() as db:
        delivery = db.query(Delivery).one()
        assert (delivery.state, delivery.next_at) == (State.DUE, tool.clock())
    page = admin.get("/admin").text
    assert "1 waiting, the oldest since" in page
    tool.clock.pass_by(minutes=90)
    assert "Late" in admin.get("/admin").text


def test_what_waits_for_tomorrow_is_due_at_once_and_what_is_being_sent_stays(tool, admin):
    people = [tool.launch_as(f"learner-{n}", **graded_link()) for n in range(2)]
    for person in people:
        complete(tool, person)
    now = tool.clock()
    with tool.house.database.writing() as db:
        tomorrow, at_work = db.query(Delivery).order_by(Delivery.id).all()
        tomorrow.state, tomorrow.next_at = State.WAITING, now.replace(day=now.day + 1)
        at_work.state, at_work.next_at = State.SENDING, now.replace(minute=now.minute + 1)
        lease = at_work.next_at
    page = admin.get("/admin").text
    address = page.split('href="/admin/connections/')[1].split('"')[0]
    admin.post(f"/admin/connections/{address}/resend")
    with tool.house.database.reading() as db:
        assert [one.next_at for one in db.query(Delivery).order_by(Delivery.id)] == [now, lease]


def test_two_connections_are_told_apart_and_the_broken_one_comes_first(tool, admin):
    second = tool.add_platform(issuer="https://aaa-second.test", client_id="second")
    del second
    note(tool, Service.NRPS, "403")
    page = admin.get("/admin").text
    assert page.index(">lms.test<") < page.index(">aaa-second.test<")
    assert "All lights of aaa-second.test" in page
