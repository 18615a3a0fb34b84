"""The completion list of a course: who is done, who is not, page by page, and nothing private."""

import re

import pytest
from sqlalchemy import event

from app.dashboard.queries import PAGE_SIZE
from app.membership.models import Membership, User
from tests.every_page import PRIVATE
from tests.functional.learning_kit import do_training
from tests.lti_kit import sign_in
from tests.walking import Walker


@pytest.fixture
def staff(app):
    return sign_in(app, sub="staff", name="Sam Staff", is_staff=True)


def path_of(here) -> str:
    return f"/courses/{here.context.uuid}/people"


def read_names(html: str) -> list[str]:
    return re.findall(r"<bdi>([^<]*)</bdi></th>", html)


def add_people(database, context, count: int) -> None:
    with database.writing() as db:
        for number in range(count):
            person = User(
                institution_id=context.institution_id,
                platform_id=context.platform_id,
                sub=f"many-{number}",
                # Some share a name and some have none: the order must still be whole.
                name=None if number % 10 == 0 else f"Person {number // 2:04}",
                created_at=context.created_at,
            )
            db.add(person)
            db.flush()
            db.add(
                Membership(
                    institution_id=context.institution_id,
                    context_id=context.id,
                    user_id=person.id,
                    is_learner=True,
                    joined_at=context.created_at,
                    seen_at=context.created_at,
                )
            )


def test_an_empty_course_says_how_it_fills(staff):
    assert "Nobody yet" in staff.get(path_of(staff)).text


def test_the_list_shows_status_parts_and_dates(app, staff):
    sign_in(app, sub="new", name="Ada Newcomer")
    Walker(sign_in(app, sub="mid", name="Bao Midway"), app.state.house.library.modules[0]).read_lessons()
    do_training(app, sign_in(app, sub="done", name="Chidi Through"))
    html = staff.get(path_of(staff)).text
    rows = {
        name: re.sub(r"<[^>]*>", " ", row) for name, row in re.findall(r"<bdi>([^<]*)</bdi>(.*?)</tr>", html, re.DOTALL)
    }
    assert "Not started" in rows["Ada Newcomer"]
    assert "In progress" in rows["Bao Midway"]
    assert "Complete" in rows["Chidi Through"]
    assert "22\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026" in rows["Chidi Through"]
    assert "1\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}3 complete" in html


def test_staff_and_students_of_the_lms_itself_are_not_listed(app, staff, database):
    sign_in(app, sub="new", name="Ada Newcomer")
    shown = sign_in(app, sub="preview", name="Student View")
    with database.writing() as db:
        db.get_one(User, shown.user.id).is_test_user = True
    assert read_names(staff.get(path_of(staff)).text) == ["Ada Newcomer"]


def test_every_person_stands_on_exactly_one_page(staff, database):
    count = 2 * PAGE_SIZE + 7
    add_people(database, staff.context, count)
    path, seen = path_of(staff), []
    for _ in range(3):
        html = staff.get(path).text
        seen.append(len(read_names(html)))
        following = re.search(r'href="([^"]*\?after[^"]*)"', html)
        path = following[1].replace("&amp;", "&") if following else path
    assert seen == [PAGE_SIZE, PAGE_SIZE, 7]
    assert following is None


def test_pages_cost_the_same_for_few_and_for_many(staff, database):
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    add_people(database, staff.context, 3)
    staff.get(path_of(staff))  # that somebody looked is written once a day
    statements.clear()
    staff.get(path_of(staff))
    few = len(statements)
    with database.writing() as db:
        db.query(Membership).filter(Membership.user_id != staff.user.id).delete()
        db.query(User).filter(User.sub.like("many-%")).delete()
    add_people(database, staff.context, 300)
    statements.clear()
    staff.get(path_of(staff))
    assert len(statements) == few


def test_nothing_private_reaches_the_list(app, staff):
    walker = Walker(sign_in(app, sub="mid", name="Bao Midway"), app.state.house.library.modules[0])
    walker.write_reflection(PRIVATE)
    walker.send(f"{walker.base}/check/begin", after="0")
    walker.take_one_item(well=False)
    assert PRIVATE not in staff.get(path_of(staff)).text


def test_an_unmarked_course_has_no_list(app):
    here = sign_in(app, sub="staff", course="c2", is_staff=True, is_marked=False)
    assert here.get(path_of(here)).status_code == 404
    assert "office" in here.get("/").text


def test_another_institutions_staff_find_nothing(app, staff):
    foreign = sign_in(app, sub="staff", institution="Other", course="course-1", is_staff=True)
    assert foreign.get(path_of(staff)).status_code == 404


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "1&after_name=" + "n" * 400])
def test_a_bent_address_is_no_error_of_ours(staff, after):
    assert staff.get(f"{path_of(staff)}?after={after}").status_code == 404
