"""The roster of the practice LMS of each temper, from launch to belonging; the certification's cases 38 to 42."""

from dataclasses import replace

import pytest

from app.lti.roster.rules import MEMBERS_SCOPE, MEMBERS_TYPE
from app.membership.models import User
from app.practice_lms.faults import Fault

STUDENTS = ("5", "6", "7")


def test_a_launch_tells_where_the_roster_is_and_it_is_read(school):
    """Cases 38 and 39."""
    school.open_course()
    school.works_off()
    assert school.subs(*STUDENTS) <= school.learners()
    assert school.people()[school.platform.sub_of("3")] == "staff"
    assert school.roster().people == len(school.learners())
    assert school.roster().reason is None
    assert len(school.asked()) == 1


def test_the_roster_is_asked_for_in_its_own_type_with_a_token_of_its_own_scope(school):
    """Cases 40, 41 and 42."""
    school.open_course()
    school.works_off()
    (call,) = school.asked()
    assert call.headers["accept"] == MEMBERS_TYPE
    assert call.headers["authorization"].startswith("Bearer ")
    assert call.scope == MEMBERS_SCOPE
    assert call.client_id == school.platform.registration.client_id


def test_all_pages_are_read(school):
    school.platform.add_people("2", 1234)
    school.open_course()
    school.works_off()
    assert len(school.asked()) == {"moodle": 3, "canvas": 25}[school.platform.temper.name]
    assert school.roster().people == len(school.learners()) >= 1237


def test_an_unmarked_course_is_not_read(school):
    school.register()
    school.open("3", "/course/2/launch/1")
    assert school.due() == []
    school.mark()
    assert len(school.due()) == 1


def test_who_came_and_who_left_is_seen_the_next_time(school, clock):
    school.open_course()
    school.works_off()
    newcomer = school.platform.add_person("New Comer", course_id="2")
    school.platform.leave("6", "2")
    clock.pass_by(days=1)
    school.works_off()
    assert school.people()[school.platform.sub_of(newcomer.id)] == "learner"
    assert school.people()[school.platform.sub_of("6")] == "left"
    assert (school.platform.sub_of("6"), "left") in school.facts()


def test_what_the_roster_does_not_share_never_empties_what_a_launch_told(school, clock):
    school.open_course("5")
    registration = school.platform.registration
    registration.config = replace(registration.config, claims=("iss", "sub"))
    school.works_off()
    assert school.names()[school.platform.sub_of("5")] == school.platform.world.people["5"].name


@pytest.mark.parametrize(
    "fault", [Fault("members", 500), Fault.throttled(service="members"), Fault("members", down=True)]
)
def test_a_page_that_fails_is_asked_for_again(school, clock, fault):
    school.open_course()
    school.platform.faults.add(fault)
    school.works_off()
    assert school.roster().reason is not None
    assert school.roster().read_at is None
    clock.pass_by(minutes=5)
    school.works_off()
    assert school.roster().reason is None
    assert school.subs(*STUDENTS) <= school.learners()


def test_a_page_in_the_middle_that_fails_is_the_next_to_be_read(school, clock):
    """R30."""
    added = school.platform.add_people("2", 1100)
    school.open_course()
    school.platform.faults.add(Fault("members", 503, after=1))
    school.works_off()
    assert school.learners() == set()
    assert school.roster().reason == "status-503"
    clock.pass_by(minutes=2)
    school.works_off()
    statuses = [call.status for call in school.asked()]
    assert statuses[:3] == [200, 503, 200]
    assert school.asked()[1].url == school.asked()[2].url
    assert school.subs(*(person.id for person in added)) <= school.learners()
    assert school.roster().people == len(school.learners())


def test_an_expired_token_is_renewed_once(school):
    school.open_course()
    school.works_off()
    school.platform.tokens.revoke_all()
    school.reads_now()
    assert school.roster().reason is None
    assert [call.status for call in school.asked()] == [200, 401, 200]


def test_people_who_only_stand_in_the_roster_are_users_of_their_platform(school):
    school.open_course()
    school.works_off()
    (user,) = [one for one in school.rows(User) if one.sub == school.platform.sub_of("5")]
    assert user.name == school.platform.world.people["5"].name
    assert user.email == school.platform.world.people["5"].email
