"""Cases 38-43, 96 and 98 of our list (lti.md 2): rosters and gradebooks, with whole practice LMSs as judges."""

import json
from datetime import datetime, timedelta

import jwt
import pytest

from app.lti import deliveries
from app.lti.line_items import LINE_ITEM_SCOPE
from app.lti.models import Delivery
from app.membership.models import Roster
from tests.delivery_kit import Delivering
from tests.functional.delivery.test_columns import INSTRUCTOR, LEARNER, Course
from tests.lti_kit import INSTRUCTOR as INSTRUCTOR_ROLE
from tests.lti_kit import ISSUER
from tests.roster_kit import NRPS_CLAIM, TEACHER, member

ROSTER_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
BOTH = pytest.mark.parametrize("temper", ["moodle", "canvas"])


def test_38_a_launch_with_the_roster_claim_opens_a_page_and_its_roster_is_known(school):
    school.register()
    page = school.open(TEACHER, "/course/2/launch/1")
    assert (page.status_code, page.text.count("<h1")) == (200, 1)
    assert len(school.rows(Roster)) == 1


def test_39_to_42_the_members_are_asked_for_with_the_right_header_token_and_scope_and_stand_on_the_list(school):
    school.open_course()
    school.works_off()
    (asked,) = school.asked()
    assert (asked.method, asked.status) == ("GET", 200)
    assert asked.headers["accept"] == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
    assert asked.headers["authorization"].startswith("Bearer ")
    assert (asked.client_id, asked.scope) == (school.list_registrations()[0].client_id, ROSTER_SCOPE)
    assert school.subs("5", "6", "7") <= school.learners()
    assert school.people()[school.platform.sub_of(TEACHER)] == "staff"


def test_43_a_line_item_is_made_and_read_and_scores_are_posted_that_the_results_show(campus):
    course = Course(campus)
    course.open(LEARNER)
    course.complete(LEARNER)
    course.click()
    course.work_off()
    calls = [call for call in campus.platform.calls if call.service in {"lineitems", "scores"}]
    assert [(call.service, call.method, call.status) for call in calls] == [
        ("lineitems", "GET", 200), ("lineitems", "POST", 201), ("scores", "POST", calls[-1].status),
    ]  # fmt: skip
    assert {call.scope for call in calls} == {LINE_ITEM_SCOPE, SCORE_SCOPE}
    (item,) = course.items()
    assert (item.maximum, course.shown(LEARNER), course.shown(INSTRUCTOR)) == (1, 1, None)


def test_96_two_tenants_of_one_issuer_never_share_a_token(tool):
    """R12."""
    other = tool.add_platform(issuer=ISSUER, client_id="client of the other", institution="Other University")
    tool.service.members = [member("a")]
    tool.enters()
    offered = {NRPS_CLAIM: {"context_memberships_url": f"{ISSUER}/others", "service_versions": ["2.0"]}}
    tool.launch_as("staff", platform=other, roles=[INSTRUCTOR_ROLE], **offered)
    tool.mark()
    tool.works_off()
    assertions = [token["client_assertion"] for token in tool.service.tokens]
    clients = [jwt.decode(assertion, options={"verify_signature": False})["iss"] for assertion in assertions]
    assert sorted(clients) == sorted([tool.platform.client_id, other.client_id])
    given = {client: f"Bearer token-{number}" for number, client in enumerate(clients, 1)}
    asked = zip(tool.service.asked, tool.service.headers, strict=True)
    sent = {path.partition("?")[0]: headers["authorization"] for path, headers in asked}
    assert sent == {"/members": given[tool.platform.client_id], "/others": given[other.client_id]}


@BOTH
@pytest.mark.parametrize("seconds", [-9, 9, 240])
def test_98_a_score_is_taken_where_clocks_differ(app, clock, temper, seconds):
    """A platform ahead of us by minutes, or behind by seconds."""
    here = Delivering(app, temper=temper, lms_clock=lambda: clock() + timedelta(seconds=seconds))
    here.completes(here.opens())
    here.works_off()
    assert (here.delivery().state, here.shown()) == ("delivered", 1)


@BOTH
def test_98_timestamps_have_a_zone_and_rise_though_our_clock_goes_back(app, clock, temper):
    here = Delivering(app, temper=temper, lms_clock=lambda: clock() + timedelta(seconds=60))
    here.completes(here.opens())
    here.works_off()
    clock.pass_by(seconds=-30)
    with here.house.database.writing() as db:
        deliveries.resend(db, db.get_one(Delivery, here.delivery().id), now=clock())
    here.works_off()
    stamps = [datetime.fromisoformat(json.loads(call.body)["timestamp"]) for call in here.platform.calls_to("scores")]
    assert [stamp.utcoffset() for stamp in stamps] == [timedelta()] * 2
    assert stamps[0] < stamps[1]
    assert (here.delivery().state, here.shown()) == ("delivered", 1)
