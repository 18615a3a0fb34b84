"""A completion arrives in the gradebook, from wherever it was made, and only for whom it should."""

import pytest
from sqlalchemy import event

from app.lti import deliveries
from app.lti.models import LineItem, ResourceLink
from app.membership.models import User
from app.progress.rules import HOME_KEY, FactKind
from tests.delivery_kit import MODULE, Delivering

BOTH = pytest.mark.parametrize("temper", ["moodle", "canvas"])


@BOTH
def test_a_completion_after_the_launch_arrives_as_1_of_1(app, temper):
    here = Delivering(app, temper=temper)
    user = here.opens()
    here.completes(user)
    assert here.receipts() == ["waiting"]
    here.works_off()
    assert here.shown() == 1
    assert here.receipts() == ["confirmed"]
    assert here.delivery().state == "delivered"
    assert here.delivery().next_at is None


@BOTH
def test_the_same_module_in_a_second_course_is_served_at_its_first_launch(app, temper):
    here = Delivering(app, temper=temper)
    here.completes(here.opens(link_id="1"))
    here.works_off()
    here.opens(link_id="3")
    here.works_off()
    assert (here.shown(link_id="1"), here.shown(link_id="3")) == (1, 1)
    assert (here.posts(link_id="1"), here.posts(link_id="3")) == (1, 1)


def test_one_completion_goes_to_every_course_where_the_module_was_opened(app):
    here = Delivering(app)
    here.opens(link_id="1")
    here.completes(here.opens(link_id="3"))
    here.works_off()
    assert (here.shown(link_id="1"), here.shown(link_id="3")) == (1, 1)


@BOTH
def test_a_line_item_added_after_the_completion_is_served_by_the_next_launch(app, temper):
    here = Delivering(app, temper=temper)
    here.platform.delete_line_item(here.item_of())
    here.completes(here.opens())
    here.works_off()
    assert here.deliveries() == []
    here.platform.add_line_item("1")
    here.opens()
    here.works_off()
    assert here.shown() == 1


def test_launching_again_and_again_sends_nothing_more(app):
    here = Delivering(app)
    here.completes(here.opens())
    here.works_off()
    for _ in range(3):
        here.opens()
        here.works_off()
    assert here.calls() == 1


def test_the_program_link_is_served_when_the_program_is_complete(app):
    here = Delivering(app)
    here.platform.add_line_item("2")
    user = here.opens(link_id="2", key=HOME_KEY)
    here.completes(user, "module/of-another-program")
    here.works_off()
    assert here.shown(link_id="2") is None
    here.completes(user, "coach-training/1.0", kind=FactKind.PROGRAM_COMPLETED)
    here.works_off()
    assert here.shown(link_id="2") == 1


def test_completing_every_module_completes_the_program_link_too(app):
    here = Delivering(app)
    here.platform.add_line_item("2")
    user = here.opens(link_id="2", key=HOME_KEY)
    for module in here.house.library.modules:
        here.completes(user, f"module/{module.id}")
    here.works_off()
    assert here.shown(link_id="2") == 1


@pytest.mark.parametrize(
    ("person", "facts"),
    [
        ("3", {"is_gradable": False}),
        ("8", {"is_test_user": True}),
        ("5", {"may_score": False}),
        ("5", {"key": "module/m1"}),
    ],
    ids=["an instructor", "a test user", "a column without the score scope", "another module"],
)
def test_nothing_is_owed_to(app, person, facts):
    here = Delivering(app)
    here.completes(here.opens(person, **facts))
    here.opens(person, **facts)
    here.works_off()
    assert here.deliveries() == []
    assert here.receipts() == []
    assert here.platform.calls == ()


def test_who_is_gradable_now_was_not_before_is_served_from_the_next_launch(app):
    here = Delivering(app)
    here.completes(here.opens(is_gradable=False))
    here.opens(is_gradable=True)
    here.works_off()
    assert here.shown() == 1


def test_what_is_started_or_read_is_owed_to_nobody(app):
    here = Delivering(app)
    user = here.opens()
    for kind in (FactKind.STARTED, FactKind.READ, FactKind.PASSED, FactKind.FINISHED, FactKind.WRITTEN):
        here.completes(user, kind=kind)
    assert here.deliveries() == []


@BOTH
def test_another_column_for_the_same_link_is_served_anew(app, temper):
    here = Delivering(app, temper=temper)
    here.completes(here.opens())
    here.works_off()
    here.platform.delete_line_item(here.item_of())
    here.platform.add_line_item("1")
    here.opens("6")
    here.works_off()
    assert (here.shown("5"), here.posts("5")) == (1, 1)


def test_a_launch_with_nothing_new_costs_two_statements(app):
    here = Delivering(app)
    user = here.opens()
    here.completes(user)
    here.works_off()
    statements = []
    event.listen(here.house.database.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    with here.house.database.writing() as db:
        link = db.get_one(ResourceLink, 1)
        user = db.get_one(User, user.id)
        statements.clear()
        item = db.get_one(LineItem, 1)
        statements.clear()
        deliveries.keep_line_item(db, link=link, url=item.url, may_score=True, now=here.house.clock())
        deliveries.derive_for_launch(db, link=link, user=user, now=here.house.clock())
        assert len(statements) == 2


def test_ten_people_of_two_institutions_each_get_only_their_own(app):
    """R12: each score goes to the column, with the token, and for the person that belong together."""
    one, other = Delivering(app, institution="One"), Delivering(app, institution="Other", temper="canvas")
    for here in (one, other):
        here.platform.add_people("2", 5)
    for here in (one, other, one, other):
        for person in ("5", "6", "7", *list(here.platform.world.people)[-5:]):
            for link in ("1", "3") if person in {"5", "6"} else ("1",):
                here.completes(here.opens(person, link))
    for here in (other, one):
        here.works_off(house=one.house)
    for here in (one, other):
        taken = here.platform.calls_to("scores")
        assert len(taken) == len(here.deliveries()) == 10
        assert {call.client_id for call in taken} == {here.known.client_id}
        assert {call.status for call in taken} == {200}
        assert all(here.posts(person) == 1 for person in ("5", "6", "7"))


def test_nothing_is_ever_sent_but_1_of_1(app):
    """R9: also into a column that counts to a hundred, or to nothing."""
    here = Delivering(app)
    here.platform.world.line_items[here.item_of("1")].maximum = 100
    here.platform.world.line_items[here.item_of("3")].maximum = 0
    here.completes(here.opens(link_id="1"))
    here.opens(link_id="3")
    here.works_off()
    bodies = [call.json() for call in here.platform.calls_to("scores")]
    assert [(body["scoreGiven"], body["scoreMaximum"]) for body in bodies] == [(1, 1), (1, 1)]
    assert {(body["activityProgress"], body["gradingProgress"]) for body in bodies} == {("Completed", "FullyGraded")}
    assert all("comment" not in body for body in bodies)
    assert here.shown(link_id="1") == 100


def test_the_key_of_a_module_is_the_key_of_its_completion(app):
    here = Delivering(app)
    here.completes(here.opens(key=MODULE), key="module/m1")
    assert here.deliveries() == []
