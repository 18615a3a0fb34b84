"""The whole way, with real launches: from the course page of either LMS to a cell in its gradebook."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.lti.grades import drain, score_job
from app.membership.models import Context, User
from app.practice_lms.faults import Fault
from app.progress import service as progress_service
from app.progress.models import Receipt
from app.progress.rules import FactKind, module_key
from tests.practice_kit import TOOL

LEARNER, INSTRUCTOR = "5", "3"


def complete(campus, person, module="m0"):
    """As the last answer of a module does, in one request's transaction."""
    with campus.house.database.writing() as db:
        user = db.scalar(select(User).where(User.sub == campus.platform.sub_of(person)))
        progress_service.record(db, user=user, kind=FactKind.COMPLETED, key=module_key(module), at=campus.house.clock())
        for hook in campus.house.before_commit:
            hook(db)


def work_off(campus):
    with campus.house.database.reading() as db:
        lanes = score_job().list_due(db, campus.house.clock())
    for lane in lanes:
        while drain(campus.house, lane):
            continue


def shown(campus, person, link):
    grade = campus.platform.grade_of(person, campus.platform.links[link].line_item_id)
    return None if grade is None else grade.score


@pytest.fixture
def registered(campus):
    campus.register()
    return campus


def test_a_completion_shows_in_the_course_where_it_was_made_and_in_the_next_one_that_is_opened(registered):
    registered.open(LEARNER, "/course/2/launch/1")
    complete(registered, LEARNER)
    work_off(registered)
    assert (shown(registered, LEARNER, "1"), shown(registered, LEARNER, "3")) == (1, None)
    registered.open(LEARNER, "/course/3/launch/3")
    work_off(registered)
    assert (shown(registered, LEARNER, "1"), shown(registered, LEARNER, "3")) == (1, 1)
    with registered.house.database.reading() as db:
        assert [receipt.state for receipt in db.scalars(select(Receipt))] == ["confirmed", "confirmed"]


def test_an_instructor_learns_like_all_others_and_no_gradebook_hears_of_it(registered):
    registered.open(INSTRUCTOR, "/course/2/launch/1")
    complete(registered, INSTRUCTOR)
    registered.open(INSTRUCTOR, "/course/2/launch/1")
    work_off(registered)
    assert registered.platform.calls_to("scores") == ()


def test_a_column_added_after_the_completion_is_filled_by_the_next_launch(registered):
    registered.platform.delete_line_item(registered.platform.links["1"].line_item_id)
    registered.open(LEARNER, "/course/2/launch/1")
    complete(registered, LEARNER)
    work_off(registered)
    registered.platform.add_line_item("1")
    registered.open(LEARNER, "/course/2/launch/1")
    work_off(registered)
    assert shown(registered, LEARNER, "1") == 1


def test_a_newer_grade_of_a_teacher_is_left_alone_and_said_on_the_learners_and_the_courses_page(registered, clock):
    """R2: the row of the completion list and the learner's own pages say what the gradebook holds, in words."""
    walker = registered.walker()
    registered.open(LEARNER, "/course/2/launch/1", walker)
    complete(registered, LEARNER)
    registered.platform.faults.add(Fault(service="scores", status=429))
    work_off(registered)
    item = registered.platform.links["1"].line_item_id
    registered.platform.set_grade(item, LEARNER, 0.5, at=clock() + timedelta(minutes=5))
    clock.pass_by(minutes=10)
    work_off(registered)
    assert shown(registered, LEARNER, "1") == 0.5
    assert "Changed in the gradebook" in read_list(registered)
    for path in ("/", "/modules/m0-roles/complete"):
        assert "Somebody changed this result in your LMS" in walker.client(TOOL).get(path).text


def read_list(campus):
    """The completion list of the course, as its staff have it."""
    walker = campus.walker()
    campus.open(INSTRUCTOR, "/course/2/launch/1", walker)
    with campus.house.database.writing() as db:
        course = db.scalars(select(Context)).one()
        course.marked_at = campus.house.clock()
        url = f"{TOOL}/courses/{course.uuid}/people"
    return walker.client(url).get(url).text
