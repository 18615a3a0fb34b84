"""A copied course keeps working: walked through the practice LMS of both tempers."""

import pytest
from sqlalchemy import select

from app.lti.grades import drain, score_job
from app.lti.models import ResourceLink
from app.membership.models import User
from app.practice_lms.forms import list_forms
from app.progress import service as progress_service
from app.progress.rules import FactKind, module_key
from tests.practice_kit import SCHOOL, Campus

LEARNER, INSTRUCTOR = "5", "3"


@pytest.fixture
def registered(campus):
    campus.register()
    return campus


@pytest.fixture
def canvas(settings, clock):
    yield from make_campus(settings, clock, "canvas")


@pytest.fixture
def moodle(settings, clock):
    yield from make_campus(settings, clock, "moodle")


def make_campus(settings, clock, temper):
    made = Campus(settings, clock, temper)
    made.register()
    yield made
    made.close()


def copy_course(campus, course="2"):
    """Presses the course's own button; the copy's id and its links in the order of the original."""
    client = campus.walker().client(SCHOOL)
    page = client.get(f"{SCHOOL}/course/{course}")
    form = next(one for one in list_forms(page.text) if one.action.endswith("/copy"))
    answer = client.post(f"{SCHOOL}{form.action}")
    number = answer.headers["location"].rpartition("/")[2]
    return number, [link.id for link in campus.platform.world.links_of(number)]


def open_link(campus, person, course, link):
    return campus.open(person, f"/course/{course}/launch/{link}")


def complete(campus, person, module="m0"):
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


def key_of(campus, link):
    known = campus.platform.links[link]
    name = known.uuid if campus.platform.temper.name == "canvas" else known.id
    with campus.house.database.reading() as db:
        return db.scalar(select(ResourceLink.key).where(ResourceLink.platform_link_id == name))


def take_key_away(campus, link):
    """As an LMS does that keeps neither a link's address nor its parameters."""
    campus.platform.links[link].url = None
    campus.platform.links[link].custom = {}


def test_a_copied_link_opens_the_same_and_fills_its_own_column_at_the_first_launch(registered):
    open_link(registered, LEARNER, "2", "1")
    complete(registered, LEARNER)
    work_off(registered)
    course, (module, home) = copy_course(registered)
    assert registered.platform.links[module].line_item_id != registered.platform.links["1"].line_item_id
    page = open_link(registered, LEARNER, course, module)
    assert page.url.path == "/modules/m0-roles"
    work_off(registered)
    assert (shown(registered, LEARNER, "1"), shown(registered, LEARNER, module)) == (1, 1)
    assert open_link(registered, LEARNER, course, home).url.path == "/"


def test_a_link_that_lost_its_key_opens_what_its_twin_in_the_original_opens(canvas):
    open_link(canvas, LEARNER, "2", "1")
    complete(canvas, LEARNER)
    course, (module, _) = copy_course(canvas)
    take_key_away(canvas, module)
    assert open_link(canvas, LEARNER, course, module).url.path == "/modules/m0-roles"
    work_off(canvas)
    assert (key_of(canvas, module), shown(canvas, LEARNER, module)) == ("module/m0", 1)


def test_a_copy_of_a_copy_that_nobody_opened_still_finds_its_origin(canvas):
    open_link(canvas, LEARNER, "2", "1")
    between, _ = copy_course(canvas)
    course, (module, _) = copy_course(canvas, between)
    take_key_away(canvas, module)
    open_link(canvas, LEARNER, course, module)
    assert key_of(canvas, module) == "module/m0"


def test_where_an_lms_tells_nothing_a_link_without_a_key_is_the_whole_training(moodle):
    """Moodle sends no history: that this course is a copy cannot be known."""
    course, (module, _) = copy_course(moodle)
    take_key_away(moodle, module)
    assert open_link(moodle, INSTRUCTOR, course, module).url.path == "/"
    assert key_of(moodle, module) == "home"
