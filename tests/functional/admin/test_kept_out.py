"""S39: an LMS admin keeps somebody out whom the LMS still sends, and lets them in again."""

import pytest

from app.membership.models import User
from app.membership.roles import Right
from app.membership.service import grant
from tests.attack_kit import code_of
from tests.lti_kit import sign_in

ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def admin(tool):
    """Of the institution whose platform `tool` is."""
    here = tool.launch_as("boss", roles=[ADMINISTRATOR])
    with tool.house.database.writing() as db:
        grant(db, user=db.get_one(User, here.user.id), right=Right.LMS_ADMIN, by=None, now=tool.clock())
    return here


def test_s39_whoever_is_kept_out_is_out_at_once_and_stays_out_until_let_in(tool, admin):
    first, second, other = (tool.launch_as(sub) for sub in ("ada", "ada", "bob"))
    person = str(first.user.uuid)
    assert admin.post("/admin/people/out", person=person).status_code == 303
    assert [here.get("/").status_code for here in (first, second, other)] == [401, 401, 200]
    refused = tool.browser().launch(sub="ada")
    assert (refused.status_code, code_of(refused)) == (403, "person-blocked")
    page = admin.get("/admin/people").text
    assert f'value="{person}"' in page
    assert "Let in again" in page
    assert admin.post("/admin/people/in", person=person).status_code == 303
    assert [here.get("/").status_code for here in (first, second)] == [401, 401]
    assert tool.launch_as("ada").get("/").status_code == 200
    log = admin.get("/admin/log").text
    assert log.index("let Ada Learner in again") < log.index("keeps Ada Learner out")


def test_nobody_shuts_themselves_out_and_nobody_reaches_another_institution(app):
    mine = sign_in(app, sub="boss", is_administrator=True, rights=[Right.LMS_ADMIN])
    theirs = sign_in(app, sub="ada", institution="Other College")
    for person in (str(mine.user.uuid), str(theirs.user.uuid), NOBODY, "x"):
        assert mine.post("/admin/people/out", person=person).status_code == 404
    assert [here.get("/").status_code for here in (mine, theirs)] == [200, 200]


def test_only_an_lms_admin_keeps_people_out(app):
    ada = sign_in(app, sub="ada")
    office = sign_in(app, sub="office", rights=[Right.OFFICE])
    for here in (office, ada):
        assert here.post("/admin/people/out", person=str(ada.user.uuid)).status_code == 404
    assert ada.get("/").status_code == 200


def test_the_search_says_who_is_kept_out_and_offers_nothing_twice(app):
    admin = sign_in(app, sub="boss", name="Ari Admin", is_administrator=True, rights=[Right.LMS_ADMIN])
    ada = sign_in(app, sub="ada", name="Ada Learner")
    assert "Keep Ada Learner out" in admin.get("/admin/people?q=ada").text
    assert "Keep Ari Admin out" not in admin.get("/admin/people?q=ari").text
    admin.post("/admin/people/out", person=str(ada.user.uuid))
    page = admin.get("/admin/people?q=ada").text
    assert "is kept out" in page
    assert "Keep Ada Learner out" not in page
    assert "Add Ada Learner to the office" not in page
