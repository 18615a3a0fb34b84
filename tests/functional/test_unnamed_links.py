"""Links whose launches name no content: from histories, across tenants never, and by their staff's choice."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from app.lti.copies import list_origins
from app.lti.copy_models import ContextOrigin
from app.lti.models import Delivery, ResourceLink
from app.membership.models import Context, ContextCopy, Platform
from app.membership.roles import Right
from app.progress import service as progress_service
from app.progress.rules import FactKind
from tests.lti_kit import AGS_CLAIM, AGS_SCOPE, INSTRUCTOR, LEARNER, sign_in

M0 = {"cairn_key": "module/m0"}


def course(name, title="A course"):
    return {"id": name, "title": title, "label": name, "type": ["CourseSection"]}


def link(name, title="A link"):
    return {"id": name, "title": title}


def column(name):
    url = f"https://lms.test/items/{name}"
    return {AGS_CLAIM: {"lineitem": url, "scope": [f"{AGS_SCOPE}score"]}}


def launch(tool, *, to="copy", at="new", custom=None, sub="learner-1", roles=(LEARNER,), **more: Any):
    """A launch in a course by a link; gives where it led."""
    named = {"context": course(to), "resource_link": link(at), "custom": custom or {}, "roles": list(roles)}
    answer = tool.browser().launch(more.pop("platform", None), sub=sub, **{**named, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def key_of(tool, at="new"):
    with tool.house.database.reading() as db:
        return db.scalars(select(ResourceLink.key).where(ResourceLink.platform_link_id == at)).one()


@pytest.fixture
def known(tool):
    """The original: a course with a link to the first module, and one home."""
    launch(tool, to="old", at="first", custom=M0, resource_link=link("first", "Module"))
    launch(tool, to="old", at="second", custom={"cairn_key": "home"}, resource_link=link("second", "Start"))
    return tool


def staff(tool, **more: Any):
    return tool.launch_as("staff", roles=[INSTRUCTOR], name="Sam Staff", context=course("copy"), **more)


def open_question(tool):
    """Staff who opened an undecided link, the question's address, and its page."""
    here = staff(tool, resource_link=link("new"), custom={"context_history": "nobody-knows"})
    path = launch(tool, sub="staff", roles=[INSTRUCTOR], custom={"context_history": "nobody-knows"})
    return here, path, here.get(path)


@pytest.mark.parametrize("history", ["first", "unknown,first,second", "first,truncated", "%66irst", "first%2Csecond"])
def test_a_new_link_takes_the_key_of_the_newest_link_that_is_known(known, history):
    assert launch(known, custom={"link_history": history}) == "/modules/m0-roles"
    assert key_of(known) == "module/m0"


@pytest.mark.parametrize("history", ["$ResourceLink.id.history", "", ["first"], {"id": "first"}, True, None])
def test_a_history_that_was_never_filled_in_says_nothing(known, history):
    assert launch(known, custom={"link_history": history, "context_history": history}) == "/"
    assert key_of(known) == "home"


def test_what_a_link_names_itself_counts_more_than_its_history(known):
    launch(known, custom={"cairn_key": "home", "link_history": "first"})
    assert key_of(known) == "home"
    launch(known, custom=M0)
    assert key_of(known) == "module/m0"


def test_without_a_links_history_the_twin_in_the_newest_known_course_decides(known):
    told = {"context_history": "elsewhere,old"}
    assert launch(known, custom=told, resource_link=link("new", "Module")) == "/modules/m0-roles"
    assert launch(known, custom=told, resource_link=link("other", "Start")) == "/"
    assert (key_of(known), key_of(known, "other")) == ("module/m0", "home")


def test_a_link_keeps_what_was_found_when_its_history_is_gone(known):
    launch(known, custom={"link_history": "first"})
    assert launch(known) == "/modules/m0-roles"


def test_another_institutions_links_and_courses_are_never_ancestors(known):
    stranger = known.add_platform(institution="Other University", client_id="other")
    told = {"link_history": "first", "context_history": "old"}
    assert launch(known, platform=stranger, custom=told, resource_link=link("new", "Module")) == "/"
    assert key_of(known) == "undecided"
    with known.house.database.reading() as db:
        assert db.scalars(select(ContextCopy)).all() == []


def test_another_platform_of_the_same_institution_is_no_source_either(known):
    beta = known.add_platform(issuer="https://beta.lms.test", client_id="beta")
    with known.house.database.writing() as db:
        assert len(db.scalars(select(Platform)).all()) == 2
    launch(known, platform=beta, custom={"link_history": "first", "context_history": "old"})
    assert key_of(known) == "undecided"


def test_a_huge_history_costs_no_more_than_a_long_one(known):
    history = ",".join(str(one) for one in range(9000))
    assert launch(known, custom={"link_history": history}) == "/"
    assert launch(known, at="newer", custom={"link_history": f"first,{history}"}) == "/modules/m0-roles"


def test_a_course_and_a_link_are_not_their_own_ancestors(known):
    assert launch(known, custom={"link_history": "new", "context_history": "copy"}) == "/"
    assert key_of(known) == "home"


def test_a_new_course_knows_the_newest_known_course_that_it_came_from(known):
    launch(known, to="older", at="third", custom=M0)
    launch(known, custom={**M0, "context_history": "unknown,old,older"})
    with known.house.database.reading() as db:
        ids = {one.platform_context_id: one.id for one in db.scalars(select(Context))}
        (copy,) = db.scalars(select(ContextCopy))
    assert (copy.context_id, copy.ancestor_id) == (ids["copy"], ids["old"])


def test_a_copy_of_a_training_course_says_so_and_waits_for_its_office(known, clock):
    with known.house.database.writing() as db:
        old = db.scalars(select(Context).where(Context.platform_context_id == "old")).one()
        old.marked_at, old.title = clock(), "Coach training 2026"
    here = staff(known, custom={**M0, "context_history": "old"})
    assert "this is a copy of Coach training 2026, a training course" in here.get("/").text
    office = sign_in(known.app, sub="office", course=None, rights=[Right.OFFICE])
    assert "It is a copy of Coach training 2026, a training course." in office.get("/office/courses").text
    with known.house.database.reading() as db:
        copy = db.scalars(select(Context).where(Context.platform_context_id == "copy")).one()
    assert copy.marked_at is None
    assert here.get(f"/courses/{copy.uuid}/people").status_code == 404


def test_staff_are_asked_and_learners_get_the_whole_training_meanwhile(known):
    assert launch(known, custom={"context_history": "nobody-knows"}) == "/"
    here, path, page = open_question(known)
    assert re.fullmatch(r"/courses/[0-9a-f-]{36}/links/[0-9a-f-]{36}", path)
    assert "Which part of the training should this link open?" in page.text
    assert " checked" not in page.text
    assert here.post(path, key="module/m0").headers["location"] == path.rpartition("/")[0]
    assert launch(known) == "/modules/m0-roles"
    assert launch(known, sub="staff", roles=[INSTRUCTOR]) == "/modules/m0-roles"


def test_a_choice_may_be_changed_and_shows_on_the_list(known):
    here, path, _ = open_question(known)
    listed = path.rpartition("/")[0]
    assert "Not chosen yet" in here.get(listed).text
    here.post(path, key="module/m0")
    assert 'value="module/m0" id="key-2" checked' in here.get(path).text
    here.post(path, key="home")
    assert ">Coach training<" in here.get(listed).text
    assert key_of(known) == "home"


def test_a_wrong_answer_is_asked_again(known):
    here, path, _ = open_question(known)
    for fields in ({}, {"key": "module/m99"}, {"key": "undecided"}):
        answer = here.post(path, **fields)
        assert answer.status_code == 422
        assert "Choose one of these." in answer.text
    assert key_of(known) == "undecided"


def test_the_question_is_for_that_courses_staff_alone(known):
    here, path, _ = open_question(known)
    learner = known.launch_as("learner-1", context=course("copy"))
    elsewhere = known.launch_as("teacher-2", roles=[INSTRUCTOR], context=course("old"), custom=M0)
    for stranger in (learner, elsewhere):
        assert [stranger.get(path).status_code, stranger.post(path, key="home").status_code] == [404, 404]
        assert stranger.get(path.rpartition("/")[0]).status_code == 404
    named = here.get(path.rpartition("/")[0] + "/0b5cbb0c-7f5e-4d0e-9b7e-2f4ff2f2f111")
    assert named.status_code == 404


def test_a_course_whose_links_nobody_opened_has_an_empty_list(known):
    here = known.launch_as(
        "staff", roles=[INSTRUCTOR], context=course("bare-course-x"), resource_link=link("bare-course-x")
    )
    assert "No links yet" in here.get(f"/courses/{here.context.uuid}/links").text


def test_an_undecided_link_owes_no_gradebook_anything_until_it_is_decided(known):
    """Whoever is through would else have 1 of 1 in a column that turns out to be another part's."""
    told = {"context_history": "nobody-knows"}
    learner = known.launch_as(
        "learner-1", context=course("copy"), resource_link=link("new"), custom=told, **column("a")
    )
    with known.house.database.writing() as db:
        for kind, key in ((FactKind.COMPLETED, "module/m0"), (FactKind.PROGRAM_COMPLETED, "program")):
            progress_service.record(db, user=learner.user, kind=kind, key=key, at=known.clock())
        for hook in known.house.before_commit:
            hook(db)
    launch(known, custom=told, **column("a"))
    assert known.count(Delivery) == (0,)
    here, path, _ = open_question(known)
    here.post(path, key="module/m0")
    assert known.count(Delivery) == (1,)
    here.post(path, key="module/m0")
    assert known.count(Delivery) == (1,)


def test_a_link_outside_any_course_asks_nobody(known):
    told = {"link_history": "nobody-knows"}
    assert launch(known, custom=told, context=..., roles=[INSTRUCTOR]) == "/"


def test_somebody_acting_as_another_decides_nothing(known):
    told = {"context_history": "x", "masquerading_id": "9"}
    assert launch(known, custom=told, roles=[INSTRUCTOR]) == "/"
    with known.house.database.reading() as db:
        assert db.scalars(select(ResourceLink).where(ResourceLink.platform_link_id == "new")).all() == []


def test_origins_are_followed_over_generations_and_round_a_circle_once(known):
    with known.house.database.writing() as db:
        site = db.scalars(select(Platform)).one()
        tenant = {"institution_id": site.institution_id, "platform_id": site.id}
        for one, origin in (("c", "b"), ("b", "a"), ("a", "c"), ("c", "old")):
            row = ContextOrigin(**tenant, platform_context_id=one, origin_context_id=origin, told_at=known.clock())
            db.add(row)
            db.flush()
        assert list_origins(db, **tenant, course_id="c") == ["old", "b", "a"]
        assert list_origins(db, **{**tenant, "platform_id": site.id + 1}, course_id="c") == []
    assert launch(known, to="c", resource_link=link("new", "Module")) == "/modules/m0-roles"
