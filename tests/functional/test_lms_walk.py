"""From the LMS's course page to Cairn's page and back, through the practice LMS of each temper."""

from sqlalchemy import select

from app.lti.models import LineItem, LinkUser, ResourceLink
from app.membership.models import Context, Membership, User, Visit

LEARNER, INSTRUCTOR, ASSISTANT, TEST_USER = "5", "3", "4", "8"


def rows(campus, model):
    with campus.house.database.reading() as db:
        return db.scalars(select(model).order_by(model.id)).all()


def test_a_learner_walks_from_the_course_to_the_home_page(campus):
    campus.register()
    page = campus.open(LEARNER, "/course/2/launch/2")
    assert (page.status_code, page.url.path) == (200, "/")
    (user,) = rows(campus, User)
    assert user.sub == campus.platform.sub_of(LEARNER)
    assert user.name == campus.platform.world.people[LEARNER].name
    (link,), (visit,) = rows(campus, ResourceLink), rows(campus, Visit)
    assert (link.key, visit.is_masqueraded) == ("home", False)


def test_a_graded_link_brings_its_column(campus):
    campus.register()
    page = campus.open(LEARNER, "/course/2/launch/1")
    assert page.status_code == 200, page.text[:1000]
    (item,), (link_user,) = rows(campus, LineItem), rows(campus, LinkUser)
    assert item.may_score
    assert link_user.is_gradable


def test_an_instructor_is_staff_and_cannot_be_graded(campus):
    campus.register()
    campus.open(INSTRUCTOR, "/course/2/launch/1")
    (membership,), (link_user,) = rows(campus, Membership), rows(campus, LinkUser)
    assert (membership.is_staff, link_user.is_gradable) == (True, False)


def test_a_test_user_is_remembered_as_one_and_never_gradable(settings, clock):
    from tests.practice_kit import Campus  # noqa: PLC0415

    campus = Campus(settings, clock, "canvas")
    campus.register()
    campus.open(TEST_USER, "/course/2/launch/1")
    (user,), (link_user,), (visit,) = rows(campus, User), rows(campus, LinkUser), rows(campus, Visit)
    assert (user.is_test_user, link_user.is_gradable, visit.is_masqueraded) == (True, False, False)
    campus.close()


def test_both_courses_keep_their_own_context_for_one_person(campus):
    campus.register()
    walker = campus.walker()
    campus.open(LEARNER, "/course/2/launch/1", walker)
    campus.open(LEARNER, "/course/3/launch/3", walker)
    assert len(rows(campus, User)) == 1
    assert [context.platform_context_id for context in rows(campus, Context)] != []
    assert len(rows(campus, Context)) == len(rows(campus, Membership)) == 2


def test_the_answer_of_one_login_cannot_be_sent_again(campus):
    campus.register()
    walker = campus.walker()
    page = campus.open(LEARNER, "/course/2/launch/2", walker)
    assert page.status_code == 200
    again = campus.open("6", "/course/2/launch/2", walker)
    assert again.status_code == 200
    assert [user.sub for user in rows(campus, User)] == [campus.platform.sub_of("5"), campus.platform.sub_of("6")]
