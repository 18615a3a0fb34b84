"""Rights by name: who gets one, by what, for how long, and who never learns that the pages exist."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from app.membership.codes import make_code
from app.membership.models import CodeTry, Grant, RightCode
from app.membership.roles import Right
from tests.clients import Client
from tests.every_page import strip_varying
from tests.lti_kit import sign_in
from tests.practice_kit import TOOL

ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
ADMIN, TEACHER = "2", "3"
NOBODY = "00000000-0000-4000-8000-000000000000"


def new_code(app, *, right=Right.LMS_ADMIN, like) -> str:
    house = app.state.house
    with house.database.writing() as db:
        return make_code(db, institution_id=like.user.institution_id, right=right, now=house.clock())


def enter(here, code):
    return here.post("/admin/code", code=code)


def status_of(here, path="/admin/people") -> int:
    return here.get(path).status_code


def test_an_administrators_launch_and_the_code_make_an_lms_admin(tool):
    admin = tool.launch_as("boss", roles=[ADMINISTRATOR, LEARNER])
    assert status_of(admin) == 404
    assert "Administration" in admin.get("/").text
    assert enter(admin, new_code(tool.app, like=admin)).status_code == 303
    assert status_of(admin) == 200
    assert "You are LMS admin" in admin.get("/admin/code").text


def test_the_right_of_an_lms_admin_sleeps_while_the_lms_does_not_say_administrator(tool):
    admin = tool.launch_as("boss", roles=[ADMINISTRATOR])
    enter(admin, new_code(tool.app, like=admin))
    assert status_of(tool.launch_as("boss", roles=[LEARNER])) == 404
    assert status_of(tool.launch_as("boss", roles=[ADMINISTRATOR])) == 200


def test_the_code_alone_makes_nobody_an_lms_admin_and_is_not_spent(app):
    learner, admin = sign_in(app, sub="one"), sign_in(app, sub="two", is_administrator=True)
    code = new_code(app, like=learner)
    refused = enter(learner, code)
    assert (refused.status_code, "administrator of your LMS" in refused.text) == (422, True)
    assert status_of(learner) == 404
    assert enter(admin, code).status_code == 303


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: f" {code.replace('-', ' ')} "])
def test_a_code_may_be_typed_as_people_type(app, typed):
    admin = sign_in(app, is_administrator=True)
    assert enter(admin, typed(new_code(app, like=admin))).status_code == 303


def test_a_code_works_once(app):
    first, second = (sign_in(app, sub=sub, is_administrator=True) for sub in ("one", "two"))
    code = new_code(app, like=first)
    assert [enter(here, code).status_code for here in (first, second, first)] == [303, 422, 422]
    assert [status_of(here) for here in (first, second)] == [200, 404]


def test_of_two_who_enter_a_code_at_once_one_has_the_right(app):
    people = [sign_in(app, sub=f"admin-{n}", is_administrator=True) for n in range(4)]
    code = new_code(app, like=people[0])
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda here: enter(here, code).status_code, people))
    assert sorted(answers) == [303, 422, 422, 422]
    assert sorted(status_of(here) for here in people) == [200, 404, 404, 404]


def test_a_code_ends_by_itself(app, clock):
    admin = sign_in(app, is_administrator=True)
    code = new_code(app, like=admin)
    clock.pass_by(days=30)
    assert enter(sign_in(app, is_administrator=True), code).status_code == 422


def test_five_wrong_codes_close_the_page_for_an_hour_for_that_person_alone(app, clock):
    guesser, other = (sign_in(app, sub=sub, is_administrator=True) for sub in ("guesser", "other"))
    code = new_code(app, like=guesser)
    assert [enter(guesser, f"BCDFG-HJ{n}").status_code for n in range(5)] == [422] * 5
    refused = enter(guesser, code)
    assert (refused.status_code, "fifth wrong code" in refused.text) == (422, True)
    clock.pass_by(minutes=61)
    assert enter(guesser, code).status_code == 303
    assert enter(other, new_code(app, like=guesser)).status_code == 303


def test_wrong_codes_entered_at_once_are_all_refused_in_words_and_all_count(app):
    guesser = sign_in(app)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: enter(guesser, f"BCDFG-HJ{n}").status_code, range(4)))
    assert answers == [422] * 4
    with app.state.house.database.reading() as db:
        assert db.scalars(select(CodeTry.tries)).all() == [4]


def test_a_right_code_between_wrong_ones_gives_no_more_tries(app):
    guesser = sign_in(app, is_administrator=True)
    codes = [f"BCDFG-HJ{n}" for n in range(4)] + [new_code(app, like=guesser), "BCDFG-HJ5"]
    assert [enter(guesser, code).status_code for code in codes] == [422] * 4 + [303, 422]
    assert "fifth wrong code" in enter(guesser, new_code(app, like=guesser, right=Right.OFFICE)).text


@pytest.mark.parametrize("code", ["", "x" * 5000, "BCDFG-HJKLM'--", "\u0130\u0131\u00df\u202e", "-----"])
def test_what_is_no_code_is_refused_in_words(app, code):
    assert enter(sign_in(app), code).status_code == 422


def test_a_code_of_one_institution_is_none_in_another(app):
    ours = sign_in(app, is_administrator=True)
    theirs = sign_in(app, institution="Other College", is_administrator=True)
    assert enter(theirs, new_code(app, like=ours)).status_code == 422
    assert status_of(theirs) == 404


def test_codes_are_kept_as_hashes(app, database):
    admin = sign_in(app, is_administrator=True)
    code = new_code(app, like=admin)
    with database.reading() as db:
        rows = str(db.connection().exec_driver_sql("SELECT * FROM right_code").fetchall())
    assert code not in rows
    assert code.replace("-", "") not in rows


def test_the_registrations_last_page_shows_a_code_that_works(campus):
    """From the invitation to the administration, through the practice LMS of each temper."""
    fields = campus.platform.temper.registration_query(campus.platform, client_id=None)
    last_page = Client(campus.tool, base_url=TOOL).post(campus.invite(), data=fields).text
    code = re.search(r'<code class="code"[^>]*>([B-Z2-9]{5}-[B-Z2-9]{5})</code>', last_page)[1]
    walker = campus.walker()
    assert "Administration" in campus.open(ADMIN, "/course/2/launch/2", walker).text
    here = walker.client(TOOL)
    csrf = re.search(r'name="csrf" value="([^"]+)"', here.get("/admin/code").text)[1]
    assert here.post("/admin/code", data={"code": code, "csrf": csrf}).status_code == 303
    assert here.get("/admin/people").status_code == 200
    teacher = campus.walker()
    assert "Administration" not in campus.open(TEACHER, "/course/2/launch/2", teacher).text
    assert teacher.client(TOOL).get("/admin/people").status_code == 404


# --- the office, by name ---------------------------------------------------------------------------------------------


def make_admin(app, **more: Any):
    return sign_in(app, sub="admin", name="Ari Admin", is_administrator=True, rights=[Right.LMS_ADMIN], **more)


def code_made_by(admin, right: str) -> str:
    page = admin.post("/admin/people/code", right=right)
    return re.search(r'<code class="code"[^>]*>([^<]+)</code>', page.text)[1]


def test_the_admin_finds_a_person_by_name_or_address_and_adds_them_to_the_office(app):
    admin, person = make_admin(app), sign_in(app, sub="person", name="Pia Person")
    found = admin.get("/admin/people?q=pia")
    assert str(person.user.uuid) in found.text
    assert "Nobody of that name" in admin.get("/admin/people?q=%25%25").text
    assert admin.get("/admin/people?q=p").text.count(str(person.user.uuid)) == 0
    assert status_of(person, "/office/courses") == 404
    assert admin.post("/admin/people/grant", person=str(person.user.uuid)).status_code == 303
    assert status_of(person, "/office/courses") == 200
    assert "Pia Person" in admin.get("/admin/people").text
    assert "Training courses" in person.get("/").text


def test_a_right_that_is_taken_back_is_gone_at_the_next_request(app):
    admin = make_admin(app)
    office = sign_in(app, sub="office", name="Ola Office", rights=[Right.OFFICE])
    assert status_of(office, "/office/courses") == 200
    row = re.search(r'name="grant" value="([^"]+)"><button[^>]*Ola Office', admin.get("/admin/people").text)[1]
    admin.post("/admin/people/revoke", grant=row)
    assert status_of(office, "/office/courses") == 404
    assert admin.post("/admin/people/revoke", grant=row).status_code == 303
    admin.post("/admin/people/grant", person=str(office.user.uuid))
    assert status_of(office, "/office/courses") == 200


def test_nobody_locks_themselves_out(app):
    """The last LMS admin would leave nobody who could give the right again, but the operator."""
    first = make_admin(app)
    second = sign_in(app, sub="second", name="Sef Second", rights=[Right.LMS_ADMIN], is_administrator=True)
    with app.state.house.database.reading() as db:
        own = db.scalars(select(Grant.uuid).where(Grant.user_id == first.user.id)).one()
    assert "Another LMS admin can take it back" in first.get("/admin/people").text
    first.post("/admin/people/revoke", grant=str(own))
    assert status_of(first) == 200
    second.post("/admin/people/revoke", grant=str(own))
    assert status_of(first) == 404


def test_a_person_of_another_institution_is_neither_found_nor_added(app):
    admin = make_admin(app)
    stranger = sign_in(app, institution="Other College", sub="x", name="Stranger Danger", rights=[Right.OFFICE])
    assert str(stranger.user.uuid) not in admin.get("/admin/people?q=stranger").text
    answers = [admin.post("/admin/people/grant", person=person) for person in (str(stranger.user.uuid), NOBODY)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert strip_varying(answers[0].text) == strip_varying(answers[1].text)
    row = re.search(
        r'name="grant" value="([^"]+)"',
        make_admin(app, institution="Other College").get("/admin/people").text,
    )[1]
    admin.post("/admin/people/revoke", grant=row)
    assert status_of(make_admin(app, institution="Other College")) == 200
    assert status_of(stranger, "/office/courses") == 200


@pytest.mark.parametrize("bad", ["", "x", "1", "' OR 1=1"])
def test_what_is_no_id_leads_nowhere(app, bad):
    admin = make_admin(app)
    assert admin.post("/admin/people/grant", person=bad).status_code == 404
    assert admin.post("/admin/people/revoke", grant=bad).status_code == 404
    assert admin.post("/admin/people/code", right=bad).status_code == 404


def test_the_admin_makes_a_code_for_somebody_who_has_not_been_here(app):
    admin = make_admin(app)
    code = code_made_by(admin, "office")
    new = sign_in(app, sub="new", name="Nia New")
    assert enter(new, code).status_code == 303
    assert status_of(new, "/office/courses") == 200
    assert status_of(new) == 404
    assert code not in admin.get("/admin/people").text


@pytest.mark.parametrize("is_kept_out", [True, False])
def test_codes_of_an_admin_who_may_no_longer_give_rights_open_nothing(app, is_kept_out):
    """Not even when that person is let in again; codes of others go on."""
    admin, second = (
        sign_in(app, sub=sub, is_administrator=True, rights=[Right.LMS_ADMIN]) for sub in ("admin", "second")
    )
    own, other = (code_made_by(here, "lms-admin") for here in (admin, second))
    office = code_made_by(admin, "office")
    person = str(admin.user.uuid)
    if is_kept_out:
        second.post("/admin/people/out", person=person)
        second.post("/admin/people/in", person=person)
    else:
        with app.state.house.database.reading() as db:
            row = db.scalars(select(Grant.uuid).where(Grant.user_id == admin.user.id)).one()
        second.post("/admin/people/revoke", grant=str(row))
    with app.state.house.database.reading() as db:
        assert db.scalars(select(RightCode.made_by_id)).all() == [second.user.id]
    back = sign_in(app, sub="admin", is_administrator=True)
    assert [enter(back, code).status_code for code in (own, office, other)] == [422, 422, 303]


def test_a_code_that_was_made_while_its_maker_lost_the_right_opens_nothing(app):
    maker, house = sign_in(app, sub="maker", is_administrator=True), app.state.house
    with house.database.writing() as db:
        code = make_code(
            db, institution_id=maker.user.institution_id, right=Right.OFFICE, now=house.clock(), made_by=maker.user
        )
    assert enter(sign_in(app, sub="new"), code).status_code == 422


def test_the_log_says_who_did_what(app):
    admin, person = make_admin(app), sign_in(app, sub="person", name="Pia Person")
    assert "Nothing yet" in admin.get("/admin/log").text
    for _ in range(26):
        admin.post("/admin/people/grant", person=str(person.user.uuid))
        row = re.search(r'value="([^"]+)"><button[^>]*Pia Person', admin.get("/admin/people").text)[1]
        admin.post("/admin/people/revoke", grant=row)
    log = admin.get("/admin/log").text
    assert log.count("took the right “Office” back from Pia Person") == 25
    older = re.search(r'href="(/admin/log\?before=\d+)"', log)[1]
    assert admin.get(older).text.count("gave Pia Person the right “Office”") == 1
    assert "Pia Person" not in make_admin(app, institution="Other College").get("/admin/log").text


# --- the matrix ------------------------------------------------------------------------------------------------------


def list_routes(app):
    for found in iter_route_contexts(app.routes):
        name = getattr(found, "name", "") or ""
        if name.startswith("admin.") and name != "admin.code":
            for method in found.methods:
                yield name, method, re.sub(r"\{\w+\}", NOBODY, found.path)


def make_everybody(app):
    return {
        "learner": sign_in(app, sub="learner"),
        "staff": sign_in(app, sub="staff", is_staff=True),
        "administrator without the code": sign_in(app, sub="plain-admin", is_administrator=True),
        "admin who launched as a learner": sign_in(app, sub="admin-as-learner", rights=[Right.LMS_ADMIN]),
        "admin": make_admin(app),
        "office": sign_in(app, sub="office", rights=[Right.OFFICE]),
        "somebody acting as the admin": sign_in(
            app, sub="admin", is_administrator=True, is_masqueraded=True, name="Ari Admin"
        ),
        "somebody acting as the office": sign_in(app, sub="office", is_masqueraded=True),
    }


def test_s36_each_page_opens_for_its_own_kind_of_person_and_is_missing_for_all_others(app):
    everybody = make_everybody(app)
    routes = list(list_routes(app))
    assert {"admin.people", "admin.log", "admin.courses", "admin.decide_course"} <= {name for name, _, _ in routes}
    for name, method, path in routes:
        owner = "office" if path.startswith("/office/") else "admin"
        for who, here in everybody.items():
            answer = here.get(path) if method == "GET" else here.post(path)
            told_first = method == "POST" and "acting" in who  # that nothing is written in another's name
            if who != owner:
                assert answer.status_code == (403 if told_first else 404), (name, method, who)
            elif method == "GET":
                assert answer.status_code == (404 if NOBODY in path else 200), (name, method, who)


def test_s36_a_missing_right_looks_like_a_missing_page(app):
    learner = sign_in(app)
    for path in ("/admin/people", "/admin/log", "/office/courses"):
        theirs, missing = learner.get(path), learner.get(f"/courses/{NOBODY}/people")
        assert strip_varying(theirs.text.replace(path, "")) == strip_varying(
            missing.text.replace(f"/courses/{NOBODY}/people", "")
        )
