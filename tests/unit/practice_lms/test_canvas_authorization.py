"""What Canvas's temper gives and refuses at login and authorization."""

import pytest

from app.practice_lms.forms import read_form
from app.practice_lms.jose import verify_compact
from app.practice_lms.words import LTI
from tests.unit.practice_lms.right_tool import ISSUER, LMS, TOKEN_HOST


def read_claims(tool, form):
    keys = tool.client.get(tool.platform.urls.jwks).json()
    return verify_compact(form.fields["id_token"], keys).claims


def test_a_right_tool_is_launched_from_three_origins(canvas):
    form = canvas.launch()
    claims = read_claims(canvas, form)
    assert claims["iss"] == ISSUER
    assert claims["azp"] == claims["aud"] == canvas.platform.registration.client_id
    assert claims[LTI + "launch_presentation"]["return_url"].startswith(LMS)
    assert canvas.platform.urls.jwks.startswith(TOKEN_HOST)
    assert {"utf8", "authenticity_token", "lti_storage_target", "state"} <= set(form.fields)


@pytest.mark.parametrize(
    ("method", "path", "host"),
    [
        ("GET", "/api/lti/security/jwks", TOKEN_HOST),
        ("POST", "/login/oauth2/token", TOKEN_HOST),
        ("GET", "/api/lti/authorize_redirect", TOKEN_HOST),
        ("GET", "/api/lti/security/openid-configuration", ISSUER),
        ("POST", "/api/lti/registrations", LMS),
        ("GET", "/api/lti/courses/4402/names_and_roles", LMS),
    ],
)
def test_an_address_answers_on_its_own_host_only(canvas, method, path, host):
    found = {
        origin: canvas.client.request(method, origin + path).status_code != 404 for origin in (LMS, ISSUER, TOKEN_HOST)
    }
    assert found == {origin: origin == host for origin in (LMS, ISSUER, TOKEN_HOST)}


def test_the_token_is_made_at_login_and_up_to_five_minutes_old(canvas, clock):
    begun, made = canvas.start().fields, int(clock().timestamp())
    clock.pass_by(seconds=290)
    claims = read_claims(canvas, read_form(canvas.authorize(begun).text))
    assert (claims["iat"], claims["exp"]) == (made, made + 3600)


def test_after_five_minutes_or_a_second_time_the_launch_is_no_longer_valid(canvas, clock):
    begun = canvas.start().fields
    canvas.authorize(begun)
    replayed = read_form(canvas.authorize(begun).text)
    fresh = canvas.start().fields
    clock.pass_by(seconds=301)
    late = read_form(canvas.authorize(fresh).text)
    assert [form.fields["error"] for form in (replayed, late)] == ["launch_no_longer_valid"] * 2
    assert late.action == "http://127.0.0.1:8000/lti/launch"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"prompt": None}, "invalid_request_object"),
        ({"nonce": None}, "invalid_request_object"),
        ({"scope": "openid email"}, "invalid_request_object"),
        ({"response_mode": "query"}, "invalid_request_object"),
        ({"login_hint": "0" * 40}, "login_required"),
    ],
)
def test_errors_are_posted_to_the_tool(canvas, changes, error):
    form = read_form(canvas.authorize(canvas.start().fields, **changes).text)
    assert (form.fields["error"], form.fields["state"]) == (error, "state-1")
    assert "id_token" not in form.fields


def test_a_session_that_ended_is_login_required(canvas):
    begun = canvas.start().fields
    canvas.client.get("/as/6")
    assert read_form(canvas.authorize(begun).text).fields["error"] == "login_required"


@pytest.mark.parametrize(
    "changes",
    [{"redirect_uri": "http://127.0.0.1:8000/lti/launch?x=1"}, {"lti_message_hint": "abc"}, {"client_id": "1"}],
)
def test_what_the_tool_cannot_be_told_is_a_page(canvas, changes):
    answer = canvas.authorize(canvas.start().fields, **changes)
    assert (answer.status_code, "<form" in answer.text) == (400, False)


def test_a_key_that_is_off_is_unauthorized(canvas):
    begun = canvas.start().fields
    canvas.platform.registration.is_active = False
    assert read_form(canvas.authorize(begun).text).fields["error"] == "unauthorized_client"


def test_a_course_navigation_launch_is_no_link(canvas):
    form = read_form(canvas.client.get("/course/2/navigation").text)
    claims = read_claims(canvas, read_form(canvas.authorize(form.fields).text))
    assert claims[LTI + "resource_link"]["id"] == claims[LTI + "context"]["id"]
    assert "lineitem" not in claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]
    assert claims["https://www.instructure.com/placement"] == "course_navigation"


def test_an_account_navigation_launch_has_no_course(canvas):
    canvas.client.get("/as/2")
    form = read_form(canvas.client.get("/account/navigation").text)
    claims = read_claims(canvas, read_form(canvas.authorize(form.fields).text))
    assert claims[LTI + "context"]["type"] == ["Account"]
    assert "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint" not in claims
    assert LTI + "roles" in claims


def test_nobody_signed_in_launches_without_sub(canvas):
    canvas.client.get("/as/nobody")
    form = read_form(canvas.client.get("/course/2/navigation").text)
    claims = read_claims(canvas, read_form(canvas.authorize(form.fields).text))
    assert "sub" not in claims
    assert claims[LTI + "roles"] == ["http://purl.imsglobal.org/vocab/lis/v2/system/person#None"]


def test_an_administrator_who_acts_as_a_coach_is_told_by_two_variables(canvas):
    asked = {"id": "$Canvas.masqueradingUser.id", "sub": "$Canvas.masqueradingUser.userId"}
    canvas.register(custom_parameters=asked)
    plain = read_claims(canvas, canvas.launch())[LTI + "custom"]
    canvas.client.get("/as/5?acting=2")
    begun = read_form(canvas.client.get("/course/2/launch/1").text).fields
    acted = read_claims(canvas, read_form(canvas.authorize(begun).text))
    assert (plain["id"], plain["sub"]) == (asked["id"], asked["sub"])
    assert acted["sub"] == canvas.platform.sub_of("5")
    assert acted[LTI + "custom"]["sub"] == canvas.platform.sub_of("2")


def test_institution_roles_stand_beside_context_roles(canvas):
    roles = {person: canvas.platform.claims(person, "1")[LTI + "roles"] for person in ("4", "5", "8")}
    endings = {person: [role.rpartition("/")[2] for role in listed] for person, listed in roles.items()}
    assert "membership#Learner" in endings["5"]
    assert "person#Instructor" in endings["5"]
    assert {"Instructor#TeachingAssistant", "membership#Instructor"} <= set(endings["4"])
    assert "person#TestUser" in endings["8"]


def test_mobile_apps_get_no_storage_target(clock):
    from tests.unit.practice_lms.right_tool import RightTool  # noqa: PLC0415

    tool = RightTool("canvas", clock, storage="none")
    tool.register()
    begun = tool.start().fields
    assert "lti_storage_target" not in begun
    assert "lti_storage_target" not in read_form(tool.authorize(begun).text).fields
