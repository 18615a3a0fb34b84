"""Home, a module's page, its end, its card, and who can see what."""

import re

import pytest

from app.learning.rules import list_parts
from app.membership.models import Visit
from app.progress import service as progress_service
from app.progress.rules import ReceiptState, module_key
from tests.functional.learning_kit import CASE, LESSON, MODULE, PREDICT, TASK, do_parts, do_training, get_module
from tests.lti_kit import sign_in


@pytest.fixture
def here(app):
    return sign_in(app, name="Dr. Ada Nguyễn")


def test_the_first_visit_is_welcomed_and_led_to_the_first_lesson(here):
    page = here.get("/").text
    assert "Welcome, Dr. Ada Nguyễn." in page
    assert "Whatever you write stays yours." in page
    assert re.search(rf'class="btn" href="{PREDICT}">Begin', page)


def test_somebody_without_a_name_is_welcomed_too(app):
    assert "Welcome." in sign_in(app, sub="nameless", name=None).get("/").text


def test_the_first_launch_from_a_course_is_a_first_visit_too(tool):
    """To have joined a course is a fact, and nothing that the person did here."""
    assert "Welcome, Ada" in tool.launch_as("first", name="Ada").get("/").text


def test_home_names_the_next_step_and_what_remains(app, here):
    here.post(f"{PREDICT}/read")
    page = here.get("/").text
    assert f"0 of {len(app.state.house.library.modules)} parts complete" in page
    assert "lesson 2 of 5" in page
    assert f'href="{LESSON}/02-a-working-map">Continue' in page
    assert "In progress" in page


def test_home_leads_from_a_finished_module_to_the_next(app, here):
    do_parts(app, here)
    page = here.get("/").text
    first, second = app.state.house.library.modules[:2]
    assert f"1 of {len(app.state.house.library.modules)} parts complete" in page
    assert f'class="btn" href="/modules/{second.slug}/lessons/{second.lessons[0].id}"' in page
    assert f'href="/modules/{first.slug}">{first.title}' in page


def test_a_finished_training_offers_the_practice_tasks_and_nothing_else(app, here):
    do_training(app, here)
    for module in app.state.house.library.modules:
        page = here.get("/").text
        assert "All parts of your training are complete." in page
        assert f'href="/modules/{module.slug}/task">See the task' in page
        here.post(f"/modules/{module.slug}/task", act="attest", attest="yes")
    assert "card next" not in here.get("/").text


def test_one_filled_button_to_a_page(app, here):
    do_parts(app, here, list_parts(get_module(app))[:3])
    for path in ("/", MODULE, f"{LESSON}/03-what-mentors-add", CASE, TASK):
        assert len(re.findall(r'class="btn"', here.get(path).text)) == 1, path


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ReceiptState.CONFIRMED, "Your LMS has confirmed"),
        (ReceiptState.WAITING, "We will keep trying; you need do nothing."),
        (ReceiptState.REFUSED, "It is kept here; you need do nothing."),
        (ReceiptState.CHANGED_IN_LMS, "Your record here stands."),
    ],
)
def test_home_and_the_end_page_say_what_the_lms_answered(app, here, state, words):
    do_parts(app, here)
    key, now = module_key("m0"), app.state.house.clock()
    with app.state.house.database.writing() as db:
        progress_service.keep_receipt(db, user=here.user, context_id=here.context.id, key=key, state=state, at=now)
    assert words in here.get("/").text
    assert words in here.get(f"{MODULE}/complete").text


def test_staff_of_a_marked_course_find_its_list(app):
    staff = sign_in(app, sub="staff", is_staff=True)
    assert f'href="/courses/{staff.context.uuid}/people"' in staff.get("/").text


def test_staff_of_an_unmarked_course_read_whom_to_ask(app):
    page = sign_in(app, sub="staff", is_staff=True, is_marked=False).get("/").text
    assert "Ask your office" in page
    assert "/people" not in page


def test_learners_read_nothing_of_course_lists(here):
    assert "completion list" not in here.get("/").text
    assert "/courses/" not in here.get("/").text


def test_the_module_page_says_what_is_in_it_and_that_no_clinician_has_read_it(app, here):
    module, page = get_module(app), here.get(MODULE).text
    assert module.sheet.promise in page
    assert "Not yet read by a clinician." in page
    for part in list_parts(module):
        assert part.title in page.replace("&#39;", "'"), part
    assert f"0 of {len(list_parts(module))} steps done" in page


def test_the_module_page_counts_what_is_done(app, here):
    do_parts(app, here, list_parts(get_module(app))[:4])
    page = here.get(MODULE).text
    assert "4 of 10 steps done" in page
    assert page.count('class="is-done') == 4


def test_the_end_page_of_an_open_module_leads_back(app, here):
    page = here.get(f"{MODULE}/complete").text
    assert "Not complete yet" in page
    assert "Begin: Why the roles blur" in page
    do_parts(app, here, list_parts(get_module(app))[:1])
    assert "Continue: " in here.get(f"{MODULE}/complete").text


def test_the_end_page_says_when(app, here):
    do_parts(app, here)
    page = here.get(f"{MODULE}/complete").text
    assert "Three roles, one learner is complete" in page
    following = app.state.house.library.modules[1]
    assert f'href="/modules/{following.slug}/lessons/{following.lessons[0].id}">Begin' in page
    assert "22\u00a0November\u00a02026" in page
    assert "Not done yet" not in page


def test_the_role_card_has_the_five_roles(here):
    page = here.get(f"{MODULE}/job-aid").text
    for role in ("Advise", "Coach", "Mentor", "Refer", "Step aside"):
        assert f"<b>{role}.</b>" in page


@pytest.mark.parametrize("path", ["/modules/nothing", "/modules/m0", f"{LESSON}/99-nothing", f"{MODULE}/nothing"])
def test_an_address_that_leads_nowhere_is_a_page(here, path):
    answer = here.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_visits_in_a_persons_name_are_listed_with_who_acted(app, here):
    with app.state.house.database.writing() as db:
        for is_masqueraded, context_id in ((True, here.context.id), (False, None)):
            db.add(
                Visit(
                    institution_id=here.user.institution_id, user_id=here.user.id, context_id=context_id,
                    at=app.state.house.clock(), is_masqueraded=is_masqueraded,
                )
            )  # fmt: skip
    page = here.get("/who-can-see-what").text
    assert "somebody acting as you" in page
    assert "course-1" in page
    assert "outside a course" in page
    assert 'datetime="2026-11-22T14:03:00+00:00"' in page


def test_visits_of_others_are_not_listed(app, here):
    other = sign_in(app, sub="other")
    with app.state.house.database.writing() as db:
        db.add(
            Visit(
                institution_id=other.user.institution_id, user_id=other.user.id, context_id=None,
                at=app.state.house.clock(), is_masqueraded=True,
            )
        )  # fmt: skip
    assert "No visits are recorded yet." in here.get("/who-can-see-what").text


def test_who_acts_as_somebody_sees_no_private_page_and_writes_nothing(app, here):
    here.post(f"{MODULE}/reflection", **{"text-p1": "my own words", "revision-p1": "0"})
    actor = sign_in(app, is_masqueraded=True)
    for path in (f"{MODULE}/reflection", TASK):
        answer = actor.get(path)
        assert answer.status_code == 403
        assert "my own words" not in answer.text
    assert actor.post(f"{PREDICT}/read").status_code == 403


def test_a_name_with_markup_is_only_a_name(app):
    page = sign_in(app, sub="x", name='<img src=x onerror=alert(1)>{{7*7}}"').get("/").text
    assert "<img" not in page
    assert "{{7*7}}" in page
