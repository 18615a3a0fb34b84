"""S38: only the exact names of a role give its rights, in that course alone, and only as long as the LMS says so."""

import pytest
from sqlalchemy import update

from app.membership.models import Context
from tests.lti_kit import INSTRUCTOR, LEARNER, MEMBERSHIP, SignedIn, Tool

LIS = "http://purl.imsglobal.org/vocab/lis/v2"
STAFF = (
    INSTRUCTOR, "Instructor", f"{LIS}/membership/Instructor#PrimaryInstructor", f"{LIS}/membership/Instructor#Grader",
)  # fmt: skip
NO_STAFF = (
    f"{LIS}/anything#Instructor", f"{MEMBERSHIP}instructor", "https" + INSTRUCTOR.removeprefix("http"),
    f"{INSTRUCTOR} ", f" {INSTRUCTOR}", f"{INSTRUCTOR}\n", f"{INSTRUCTOR}#", f"{INSTRUCTOR}#Instructor",
    f"{MEMBERSHIP}Mentor", f"{MEMBERSHIP}Administrator", f"{MEMBERSHIP}Manager", f"{MEMBERSHIP}Officer",
    f"{MEMBERSHIP}ContentDeveloper", f"{MEMBERSHIP}Instructor/TeachingAssistant", f"{LIS}/membership/Instructor",
    f"{LIS}/membership/Learner#Instructor", f"{LIS}/membership/instructor#PrimaryInstructor",
    f"{LIS}/membership/Instructor#Anything", f"{LIS}/membership/Instructor#TeachingAssistant",
    f"{LIS}/institution/person#Instructor", f"{LIS}/institution/person#Administrator",
    f"{LIS}/institution/person#Faculty", f"{LIS}/system/person#Administrator", f"{LIS}/person#Instructor",
    f"{LIS}#Instructor", "urn:lti:role:ims/lis/Instructor", "urn:lti:instrole:ims/lis/Instructor", "instructor",
    "INSTRUCTOR", "Instructor ", "\uff29nstructor", "Instruct\u200bor",
    "Mentor", "TeachingAssistant", "Faculty", "Administrator", "",
)  # fmt: skip


def mark(tool: Tool, here: SignedIn) -> str:
    """Marks the course as a training course; the address of its list."""
    assert here.context is not None
    with tool.house.database.writing() as db:
        db.execute(update(Context).where(Context.id == here.context.id).values(marked_at=tool.clock()))
    return f"/courses/{here.context.uuid}/people"


@pytest.mark.parametrize("role", STAFF)
def test_s38_the_exact_names_open_the_list_of_that_course(tool, role):
    here = tool.launch_as("teacher", roles=[role])
    assert here.get(mark(tool, here)).status_code == 200


def test_s38_no_other_name_gives_a_right(tool):
    """Each alone, and with Learner as an LMS sends an institution's teacher who learns in this course."""
    people = mark(tool, tool.launch_as("teacher", roles=[INSTRUCTOR]))
    for number, role in enumerate(NO_STAFF):
        for roles in ([role], [LEARNER, role]):
            here = tool.launch_as(f"nobody-{number}", roles=roles)
            assert here.get(people).status_code == 404, roles
            assert here.get(people.replace("people", "links")).status_code == 404, roles
            assert here.get("/admin").status_code == 404, roles
            assert here.get("/office/courses").status_code == 404, roles


@pytest.mark.parametrize(
    "roles", [[INSTRUCTOR, f"{LIS}/membership/Instructor#TeachingAssistant"], ["Instructor", "TeachingAssistant"]]
)
def test_s38_a_teaching_assistant_is_no_staff_wherever_it_stands_in_the_list(tool, roles):
    people = mark(tool, tool.launch_as("teacher", roles=[INSTRUCTOR]))
    for ordered in (roles, roles[::-1]):
        assert tool.launch_as("assistant", roles=ordered).get(people).status_code == 404


@pytest.mark.parametrize("roles", ["Instructor", {"0": INSTRUCTOR}, [[INSTRUCTOR]], [{"role": INSTRUCTOR}], [None], 7])
def test_s38_what_is_no_list_of_names_is_no_role(tool, roles):
    people = mark(tool, tool.launch_as("teacher", roles=[INSTRUCTOR]))
    browser = tool.browser()
    answer = browser.launch(sub="odd", roles=roles)
    assert answer.status_code in {303, 400}, answer.text[:300]
    assert browser.client.get(people).status_code in {401, 404}


def test_s38_a_role_holds_in_its_own_course_and_nowhere_else(tool):
    own = mark(tool, tool.launch_as("teacher", roles=[INSTRUCTOR]))
    other = mark(tool, tool.launch_as("someone", roles=[LEARNER], context={"id": "course-2", "title": "Two"}))
    both = tool.launch_as("teacher", roles=[LEARNER], context={"id": "course-2", "title": "Two"})
    assert (both.get(own).status_code, both.get(other).status_code) == (200, 404)


def test_s38_a_demotion_counts_at_once_also_in_a_session_that_is_open(tool):
    here = tool.launch_as("teacher", roles=[INSTRUCTOR])
    people = mark(tool, here)
    assert here.get(people).status_code == 200
    again = tool.launch_as("teacher", roles=[LEARNER])
    assert (here.get(people).status_code, again.get(people).status_code) == (404, 404)
