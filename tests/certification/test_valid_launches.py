"""1EdTech certification guide 6.1.2 and 6.1.3: valid teacher and student launches, by their numbers and names there."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from app.membership.models import Context, Membership, User, Visit
from tests.attack_kit import assert_accepted
from tests.attack_tokens import ABSENT, INSTRUCTOR, LEARNER, MEMBERSHIP

INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
UNKNOWN = f"{MEMBERSHIP}#Wizard"
NAMES = ("name", "given_name", "family_name")
NO_NAMES = dict.fromkeys(NAMES, ABSENT)
NO_PII = {**NO_NAMES, "email": ABSENT}
_courses = count(1)


@dataclass(frozen=True)
class Valid:
    """A payload of the suite, and what it makes of a person."""

    changes: dict[str, Any]
    is_staff: bool = False
    is_learner: bool = False


TEACHERS = {
    "13 Instructor": Valid({"roles": [INSTRUCTOR]}, is_staff=True),
    "14 Instructor with Multiple Roles": Valid(
        {"roles": [INSTRUCTOR, f"{INSTITUTION}#Faculty", f"{MEMBERSHIP}#ContentDeveloper"]}, is_staff=True
    ),
    "15 Instructor with Short Role": Valid({"roles": ["Instructor"]}, is_staff=True),
    "16 Instructor with Unknown Role": Valid({"roles": [UNKNOWN]}),
    "17 Instructor with No Role": Valid({"roles": []}),
    "18 Instructor Email Only": Valid({"roles": [INSTRUCTOR], **NO_NAMES}, is_staff=True),
    "19 Instructor Names Only": Valid({"roles": [INSTRUCTOR], "email": ABSENT}, is_staff=True),
    "20 Instructor No PII": Valid({"roles": [INSTRUCTOR], **NO_PII}, is_staff=True),
    "21 Instructor Email Without Context": Valid({"roles": [INSTRUCTOR], **NO_NAMES, "context": ABSENT}),
}
STUDENTS = {
    "22 Student": Valid({"roles": [LEARNER]}, is_learner=True),
    "23 Student with Multiple Roles": Valid(
        {"roles": [LEARNER, f"{INSTITUTION}#Student", f"{MEMBERSHIP}/Learner#NonCreditLearner"]}, is_learner=True
    ),
    "24 Student with Short Role": Valid({"roles": ["Learner"]}, is_learner=True),
    "25 Student with Unknown Role": Valid({"roles": [UNKNOWN]}),
    "26 Student with No Role": Valid({"roles": []}),
    "27 Student Email Only": Valid({"roles": [LEARNER], **NO_NAMES}, is_learner=True),
    "28 Student Names Only": Valid({"roles": [LEARNER], "email": ABSENT}, is_learner=True),
    "29 Student No PII": Valid({"roles": [LEARNER], **NO_PII}, is_learner=True),
    "30 Student Email Without Context": Valid({"roles": [LEARNER], **NO_NAMES, "context": ABSENT}),
}
VALID = {**TEACHERS, **STUDENTS}


def launch_in_own_course(stage, changes, **more: object):
    """A course of its own for each launch, so that what stands there comes from this launch alone."""
    course = f"course-{next(_courses)}"
    context = {"context": {"id": course, "title": "Coach training", "label": "C101"}}
    return stage.launch(**{**context, **changes, **more}), course


def find_course(stage, course, *, mark=False):
    """The course's row; `mark` stands for the office's page, which comes with later work."""
    with stage.database.writing() as db:
        found = db.scalars(select(Context).where(Context.platform_context_id == course)).one()
        if mark:
            found.marked_at = stage.clock()
        return found.uuid


def read_membership(stage, course):
    with stage.database.reading() as db:
        found = select(Membership).join(Context, Context.id == Membership.context_id)
        return db.scalars(found.where(Context.platform_context_id == course)).one()


def list_page(course_uuid):
    return f"/courses/{course_uuid}/people"


@pytest.mark.parametrize("case", VALID)
def test_valid_launch_opens_the_learners_home(stage, case):
    tried, _course = launch_in_own_course(stage, VALID[case].changes)
    page = assert_accepted(tried)
    home = tried.browser.get("/")
    assert home.status_code == 200
    assert home.text.count("<h1") == page.text.count("<h1") == 1


@pytest.mark.parametrize("case", VALID)
def test_valid_launch_gives_the_rights_of_its_context_role_and_no_more(stage, case):
    valid = VALID[case]
    tried, course = launch_in_own_course(stage, valid.changes)
    if valid.changes.get("context") is ABSENT:
        _other, course = launch_in_own_course(stage, {"roles": [INSTRUCTOR]})
    uuid = find_course(stage, course, mark=True)
    assert tried.browser.get(list_page(uuid)).status_code == (200 if valid.is_staff else 404)


@pytest.mark.parametrize("case", [case for case in VALID if "Without Context" not in case])
def test_valid_launch_keeps_the_roles_of_that_course(stage, case):
    valid = VALID[case]
    _tried, course = launch_in_own_course(stage, valid.changes)
    row = read_membership(stage, course)
    assert (row.is_staff, row.is_learner) == (valid.is_staff, valid.is_learner)


@pytest.mark.parametrize("case", [case for case in VALID if "Without Context" in case])
def test_a_launch_without_a_context_makes_no_course(stage, case):
    tried = stage.launch(**VALID[case].changes)
    before, after = tried.rows_before, tried.rows_after
    assert_accepted(tried)
    made = [new - old for old, new in zip(before[:5], after[:5], strict=True)]
    assert made == [1, 1, 1, 0, 0]  # user, session, visit; no context, no membership


@pytest.mark.parametrize(
    ("case", "name", "email"),
    [
        ("18 Instructor Email Only", None, "ada@lms.test"),
        ("19 Instructor Names Only", "Ada Learner", None),
        ("20 Instructor No PII", None, None),
        ("29 Student No PII", None, None),
    ],
)
def test_only_what_was_sent_is_known_of_a_person(stage, case, name, email):
    sub = f"pii {case} {stage.clock()}"
    tried, _course = launch_in_own_course(stage, VALID[case].changes, sub=sub)
    assert_accepted(tried)
    with stage.database.reading() as db:
        user = db.scalars(select(User).where(User.sub == sub)).one()
    assert (user.name, user.email) == (name, email)


def test_a_launch_leaves_one_visit_that_the_person_can_see(fresh_stage):
    assert_accepted(fresh_stage.launch())
    with fresh_stage.database.reading() as db:
        visits = db.scalars(select(Visit)).all()
    assert [(visit.at, visit.is_masqueraded) for visit in visits] == [(fresh_stage.clock(), False)]


def test_the_course_list_is_closed_to_staff_until_the_office_has_marked_the_course(stage):
    tried, course = launch_in_own_course(stage, {"roles": [INSTRUCTOR]})
    assert tried.browser.get(list_page(find_course(stage, course))).status_code == 404
    assert tried.browser.get(list_page(find_course(stage, course, mark=True))).status_code == 200


def test_a_role_is_read_anew_at_each_launch(stage):
    """S38: A demotion works at once, also in the session that was open before."""
    sub = f"demoted {stage.clock()}"
    first, course = launch_in_own_course(stage, {"roles": [INSTRUCTOR], "sub": sub})
    uuid = find_course(stage, course, mark=True)
    assert first.browser.get(list_page(uuid)).status_code == 200
    second = stage.launch(sub=sub, roles=[LEARNER], context={"id": course})
    assert_accepted(second)
    assert first.browser.get(list_page(uuid)).status_code == 404
    assert second.browser.get(list_page(uuid)).status_code == 404


def test_a_role_counts_in_its_own_course_only(stage):
    """S38."""
    sub = f"teaches elsewhere {stage.clock()}"
    teaching, _mine = launch_in_own_course(stage, {"roles": [INSTRUCTOR], "sub": sub})
    learning, other = launch_in_own_course(stage, {"roles": [LEARNER], "sub": sub})
    uuid = find_course(stage, other, mark=True)
    assert [tried.browser.get(list_page(uuid)).status_code for tried in (teaching, learning)] == [404, 404]
