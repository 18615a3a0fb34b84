"""The operator's console: one link, one session of its own kind, and what is decided there."""

import re

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import select
from typer.testing import CliRunner

from app.cli.commands import cairn
from app.lti.models import Deployment, Registration
from app.main import create_app
from app.membership.models import Platform
from app.membership.roles import Right
from app.web import operators
from tests.clients import Client
from tests.every_admin_page import open_console
from tests.lti_kit import sign_in

NOBODY = "00000000-0000-4000-8000-000000000000"


def mint(app) -> str:
    with app.state.house.database.writing() as db:
        return f"/operator/enter/{operators.mint_link(db, now=app.state.house.clock())}"


def test_the_command_prints_a_link_that_opens_the_console_once(settings, monkeypatch):
    """S30."""
    for name in ("database_url", "base_url", "env"):
        monkeypatch.setenv(f"CAIRN_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("CAIRN_SECRET_KEY", settings.secret_key.get_secret_value())
    link = CliRunner().invoke(cairn, ["admin-link"]).stdout.strip().splitlines()[-1]
    assert re.fullmatch(r"https://cairn\.test/operator/enter/[\w-]{43}", link)
    app = create_app(settings)
    here, other = (Client(app, base_url="https://cairn.test", follow_redirects=False) for _ in range(2))
    assert here.get(link).status_code == here.get(link).status_code == 200
    opened = here.post(link)
    assert (opened.status_code, opened.headers["location"]) == (303, "/operator")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <= set(opened.headers["set-cookie"].split("; "))
    assert opened.headers["set-cookie"].startswith("__Host-cairn-operator=")
    assert here.get("/operator").status_code == 200
    assert [other.post(link).status_code, other.get(link).status_code] == [401, 401]
    assert other.get("/operator").status_code == 401
    app.state.house.database.close()


def test_a_link_ends_after_a_quarter_of_an_hour_and_a_session_after_half_an_hour(app, clock, browser):
    late = mint(app)
    clock.pass_by(minutes=16)
    assert browser().post(late).status_code == 401
    console = open_console(app)
    clock.pass_by(minutes=29)
    assert console.get("/operator").status_code == 200
    clock.pass_by(minutes=29)
    assert console.get("/operator").status_code == 200
    clock.pass_by(minutes=31)
    assert console.get("/operator").status_code == 401
    busy = open_console(app)
    for _ in range(24):
        clock.pass_by(minutes=20)
        last = busy.get("/operator").status_code
    assert last == 401


def test_leaving_ends_the_session_at_once(app):
    """S33."""
    console = open_console(app)
    token = console.client.cookies.get("__Host-cairn-operator")
    console.post("/operator/leave")
    console.client.cookies.set("__Host-cairn-operator", token, domain="cairn.test")
    assert console.get("/operator").status_code == 401


def test_s36_no_person_of_an_lms_opens_the_console_and_the_operator_no_page_of_theirs(app):
    people = [
        sign_in(app, sub="learner"),
        sign_in(app, sub="admin", is_administrator=True, rights=[Right.LMS_ADMIN, Right.OFFICE]),
    ]
    console = open_console(app)
    routes = [c for c in iter_route_contexts(app.routes) if (getattr(c, "name", "") or "").startswith("operator.")]
    assert len(routes) > 8
    for route in routes:
        path = re.sub(r"\{\w+\}", NOBODY, route.path)
        for here in people:
            answer = here.get(path) if "GET" in route.methods else here.post(path)
            assert answer.status_code == 401, (route.name, answer.status_code)
    assert [console.get(path).status_code for path in ("/", "/admin", "/office/courses")] == [401, 401, 401]


def test_a_form_of_another_site_or_another_session_changes_nothing(app):
    """S31."""
    console, other = open_console(app), open_console(app)
    foreign = console.client.post("/operator/invitations", data={"name": "Evil U", "csrf": "x"})
    assert foreign.status_code == 403
    token = re.search(r'name="csrf" value="([^"]+)"', other.get("/operator").text)[1]
    assert console.client.post("/operator/invitations", data={"name": "Evil U", "csrf": token}).status_code == 403
    own = re.search(r'name="csrf" value="([^"]+)"', console.get("/operator").text)[1]
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.test"}):
        answer = console.client.post("/operator/invitations", data={"name": "Evil U", "csrf": own}, headers=headers)
        assert answer.status_code == 403
    assert "Evil U" not in console.get("/operator").text


def test_s31_every_form_of_the_console_asks_for_its_own_token_from_its_own_site(app):
    """From the table of routes, so that none is forgotten; a session of the console goes with no other one's token."""
    console, other = open_console(app), open_console(app)
    theirs, own = (
        re.search(r'name="csrf" value="([^"]+)"', here.get("/operator").text)[1] for here in (other, console)
    )
    named = [(route, getattr(route, "name", "") or "") for route in iter_route_contexts(app.routes)]
    forms = {
        route.path for route, name in named
        if name.startswith("operator.") and name != "operator.enter" and "POST" in route.methods
    }  # fmt: skip
    assert len(forms) > 5
    for form in forms:
        path = re.sub(r"\{\w+\}", NOBODY, form)
        for fields, headers in (
            ({}, {}), ({"csrf": theirs}, {}), ({"csrf": own}, {"sec-fetch-site": "cross-site"}),
            ({"csrf": own}, {"origin": "https://evil.test"}),
        ):  # fmt: skip
            answer = console.client.post(path, data=fields, headers=headers)
            assert answer.status_code == 403, (form, fields, headers)
    assert console.get("/operator").status_code == 200


def test_no_page_of_the_console_is_ever_framed(app, browser):
    """S29."""
    console = open_console(app)
    for answer in (console.get("/operator"), browser().get("/operator"), browser().get(mint(app))):
        assert answer.headers["content-security-policy"].endswith("frame-ancestors 'none'")


def test_the_operator_invites_an_institution_and_withdraws_the_links(app):
    console = open_console(app)
    page = console.post("/operator/invitations", name="  St.   Elsewhere ").text
    link = re.search(r'<code class="code"[^>]*>https://cairn.test(/lti/register/[^<]+)</code>', page)[1]
    assert "St. Elsewhere" in console.get("/operator").text
    visitor = Client(app, base_url="https://cairn.test")
    assert visitor.get(link).status_code == 200
    address = re.search(r'href="(/operator/institutions/[^"]+)"', console.get("/operator").text)[1]
    assert "works until" in console.get(address).text
    console.post(f"{address}/withdraw")
    assert visitor.get(link).status_code == 403
    assert "works until" not in console.get(address).text


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\u202eb"])
def test_what_is_no_name_is_refused_in_words(app, name):
    refused = open_console(app).post("/operator/invitations", name=name)
    assert (refused.status_code, "Write the institution" in refused.text) == (422, True)


@pytest.mark.parametrize("right", ["lms-admin", "office"])
def test_the_operator_makes_a_code_that_works(app, right):
    admin, console = sign_in(app, is_administrator=True), open_console(app)
    address = re.search(r'href="(/operator/institutions/[^"]+)"', console.get("/operator").text)[1]
    code = re.search(r'<code class="code"[^>]*>([^<]+)</code>', console.post(f"{address}/code", right=right).text)[1]
    assert admin.post("/admin/code", code=code).status_code == 303
    assert admin.get("/admin" if right == "lms-admin" else "/office/courses").status_code == 200
    assert console.post(f"{address}/code", right="owner").status_code == 404


def test_the_operator_closes_and_opens_a_connection(tool):
    learner, console = tool.launch_as("learner"), open_console(tool.app)
    with tool.house.database.reading() as db:
        uuid = db.scalars(select(Registration.uuid)).one()
    assert console.post(f"/operator/connections/{uuid}", state="closed").status_code == 303
    assert learner.get("/").status_code == 401
    assert console.post(f"/operator/connections/{uuid}", state="half").status_code == 404
    console.post(f"/operator/connections/{uuid}", state="open")
    assert tool.browser().launch().status_code == 303


def test_a_deployment_that_waits_is_given_to_one_institution_for_good(tool):
    with tool.house.database.writing() as db:
        row = db.get_one(Registration, tool.platform.registration_id)
        site, row.platform_id = db.get_one(Platform, row.platform_id).uuid, None
    console = open_console(tool.app)
    assert tool.browser().launch().status_code == 403
    page = console.get("/operator").text
    address = re.search(r'action="(/operator/deployments/[^"]+)"', page)[1]
    for bad in (NOBODY, "x", ""):
        assert console.post(address, site=bad).status_code == 404
    assert console.post(address, site=str(site)).status_code == 303
    assert tool.browser().launch().status_code == 303
    assert console.post(address, site=str(site)).status_code == 404
    assert "Deployments that wait" not in console.get("/operator").text
    with tool.house.database.reading() as db:
        assert db.scalars(select(Deployment.platform_id)).one() is not None
    console.post(f"/operator/connections/{_registration_of(tool)}", state="closed")
    assert tool.browser().launch().status_code in {400, 403}


def _registration_of(tool):
    with tool.house.database.reading() as db:
        return db.get_one(Registration, tool.platform.registration_id).uuid


@pytest.mark.parametrize("what", ["institutions", "connections", "deployments"])
def test_unknown_ids_lead_nowhere(app, what):
    console = open_console(app)
    endings = {"institutions": ("/code", "/withdraw"), "connections": ("",), "deployments": ("",)}[what]
    for ending in endings:
        path = f"/operator/{what}/{NOBODY}{ending}"
        assert console.post(path, right="office", state="open", site=NOBODY).status_code == 404
    assert console.get(f"/operator/institutions/{NOBODY}").status_code == 404
