"""The office sets how few coaches a figure may stand for, and which courses are shown by themselves."""

import pytest

from app.dashboard import drawing
from app.membership.roles import Right
from tests.group_kit import PICTURE, Coaches
from tests.lti_kit import SignedIn, sign_in, uuid_of

SETTINGS = f"{PICTURE}/settings"
HALVES = [1, 4] * 7 + [1]
THIRTY = [2, 3] * 15


@pytest.fixture
def coaches(app) -> Coaches:
    return Coaches(app)


@pytest.fixture
def office(app) -> SignedIn:
    return sign_in(app, sub="office", name="Ola Office", rights=[Right.OFFICE])


def save(office: SignedIn, least: str = "5", *courses: str) -> int:
    return int(office.post(SETTINGS, least=least, course=list(courses)).status_code)


def has_picture(office: SignedIn, query: str = "") -> bool:
    answer = office.get(f"{PICTURE}{query}")
    assert answer.status_code == 200, query
    return "No picture yet" not in answer.text


def test_another_number_begins_another_picture_and_the_old_one_comes_back(coaches, office):
    coaches.hand_in(HALVES)
    coaches.draw()
    assert has_picture(office)
    assert save(office, "6") == 303
    coaches.draw()
    page = office.get(PICTURE).text
    assert "No picture yet" in page
    assert "fewer than 6 coaches" in page
    assert "when 18 coaches have handed in" in page
    coaches.hand_in([1, 4] * 9, first=20)
    coaches.draw()
    assert "9\xa0of\xa018 building or below" in office.get(PICTURE).text
    save(office)
    coaches.draw()
    assert "8\xa0of\xa015 building or below" in office.get(PICTURE).text


@pytest.mark.parametrize("least", ["4", "21", "", "5.5", "-5", "five"])
def test_only_a_number_from_5_to_20_is_taken(office, least):
    assert save(office, least) == 400
    assert '<option value="5" selected>' in office.get(SETTINGS).text


def test_a_course_by_itself_has_a_picture_of_its_own_from_thirty_coaches_on(coaches, office):
    course = str(uuid_of(coaches.get(99, "course-2").context))
    assert save(office, "5", course) == 303
    coaches.hand_in(THIRTY[:29], course="course-2")
    coaches.hand_in(THIRTY[:29], first=50)
    coaches.draw()
    assert not has_picture(office)
    assert not has_picture(office, f"?course={course}")
    coaches.hand_in(THIRTY[29:], first=29, course="course-2")
    coaches.draw()
    assert not has_picture(office)
    text = office.get(f"{PICTURE}?course={course}").text
    assert "15\xa0of\xa030 building or below" in text
    assert "fewer than 10 coaches" in text
    sheet = office.get(f"{PICTURE}.csv?course={course}").text
    assert '"course-2","Coaching process and structure","P1"' in sheet


def test_the_course_that_is_left_when_all_others_are_apart_needs_as_many(coaches, office):
    """“All other coaches” would be that course alone."""
    coaches.hand_in(HALVES)
    coaches.draw()
    assert has_picture(office)
    save(office, "5", str(uuid_of(coaches.get(99, "course-2").context)))
    coaches.hand_in(THIRTY[:29], first=50)
    coaches.draw()
    page = office.get(PICTURE).text
    assert "No picture yet" in page
    assert "fewer than 10 coaches" in page
    coaches.hand_in(THIRTY[29:], first=79)
    coaches.draw()
    text = office.get(PICTURE).text
    assert "15\xa0of\xa030 building or below" in text
    assert "All other coaches" in text


def test_a_course_that_was_by_itself_stays_so_whatever_is_saved(coaches, office):
    """An office that let it join and part again would choose of whom each round is made."""
    course = str(uuid_of(coaches.get(99, "course-2").context))
    save(office, "5", course)
    assert save(office) == 303
    assert f'value="{course}" checked disabled>' in office.get(SETTINGS).text
    coaches.hand_in(THIRTY, course="course-2")
    coaches.draw()
    assert not has_picture(office)
    assert has_picture(office, f"?course={course}")


def test_an_institution_is_due_when_one_of_its_groups_is_full(coaches, office):
    """Not when all of them together have as many: the job would be woken at every sweep, and close nothing."""

    def list_due() -> list[str]:
        with coaches.house.database.reading() as db:
            return list(drawing.picture_job().list_due(db, coaches.house.clock()))

    save(office, "5", str(uuid_of(coaches.get(99, "course-2").context)))
    coaches.hand_in(THIRTY[:29], course="course-2")
    coaches.hand_in(THIRTY[:29], first=50)
    assert list_due() == []
    coaches.hand_in(THIRTY[29:], first=29, course="course-2")
    assert list_due() == [str(office.user.institution_id)]
    coaches.draw()
    assert list_due() == []
    save(office, "12")
    coaches.hand_in(THIRTY[:6], first=100)
    assert list_due() == []
    coaches.hand_in(THIRTY[:1], first=106)
    assert list_due() == [str(office.user.institution_id)]


def test_what_is_set_stands_in_the_log_and_only_what_changed(app, coaches, office):
    course = str(uuid_of(coaches.get(99, "course-2").context))
    admin = sign_in(app, sub="admin", is_administrator=True, rights=[Right.LMS_ADMIN])
    for _ in range(2):
        save(office, "8", course)
    save(office, "8")
    log = admin.get("/admin/log").text
    assert log.count("set the fewest coaches in a figure of the coaching picture to 8") == 1
    assert log.count("has “course-2” shown by itself") == 1


def test_nobody_else_sets_anything_and_nothing_elsewhere_is_set(app, coaches, office):
    elsewhere = sign_in(app, sub="c", institution="Elsewhere", course="theirs")
    theirs = str(uuid_of(elsewhere.context))
    assert save(office, "9", theirs) == 303
    assert theirs not in office.get(SETTINGS).text
    assert "All other coaches" not in office.get(PICTURE).text
    other_office = sign_in(app, sub="office", institution="Elsewhere", rights=[Right.OFFICE])
    assert '<option value="5" selected>' in other_office.get(SETTINGS).text
    assert f'value="{theirs}">' in other_office.get(SETTINGS).text
    for here in (
        coaches.get(0),
        sign_in(app, sub="staff", is_staff=True),
        sign_in(app, sub="admin", is_administrator=True, rights=[Right.LMS_ADMIN]),
        sign_in(app, sub="acting", rights=[Right.OFFICE], is_masqueraded=True),
    ):
        assert here.get(SETTINGS).status_code == 404
        assert save(here, "5") in (403, 404)
    assert '<option value="9" selected>' in office.get(SETTINGS).text
