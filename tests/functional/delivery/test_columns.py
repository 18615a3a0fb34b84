"""Links without a gradebook column: staff ask for one by a click, and it is made once and filled; on both LMSs."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, update

from app.lti.grades import score_job
from app.lti.making import line_item_job
from app.lti.models import LineItem
from app.lti.offer_models import LineItemOffer
from app.membership.models import Context, User
from app.practice_lms.faults import Fault
from app.progress import service as progress_service
from app.progress.rules import FactKind, module_key
from tests.delivery_kit import at_once
from tests.practice_kit import Campus

INSTRUCTOR, LEARNER, OTHER = "3", "5", "6"


class Course:
    """A course of either LMS whose first link lost its column before anybody opened it; the office has marked it."""

    def __init__(self, campus, *, course="2", link="1") -> None:
        self.campus, self.platform, self.house = campus, campus.platform, campus.house
        self.course, self.link = course, link
        if not campus.list_registrations():
            campus.register()
        item = self.platform.links[link].line_item_id
        if item is not None:
            self.platform.delete_line_item(item)

    def open(self, person=LEARNER):
        walker = self.campus.walker()
        page = self.campus.open(person, f"/course/{self.course}/launch/{self.link}", walker)
        assert page.status_code == 200, page.text
        return walker

    def complete(self, person=LEARNER):
        with self.house.database.writing() as db:
            user = db.scalar(select(User).where(User.sub == self.platform.sub_of(person)))
            at = self.house.clock()
            progress_service.record(db, user=user, kind=FactKind.COMPLETED, key=module_key("m0"), at=at)
            for hook in self.house.before_commit:
                hook(db)

    def staff(self):
        """The columns page, as a member of staff has it in front of them: the walker and its address."""
        walker = self.open(INSTRUCTOR)
        with self.house.database.writing() as db:
            db.execute(update(Context).values(marked_at=self.house.clock()))
            context = db.scalar(
                select(Context).join(LineItemOffer, LineItemOffer.institution_id == Context.institution_id).limit(1)
            )
            return walker, f"https://cairn.test/courses/{context.uuid}/gradebook"

    def read(self):
        walker, url = self.staff()
        return walker.client(url).get(url).text

    def prepare_click(self):
        """The page read; a call of what is given back presses its button."""
        walker, url = self.staff()
        fields = dict(re.findall(r'name="(csrf|offer)" value="([^"]+)"', walker.client(url).get(url).text))
        return lambda: walker.client(url).post(url, data=fields, headers={"sec-fetch-site": "same-origin"}).status_code

    def click(self):
        assert self.prepare_click()() == 303

    def work_off(self):
        for job in (line_item_job(), score_job()):
            with self.house.database.reading() as db:
                lanes = job.list_due(db, self.house.clock())
            for lane in lanes:
                while job.drain(self.house, lane):
                    continue

    def items(self):
        return [item for item in self.platform.world.items_of(self.course) if item.resource_id == module_key("m0")]

    def shown(self, person=LEARNER):
        (item,) = self.items()
        grade = self.platform.grade_of(person, item.id)
        return None if grade is None else grade.score

    def offer(self):
        with self.house.database.reading() as db:
            return db.scalar(select(LineItemOffer).order_by(LineItemOffer.id))

    def made_calls(self):
        return [call for call in self.platform.calls_to("lineitems") if call.method == "POST"]


@pytest.fixture
def course(campus):
    return Course(campus)


@pytest.fixture
def moodle_course(settings, clock):
    """Where the LMS's kind makes no difference."""
    campus = Campus(settings, clock, "moodle")
    yield Course(campus)
    campus.close()


def test_a_link_without_a_column_says_so_and_offers_one(course):
    course.open()
    page = course.read()
    assert "No column yet" in page
    assert "Create a gradebook column" in page
    course.work_off()
    assert course.made_calls() == []


def test_one_click_makes_the_column_and_fills_it_for_everyone_who_completed(course):
    for person in (LEARNER, OTHER):
        course.open(person)
        course.complete(person)
    course.work_off()
    course.click()
    assert "Being made" in course.read()
    course.work_off()
    assert (course.shown(LEARNER), course.shown(OTHER)) == (1, 1)
    (item,) = course.items()
    assert (item.maximum, item.tag) == (1, "cairn-made")
    page = course.read()
    assert "made by Cairn" in page
    assert "Create a gradebook column" not in page


def test_who_completes_later_is_served_as_with_any_column(course):
    course.open()
    course.click()
    course.work_off()
    course.complete()
    course.work_off()
    assert course.shown() == 1


def test_two_clicks_make_one_column(course):
    course.open()
    first, second, late = (course.prepare_click() for _ in range(3))
    assert (first(), second()) == (303, 303)
    course.work_off()
    assert late() == 303
    course.work_off()
    assert (len(course.items()), len(course.made_calls())) == (1, 1)


def test_two_of_the_staff_and_two_workers_at_once_make_one_column(course):
    course.open()
    clicks = course.prepare_click(), course.prepare_click()
    at_once(*clicks)
    at_once(course.work_off, course.work_off)
    assert (len(course.items()), len(course.made_calls())) == (1, 1)


def test_an_answer_that_was_lost_makes_no_second_column(course, clock):
    course.open()
    course.click()
    course.platform.faults.add(Fault(service="lineitems", times=1))
    course.platform.faults.add(Fault(service="lineitems", lose_answer=True))
    course.work_off()
    assert course.offer().state == "making"
    assert "asks again" in course.read()
    clock.pass_by(minutes=5)
    course.work_off()
    assert (len(course.items()), course.offer().state) == (1, "made")


def test_a_copied_course_that_brought_its_column_gets_no_second_one(course):
    """AGS 3.2.15: looked for by resource id and tag before one is made."""
    course.open()
    course.click()
    course.work_off()
    copy = Course(course.campus, course="3", link="3")
    (ours,) = course.items()
    brought = copy.platform.add_line_item("3")
    brought.resource_id, brought.tag, brought.owner = ours.resource_id, ours.tag, ours.owner
    brought.link_id = copy.platform.links["3"].line_item_id = None
    copy.open(OTHER)
    copy.complete(OTHER)
    with copy.house.database.writing() as db:
        offer = db.scalars(select(LineItemOffer).order_by(LineItemOffer.id.desc())).first()
        offer.state, offer.next_at = "asked", copy.house.clock()
    copy.work_off()
    assert copy.items() == [brought]
    assert copy.shown(OTHER) == 1


def test_two_links_to_one_module_have_a_column_each(course):
    course.open()
    course.click()
    course.work_off()
    again = course.platform.links["2"]
    again.custom["cairn_key"] = module_key("m0")
    course.link = "2"
    course.open(OTHER)
    with course.house.database.writing() as db:
        offer = db.scalars(select(LineItemOffer).order_by(LineItemOffer.id.desc())).first()
        offer.state, offer.next_at = "asked", course.house.clock()
    course.work_off()
    assert len(course.items()) == 2
    with course.house.database.reading() as db:
        assert db.scalar(select(func.count(LineItem.url.distinct()))) == 2


def test_a_lost_column_of_ours_is_made_again_and_filled(course, clock):
    course.open()
    course.complete()
    course.click()
    course.work_off()
    clock.pass_by(days=2)
    course.platform.delete_line_item(course.items()[0].id)
    course.open(OTHER)
    course.complete(OTHER)
    course.work_off()
    course.work_off()
    assert (course.shown(LEARNER), course.shown(OTHER)) == (1, 1)


def test_a_column_that_somebody_keeps_taking_away_is_not_made_for_ever(course, clock):
    course.open()
    course.complete()
    course.click()
    course.work_off()
    course.platform.delete_line_item(course.items()[0].id)
    course.open(OTHER)
    course.complete(OTHER)
    for _ in range(3):
        course.work_off()
        clock.pass_by(hours=1)
    assert course.items() == []
    page = course.read()
    assert "gone from the gradebook" in page
    assert "Create a gradebook column" in page
    course.click()
    course.work_off()
    assert (course.shown(LEARNER), course.shown(OTHER)) == (1, 1)


def test_a_lost_column_of_the_lms_is_only_marked(campus):
    """R4: a coupled line item is not ours to make again; staff may have one made."""
    course = Course(campus)
    course.platform.add_line_item(course.link)
    course.open()
    course.complete()
    course.platform.delete_line_item(course.platform.links[course.link].line_item_id)
    course.work_off()
    assert course.made_calls() == []
    course.open()
    assert "gone from the gradebook" in course.read()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(service="lineitems", status=403, body="you may not", times=None), "does not let Cairn make columns"),
        (Fault(service="token", status=400, body='{"error":"invalid_scope"}', times=None), "has not allowed"),
        (Fault(service="lineitems", status=400, times=None), "bad-request 400"),
        (Fault(service="lineitems", status=404, times=None), "no gradebook for this course"),
        (Fault(service="lineitems", body="[" * 5000, status=200, times=None), "not-json 200"),
        (Fault(service="lineitems", body="{}", status=200, times=None), "unreadable"),
    ],
)
def test_what_an_lms_refuses_is_said_in_words_and_may_be_asked_again(moodle_course, clock, fault, words):
    course = moodle_course
    course.open()
    course.complete()
    course.click()
    course.platform.faults.add(fault)
    course.work_off()
    assert words in course.read()
    course.platform.faults.clear()
    if course.offer().state == "refused":
        course.click()
    clock.pass_by(hours=1)
    course.work_off()
    assert course.shown() == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_is_waited_for(moodle_course, clock, status):
    course = moodle_course
    course.open()
    course.click()
    course.platform.faults.add(Fault(service="lineitems", status=status, retry_after="600"))
    course.work_off()
    assert course.offer().next_at - clock() >= timedelta(minutes=10)
    clock.pass_by(minutes=9)
    course.work_off()
    assert course.items() == []
    clock.pass_by(minutes=2)
    course.work_off()
    assert len(course.items()) == 1


def test_an_lms_that_wants_no_bond_with_the_link_gets_a_column_beside_it(course):
    course.open()
    course.complete()
    course.click()
    with course.house.database.writing() as db:
        db.execute(update(LineItemOffer).values(attempts=0))
    course.platform.faults.add(Fault(service="lineitems", times=1))
    course.platform.faults.add(Fault(service="lineitems", status=412, times=1))
    course.work_off()
    assert course.shown() == 1
    assert "resourceLinkId" not in course.made_calls()[-1].json()


@pytest.mark.parametrize("offer", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_a_bent_form_asks_for_nothing(moodle_course, offer):
    course = moodle_course
    course.open()
    walker, url = course.staff()
    token = re.search(r'name="csrf" value="([^"]+)"', walker.client(url).get(url).text)[1]
    assert walker.client(url).post(url, data={"offer": offer, "csrf": token}).status_code == 404


def test_learners_and_other_courses_staff_cannot_ask(course):
    learner = course.open()
    _walker, url = course.staff()
    assert learner.client(url).get(url).status_code == 404
    foreign = course.campus.walker()
    course.campus.open(INSTRUCTOR, "/course/3/launch/3", foreign)
    path = urlsplit(url).path
    with course.house.database.reading() as db:
        other = db.scalars(select(Context).order_by(Context.id.desc())).first()
    elsewhere = f"https://cairn.test/courses/{other.uuid}/gradebook"
    assert str(other.uuid) not in path
    token = re.search(r'name="csrf" value="([^"]+)"', foreign.client(url).get("https://cairn.test/help").text)[1]
    with course.house.database.writing() as db:
        db.execute(update(Context).values(marked_at=course.house.clock()))
    form = {"offer": str(course.offer().uuid), "csrf": token}
    assert foreign.client(url).post(elsewhere, data=form).status_code == 404
    course.work_off()
    assert course.items() == []
