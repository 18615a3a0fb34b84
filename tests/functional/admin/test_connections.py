"""What an LMS admin does to a connection: close and open it, name frames, record a launch, take the diagnosis."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from app.lti.models import LaunchRecord, Registration
from app.membership.roles import Right
from tests.every_page import strip_varying
from tests.lti_kit import AGS_CLAIM, AGS_SCOPE, CLAIM, LEARNER, sign_in

ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
PLACES = ("", "/close", "/open", "/resend", "/origins", "/origins/remove", "/policy", "/anonymous")


def make_admin(app, institution="Test University", sub="admin"):
    return sign_in(
        app, sub=sub, name="Ari Admin", institution=institution, is_administrator=True, rights=[Right.LMS_ADMIN]
    )


def launch_as_admin(tool, **more: Any):
    admin = tool.launch_as("boss", roles=[ADMINISTRATOR, LEARNER], **more)
    sign_in(tool.app, sub="boss", is_administrator=True, rights=[Right.LMS_ADMIN])
    return admin


def address_of(app, admin) -> str:
    with app.state.house.database.reading() as db:
        uuid = db.scalars(select(Registration.uuid).where(Registration.platform_id == admin.user.platform_id)).one()
    return f"/admin/connections/{uuid}"


def frames(answer) -> str:
    return answer.headers["content-security-policy"].split("frame-ancestors ")[1]


def test_s33_closing_a_connection_ends_every_session_from_there_at_once(tool):
    learner, other = tool.launch_as("learner"), sign_in(tool.app, institution="Other College")
    admin = launch_as_admin(tool)
    closed = admin.post(f"{address_of(tool.app, admin)}/close")
    assert "You too" in closed.text
    assert [here.get("/").status_code for here in (learner, admin, other)] == [401, 401, 200]
    assert tool.browser().launch().status_code in {400, 403}


def test_a_closed_connection_is_opened_again_by_an_admin_of_another(tool):
    admin = launch_as_admin(tool)
    address = address_of(tool.app, admin)
    second = tool.add_platform(issuer="https://second.test", client_id="second")
    other = tool.launch_as("boss-2", platform=second, roles=[ADMINISTRATOR])
    house = tool.house
    with house.database.writing() as db:
        from app.membership.service import grant  # noqa: PLC0415

        grant(db, user=other.user, right=Right.LMS_ADMIN, by=None, now=house.clock())
    assert other.post(f"{address}/close").status_code == 303
    assert other.get(address).text.count("Open it again") == 1
    assert "Closed" in other.get("/admin").text
    assert other.post(f"{address}/open").status_code == 303
    assert tool.browser().launch().status_code == 303
    log = other.get("/admin/log").text
    assert "closed the connection to lms.test" in log
    assert "opened the connection to lms.test again" in log


def test_s36_a_connection_of_another_institution_is_missing(app):
    ours, theirs = make_admin(app), make_admin(app, institution="Other College")
    address = address_of(app, theirs)
    for place in PLACES:
        answer = ours.post(address + place, policy="closed", state="open") if place else ours.get(address)
        assert answer.status_code == 404, place
    assert theirs.get(address).status_code == 200
    assert "Other College" not in ours.get("/admin").text


def test_a_second_name_of_the_lms_may_frame_the_next_launch(tool):
    admin = launch_as_admin(tool)
    address = address_of(tool.app, admin)
    assert "https://learn.example.edu" not in frames(tool.launch_as("learner").get("/"))
    assert admin.post(f"{address}/origins", origin="learn.example.edu/some/course?x=1").status_code == 303
    assert "https://learn.example.edu" in frames(tool.launch_as("learner").get("/")).split()
    admin.post(f"{address}/origins/remove", origin="https://learn.example.edu")
    assert "https://learn.example.edu" not in frames(tool.launch_as("learner").get("/"))


@pytest.mark.parametrize(
    "bad", ["", "*", "https://*.example.edu", "http://plain.example.edu", "https://a b", "'none'", "javascript:x",
            "https://user@evil.example", "x" * 5000, "https://a.example; script-src *"],
)  # fmt: skip
def test_what_is_no_host_is_refused_in_words_and_stays_in_the_field(app, bad):
    admin = make_admin(app)
    refused = admin.post(f"{address_of(app, admin)}/origins", origin=bad)
    assert refused.status_code == 422
    assert "This is no address" in refused.text


def test_fifteen_hosts_are_the_most(app):
    admin = make_admin(app)
    address = address_of(app, admin)
    for number in range(15):
        assert admin.post(f"{address}/origins", origin=f"https://l{number}.example.edu").status_code == 303
    refused = admin.post(f"{address}/origins", origin="https://one-more.example.edu")
    assert (refused.status_code, "There are 15 already" in refused.text) == (422, True)
    admin.post(f"{address}/origins/remove", origin="https://l3.example.edu")
    assert admin.post(f"{address}/origins", origin="https://one-more.example.edu").status_code == 303


# --- deployments and permissions -------------------------------------------------------------------------------------


def let_in(admin, address, state="open"):
    action = re.search(rf'action="({address}/deployments/[^"]+)"', admin.get(address).text.split("waits for you")[1])[1]
    return admin.post(action, state=state)


def test_a_new_deployment_waits_where_the_admin_wants_to_see_it_first(tool):
    admin = launch_as_admin(tool)
    address = address_of(tool.app, admin)
    assert admin.post(f"{address}/policy", policy="approval").status_code == 303
    assert tool.browser().launch(deployment_id="new").status_code == 403
    assert "Nobody can open Cairn from there yet" in admin.get("/admin").text
    assert let_in(admin, address).status_code == 303
    assert "Everything works." in admin.get("/admin").text
    assert tool.browser().launch(deployment_id="new").status_code == 303
    log = admin.get("/admin/log").text
    assert "let deployment new in" in log
    assert "New deployments wait for an LMS admin" in log


def test_a_closed_deployment_lets_nobody_in_until_it_is_opened(tool):
    admin = launch_as_admin(tool)
    address = address_of(tool.app, admin)
    (action,) = re.findall(rf'action="({address}/deployments/[^"]+)"', admin.get(address).text)
    admin.post(action, state="closed")
    assert tool.browser().launch().status_code == 403
    assert "closed, since" in admin.get(address).text
    admin.post(action, state="open")
    assert tool.browser().launch().status_code == 303


def test_s36_deployments_are_decided_by_their_own_institution_alone(tool):
    admin = launch_as_admin(tool)
    address = address_of(tool.app, admin)
    (action,) = re.findall(rf'action="({address}/deployments/[^"]+)"', admin.get(address).text)
    stranger = make_admin(tool.app, institution="Other College")
    foreign = address_of(tool.app, stranger)
    ours = action.rpartition("/")[2]
    assert stranger.post(action, state="closed").status_code == 404
    assert stranger.post(f"{foreign}/deployments/{ours}", state="closed").status_code == 404
    assert stranger.post(f"{address}/policy", policy="closed").status_code == 404
    for bad in ("", "half"):
        assert admin.post(action, state=bad).status_code == 404
        assert admin.post(f"{address}/policy", policy=bad).status_code == 404
    assert tool.browser().launch().status_code == 303


def test_launches_without_a_user_open_a_page_where_the_admin_allows_it(tool):
    admin = launch_as_admin(tool)
    address = address_of(tool.app, admin)
    refused = tool.browser().launch(sub=...)
    assert refused.status_code == 400
    assert admin.post(f"{address}/anonymous", state="open").status_code == 303
    assert tool.browser().launch(sub=...).status_code == 200
    assert admin.post(f"{address}/anonymous", state="maybe").status_code == 404
    admin.post(f"{address}/anonymous", state="closed")
    assert tool.browser().launch(sub=...).status_code == 400
    log = admin.get("/admin/log").text
    assert "lets launches without a user open a page on lms.test" in log
    assert "refuses launches without a user on lms.test" in log


def test_what_was_asked_stands_beside_what_is_granted(tool):
    scope = f"{AGS_SCOPE}score"
    admin = launch_as_admin(tool, **{AGS_CLAIM: {"scope": [scope], "lineitem": "https://lms.test/item/1"}})
    with tool.house.database.writing() as db:
        row = db.get_one(Registration, tool.platform.registration_id)
        row.scopes_asked, row.scopes_granted = f"{scope} {AGS_SCOPE}result.readonly", scope
    page = admin.get(address_of(tool.app, admin)).text
    cells = {
        name: re.findall(r"data-of=[^>]*>([^<]+)<", rest)[:3]
        for name in ("Send completions", "See whether a completion arrived")
        for rest in [page.split(f">{name}<")[1]]
    }
    assert cells == {
        "Send completions": ["yes", "yes", "yes"],
        "See whether a completion arrived": ["yes", "no", "not yet"],
    }


# --- what we received ------------------------------------------------------------------------------------------------

SECRETS = ("Amara Okonkwo", "amara@example.test", "boss", "SIS-4711", "Okonkwo")


def test_a_recorded_launch_shows_its_form_and_nobodys_data(tool, clock):
    admin = launch_as_admin(tool)
    assert "Record my next launch" in admin.get("/admin/received").text
    assert admin.post("/admin/received").status_code == 303
    assert "Waiting for your next launch" in admin.get("/admin/received").text
    again = tool.launch_as(
        "boss", roles=[ADMINISTRATOR, LEARNER], name="Amara Okonkwo", email="amara@example.test",
        lis={"person_sourcedid": "SIS-4711"}, custom={"cairn_key": "home", "x": "$Unknown.variable", "who": "Okonkwo"},
        **{AGS_CLAIM: {"scope": [f"{AGS_SCOPE}score"], "lineitem": "https://lms.test/item/boss"}},
    )  # fmt: skip
    page = again.get("/admin/received").text
    assert "Received on" in page
    main = strip_varying(page.split("<main")[1].split("</main>")[0])
    for shown in (
        ADMINISTRATOR,
        f"{AGS_SCOPE}score",
        f"{CLAIM}custom",
        "who (filled in)",
        "x (not filled in)",
        "email",
    ):
        assert shown in main, shown
    assert [secret for secret in SECRETS if secret in main] == []
    clock.pass_by(minutes=59)
    assert "Received on" in again.get("/admin/received").text
    clock.pass_by(minutes=2)
    assert "Received on" not in again.get("/admin/received").text


def test_only_the_person_who_asked_is_recorded_and_once(tool):
    admin = launch_as_admin(tool)
    tool.launch_as("boss", roles=[ADMINISTRATOR])
    assert tool.count(LaunchRecord) == (0,)
    admin.post("/admin/received")
    tool.launch_as("other-boss", roles=[ADMINISTRATOR])
    tool.launch_as("learner")
    assert "Waiting for your next launch" in admin.get("/admin/received").text
    first = tool.launch_as("boss", roles=[ADMINISTRATOR], custom={"first": "1"})
    tool.launch_as("boss", roles=[ADMINISTRATOR], custom={"second": "1"})
    page = first.get("/admin/received").text
    assert ("first (filled in)" in page, "second" in page) == (True, False)


def test_an_hour_later_nothing_is_recorded(tool, clock):
    launch_as_admin(tool).post("/admin/received")
    clock.pass_by(minutes=61)
    admin = tool.launch_as("boss", roles=[ADMINISTRATOR])
    page = admin.get("/admin/received").text
    assert ("Waiting" in page, "Received on" in page) == (False, False)


# --- the diagnosis ---------------------------------------------------------------------------------------------------


def test_the_diagnosis_is_a_file_without_personal_data(tool):
    learner = tool.launch_as("learner-sub-9", name="Lea Learner", email="lea@example.test")
    admin = launch_as_admin(tool, name="Amara Okonkwo")
    answer = admin.post("/admin/diagnosis")
    assert answer.headers["content-disposition"].startswith("attachment")
    found = json.loads(answer.text)
    assert [one["site"] for one in found["connections"]] == ["lms.test"]
    assert {light["title"] for light in found["connections"][0]["lights"]} >= {"Launches", "Clock of the LMS"}
    assert not re.search(r"Lea|lea@|learner-sub|Amara|PRIVATE KEY", answer.text)
    assert learner.post("/admin/diagnosis").status_code == 404
    assert "downloaded the diagnosis" in admin.get("/admin/log").text
