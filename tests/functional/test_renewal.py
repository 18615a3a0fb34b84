"""“The same LMS as …?”: an LMS that is registered anew keeps its people; never those of another institution."""

import json
import re
from base64 import b64encode
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select

from app.lti.models import Registration
from app.lti.renewal import Candidate, guess
from app.membership.models import Platform
from app.practice_lms.registering import build_registration_url
from tests.clients import Client
from tests.lti_kit import find_or_make_registration
from tests.practice_kit import TOOL, Campus


def page_of(campus, link):
    return Client(campus.tool, base_url=TOOL).get(build_registration_url(campus.platform, link))


def press(campus, link, **answers: str):
    fields = {**campus.platform.temper.registration_query(campus.platform, client_id=None), **answers}
    return Client(campus.tool, base_url=TOOL).post(link, data=fields)


def read_answers(page) -> dict[str, bool]:
    """Each answer on offer, and whether it is chosen beforehand."""
    found = re.findall(r'name="same_as" value="([^"]+)"[^>]*?( checked)? required', page.text)
    return {value: bool(chosen) for value, chosen in found}


def list_platform_ids(campus):
    return [row.platform_id for row in campus.list_registrations()]


def test_a_first_registration_is_asked_nothing(campus):
    assert read_answers(page_of(campus, campus.invite())) == {}


def test_a_second_one_is_asked_and_its_people_go_on_where_it_is_the_same(campus):
    campus.register()
    link = campus.invite()
    answers = read_answers(page_of(campus, link))
    with campus.house.database.reading() as db:
        known = str(db.scalars(select(Platform.uuid)).one())
    assert set(answers) == {known, "another"}
    assert answers[known] is True
    assert press(campus, link, same_as=known).status_code == 200
    first, second = list_platform_ids(campus)
    assert first == second


def test_another_site_starts_anew(campus):
    campus.register()
    assert press(campus, campus.invite(), same_as="another").status_code == 200
    first, second = list_platform_ids(campus)
    assert first != second


def test_without_an_answer_the_addresses_decide(campus):
    campus.register()
    assert press(campus, campus.invite()).status_code == 200
    first, second = list_platform_ids(campus)
    assert first == second


def test_another_institution_is_neither_asked_about_it_nor_given_it(campus):
    campus.register()
    with campus.house.database.reading() as db:
        known = str(db.scalars(select(Platform.uuid)).one())
    link = campus.invite("Other University")
    assert read_answers(page_of(campus, link)) == {}
    for answer in (known, "../", "another\0"):
        page = press(campus, link, same_as=answer)
        assert page.status_code == 400, answer
    assert len(campus.list_registrations()) == 1
    assert len(campus.platform.registrations.list_all(campus.platform.temper.name)) == 1
    assert press(campus, link).status_code == 200
    first, second = list_platform_ids(campus)
    assert first != second


def test_by_hand_the_question_is_asked_before_anything_is_kept(settings, clock):
    campus = Campus(settings, clock)
    campus.register()
    urls, link, client = campus.platform.urls, campus.invite(), Client(campus.tool, base_url=TOOL)
    fields = {"issuer": urls.issuer, "client_id": "by-hand-1"}
    asked = client.post(f"{link}/moodle", data=fields)
    assert asked.status_code == 422
    assert "by-hand-1" in asked.text
    answers = read_answers(asked)
    assert len(campus.list_registrations()) == 1
    assert client.post(f"{link}/moodle", data={**fields, "same_as": next(iter(answers))}).status_code == 200
    first, second = list_platform_ids(campus)
    assert first == second
    campus.close()


def test_beta_and_production_of_a_canvas_are_two_sites(campus):
    """The same client id under another issuer is another registration, with people of its own."""
    known = campus.register()
    with campus.house.database.writing() as db:
        row = db.scalars(select(Registration)).one()
        row.issuer = "https://canvas.beta.instructure.com"
    assert press(campus, campus.invite()).status_code == 200
    rows = campus.list_registrations()
    assert len({row.platform_id for row in rows}) == len({row.issuer for row in rows}) == 2
    assert known.client_id == rows[0].client_id


def test_of_a_shared_issuer_only_the_same_host_is_taken_for_the_same():
    """Two schools of one institution on hosted Canvas: the issuer says nothing, their own hosts do."""
    now = datetime(2026, 11, 22, tzinfo=UTC)
    issuer = "https://canvas.instructure.com"
    first, second = (
        Candidate(uuid4(), host, now, issuer, "", host) for host in ("one.instructure.com", "canvas.two.edu")
    )
    assert guess((first, second), host="canvas.two.edu") == second
    assert guess((first, second), host="three.instructure.com") is None
    assert guess((first, second), host="") is None
    own = Candidate(uuid4(), "own", now, issuer, "https://canvas.own.edu", "")
    assert guess((own,), host="") == own


def test_the_host_in_a_canvas_token_chooses_the_answer_beforehand(settings, clock):
    campus = Campus(settings, clock)
    for client_id, host in (("1", "one.instructure.com"), ("2", "canvas.two.edu")):
        with campus.house.database.writing() as db:
            row = find_or_make_registration(
                db, institution="Both", issuer="https://canvas.instructure.com", client_id=client_id, now=clock()
            )
            row.registration_url = f"https://{host}/api/lti/registrations"
            db.get_one(Platform, row.platform_id).name = host
    link, client = campus.invite("Both"), Client(campus.tool, base_url=TOOL)
    configuration = "https://canvas.instructure.com/api/lti/security/openid-configuration?registration_token=x"
    for named, chosen in (("canvas.two.edu", [True]), ("three.edu", []), (7, []), (None, [])):
        token = "e30." + b64encode(json.dumps({"root_account_domain": named}).encode()).decode().strip("=") + ".x"
        page = client.get(link, params={"openid_configuration": configuration, "registration_token": token})
        assert (page.status_code, len(read_answers(page))) == (200, 3)
        assert [one for one in read_answers(page).values() if one] == chosen, named
    for token in ("a.b.c", "..", "nothing", "e30.W10.x"):
        params = {"openid_configuration": configuration, "registration_token": token}
        assert client.get(link, params=params).status_code == 200, token
    campus.close()
