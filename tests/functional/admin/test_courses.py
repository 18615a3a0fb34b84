"""Which courses are training courses: the office decides, staff ask by opening Cairn."""

from typing import Any

import pytest

from app.membership.roles import Right
from tests.lti_kit import INSTRUCTOR, Tool, sign_in

PAGE = "/office/courses"


def make_office(app, **more: Any):
    return sign_in(app, sub="office", name="Ola Office", course=None, rights=[Right.OFFICE], **more)


def decide(office, course, decision):
    return office.post(f"{PAGE}/{course.uuid}", decision=decision)


def test_the_first_launch_of_staff_asks_and_the_office_opens_the_list(tool):
    teacher = tool.launch_as("teacher", roles=[INSTRUCTOR], name="Tia Teacher")
    people = f"/courses/{teacher.context.uuid}/people"
    assert teacher.get(people).status_code == 404
    assert "Ask your office" in teacher.get("/").text
    office = make_office(tool.app)
    waiting = office.get(PAGE).text
    assert "Course one" in waiting
    assert "Tia Teacher" in waiting
    assert decide(office, teacher.context, "training").status_code == 303
    assert teacher.get(people).status_code == 200
    assert "Waiting for you" in office.get(PAGE).text
    assert "Training course, 22" in office.get(PAGE).text


def test_a_course_that_is_none_waits_no_longer_and_shows_its_staff_nothing(app):
    teacher = sign_in(app, sub="teacher", is_staff=True, is_marked=False)
    office = make_office(app)
    decide(office, teacher.context, "other")
    assert "No course waits" in office.get(PAGE).text
    assert teacher.get(f"/courses/{teacher.context.uuid}/people").status_code == 404


def test_every_decision_can_be_taken_back(app):
    teacher = sign_in(app, sub="teacher", is_staff=True, is_marked=False)
    office, people = make_office(app), f"/courses/{teacher.context.uuid}/people"
    decide(office, teacher.context, "training")
    assert teacher.get(people).status_code == 200
    decide(office, teacher.context, "undo")
    assert teacher.get(people).status_code == 404
    assert "No course waits" not in office.get(PAGE).text


def test_in_development_a_course_is_marked_at_once_unless_the_office_declined_it(settings, clock):
    tool = Tool(settings.model_copy(update={"env": "development"}), clock)
    teacher = tool.launch_as("teacher", roles=[INSTRUCTOR])
    people = f"/courses/{teacher.context.uuid}/people"
    assert teacher.get(people).status_code == 200
    decide(make_office(tool.app), teacher.context, "other")
    assert tool.launch_as("teacher", roles=[INSTRUCTOR]).get(people).status_code == 404
    tool.close()


def test_a_course_that_only_learners_opened_does_not_wait(app):
    sign_in(app, sub="learner", course="quiet", is_marked=False)
    assert "No course waits" in make_office(app).get(PAGE).text


def test_the_first_of_the_staff_is_named_whoever_comes_later(app, clock):
    for name in ("Zoe First", "Abe Second"):
        sign_in(app, sub=name, name=name, is_staff=True, is_marked=False)
        clock.pass_by(days=1)
    page = make_office(app).get(PAGE).text
    assert "Zoe First" in page
    assert "Abe Second" not in page


def test_a_course_of_another_institution_is_neither_shown_nor_decided(app):
    theirs = sign_in(app, institution="Other College", sub="x", is_staff=True, is_marked=False, course="their course")
    office = make_office(app)
    assert "their course" not in office.get(PAGE).text
    assert decide(office, theirs.context, "training").status_code == 404
    assert theirs.get(f"/courses/{theirs.context.uuid}/people").status_code == 404


@pytest.mark.parametrize("decision", ["", "maybe", "training\n"])
def test_an_unknown_decision_changes_nothing(app, decision):
    teacher = sign_in(app, sub="teacher", is_staff=True, is_marked=False)
    office = make_office(app)
    assert decide(office, teacher.context, decision).status_code == 404
    assert "No course waits" not in office.get(PAGE).text


def test_many_waiting_courses_come_page_by_page(app):
    for number in range(27):
        sign_in(app, sub="teacher", course=f"course-{number:02}", is_staff=True, is_marked=False)
    office = make_office(app)
    first = office.get(PAGE).text
    assert (first.count("Mark as training course:"), "Next page" in first) == (25, True)
    after = first.split("?after=")[1].split('"')[0]
    second = office.get(f"{PAGE}?after={after}").text
    assert (second.count("Mark as training course:"), "First page" in second) == (2, True)
