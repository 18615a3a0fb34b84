"""Dynamic registration: Moodle's and Canvas's endpoint, and the walk that `./dev run` makes without a human."""

import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.practice_lms.jose import sign_compact
from app.practice_lms.registering import RegistrationFailed, register_tool
from app.practice_lms.words import ALL_SCOPES, CANVAS, SCORE, TOOL_CONFIGURATION
from tests.unit.practice_lms.right_tool import TOOL, RightTool

INVITATION = f"{TOOL}/lti/register/secret?lang=en"


def build_metadata(**changes: Any):
    metadata = {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{TOOL}/lti/login",
        "redirect_uris": [f"{TOOL}/lti/launch"],
        "client_name": "Cairn",
        "jwks_uri": f"{TOOL}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(ALL_SCOPES),
        TOOL_CONFIGURATION: build_tool(),
        **changes,
    }
    return {name: value for name, value in metadata.items() if value is not None}


def build_tool(**changes: Any):
    tool = {
        "domain": "127.0.0.1:8000",
        "description": "Coach training",
        "target_link_uri": f"{TOOL}/lti/launch",
        "custom_parameters": {"label": "$Context.label"},
        "claims": ["iss", "sub", "name", "given_name", "family_name", "email"],
        "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": f"{TOOL}/lti/launch"}],
        **changes,
    }
    return {name: value for name, value in tool.items() if value is not None}


class ToolPages:
    """A tool's registration pages as a browser sees them: one page with a form, then the registration itself."""

    def __init__(self, lms: RightTool, *, pages: int = 1, metadata=None) -> None:
        self.lms, self.left, self.metadata = lms, pages, metadata or build_metadata()
        self.query: dict[str, list[str]] = {}
        self.headers: list[dict[str, str]] = []

    def get(self, url, *, headers):
        self.query = parse_qs(urlsplit(url).query)
        return self._answer(url, headers)

    def post(self, url, *, data, headers):
        assert data["csrf"] == "c"
        return self._answer(url, headers)

    def _answer(self, url, headers):
        self.headers.append(headers)
        if self.left:
            self.left -= 1
            hidden = '<input type="hidden" name="csrf" value="c">'
            form = f'<form method="post" action="next">{hidden}<button>Go</button></form>'
            return SimpleNamespace(status_code=200, text=form, url=url)
        self.lms.client.get(self.query["openid_configuration"][0])
        token = self.query["registration_token"][0]
        urls = self.lms.platform.urls
        self.lms.client.post(urls.registration, json=self.metadata, headers={"Authorization": f"Bearer {token}"})
        return SimpleNamespace(status_code=200, text="Done", url=url)


def post(tool, metadata, *, client_id=None, token=None):
    query = tool.platform.temper.registration_query(tool.platform, client_id=client_id)
    headers = {"Authorization": f"Bearer {token or query['registration_token']}"}
    return tool.client.post(tool.platform.urls.registration, json=metadata, headers=headers)


@pytest.fixture(params=["moodle", "canvas"])
def site(request, clock):
    return RightTool(request.param, clock)


@pytest.mark.parametrize("pages", [0, 1, 3])
def test_a_tool_is_registered_without_a_human(site, pages):
    walk = ToolPages(site, pages=pages)
    registration = register_tool(site.platform, INVITATION, browser=walk)
    assert registration is site.platform.registration
    assert registration.config.client_name == "Cairn"
    assert walk.query["lang"] == ["en"]
    assert walk.headers[0]["Sec-Fetch-Site"] == "cross-site"
    assert all(one["Origin"] == TOOL for one in walk.headers[1:])


def test_pages_that_end_without_a_registration_are_a_failure(site):
    walk = ToolPages(site, metadata={"client_name": "nothing"})
    with pytest.raises(RegistrationFailed):
        register_tool(site.platform, INVITATION, browser=walk)
    with pytest.raises(RegistrationFailed):
        register_tool(site.platform, INVITATION, browser=ToolPages(site, pages=99))


def test_a_new_tool_waits_for_an_administrator(site):
    client_id = post(site, build_metadata()).json()["client_id"]
    assert not site.platform.registration.is_active
    assert "Pending" in site.client.get("/registration").text
    site.client.post("/registration/activate", data={"client_id": client_id})
    assert site.platform.registration.is_active
    assert "Pending" not in site.client.get("/registration").text


def test_an_update_keeps_the_client_id(site):
    first = post(site, build_metadata()).json()
    site.platform.activate(first["client_id"])
    post(site, build_metadata(client_name="Renamed"), client_id=first["client_id"])
    site.platform.activate(first["client_id"])
    assert site.platform.registration.client_id == first["client_id"]
    assert site.platform.registration.config.client_name == "Renamed"


def test_a_canvas_update_waits_and_is_answered_with_the_old_values(canvas):
    first = post(canvas, build_metadata()).json()
    answer = post(canvas, build_metadata(client_name="Renamed"), client_id=first["client_id"]).json()
    assert (answer["client_id"], answer["client_name"]) == (first["client_id"], "Cairn")


def test_a_registration_token_works_once(site):
    token = site.platform.temper.registration_query(site.platform, client_id=None)["registration_token"]
    assert post(site, build_metadata(), token=token).status_code == 200
    assert post(site, build_metadata(), token=token).status_code in {401, 422}
    assert len(site.platform.registrations.list_all(site.platform.temper.name)) == 1


def test_a_registration_token_lives_an_hour(site, clock):
    token = site.platform.temper.registration_query(site.platform, client_id=None)["registration_token"]
    clock.pass_by(minutes=61)
    assert post(site, build_metadata(), token=token).status_code >= 400


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"response_types": ["code"]}, "invalid_response_types"),
        ({"initiate_login_uri": None}, "missing_initiate_login_uri"),
        ({"redirect_uris": "x"}, "invalid_redirect_uris"),
        ({"client_name": None}, "missing_client_name"),
        ({"jwks_uri": None}, "missing_jwks_uri"),
        ({"token_endpoint_auth_method": "none"}, "invalid_token_endpoint_auth_method"),
        ({"application_type": "native"}, "invalid_application_type"),
        ({TOOL_CONFIGURATION: None}, "missing_lti_tool_configuration"),
        ({TOOL_CONFIGURATION: build_tool(domain=None)}, "missing_domain"),
        ({TOOL_CONFIGURATION: build_tool(domain="127.0.0.1")}, "domain_targetlinkuri_mismatch"),
    ],
)
def test_moodle_refuses_with_one_bare_word(moodle, changes, word):
    answer = post(moodle, build_metadata(**changes))
    assert (answer.status_code, answer.text) == (400, word)
    assert answer.headers["content-type"].startswith("text/html")


def test_moodle_without_a_token_or_with_a_foreign_one(moodle):
    assert moodle.client.post("/mod/lti/openid-registration.php", json={}).text == "missing_registration_token"
    forged = sign_compact({"scope": "reg"}, {"alg": "RS256", "kid": "x"}, key=moodle.key.private_key, algorithm="RS256")
    assert post(moodle, build_metadata(), token=forged).status_code == 404
    launch = moodle.platform.sign(moodle.platform.claims("5", "1"))
    assert post(moodle, build_metadata(), token=launch).status_code == 404


def test_moodle_maps_scopes_and_claims(moodle):
    post(moodle, build_metadata(scope=f"{SCORE} https://example.test/unknown", **{
        TOOL_CONFIGURATION: build_tool(claims=["sub", "name"], custom_parameters={"eq": "a=b"}),
    }))  # fmt: skip
    moodle.platform.registration.is_active = True
    newest = moodle.platform.registrations.list_all("moodle")[-1]
    assert newest.config.scopes == (SCORE,)
    assert (newest.shares_names(), newest.shares_email()) == (True, False)
    assert newest.config.custom_parameters == {"eq": "a=b"}


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "openid"},
        {"scope": "https://example.test/unknown"},
        {"grant_types": ["implicit"]},
        {"contacts": ["nobody"]},
        {TOOL_CONFIGURATION: build_tool(custom_parameters={"n": 1})},
        {TOOL_CONFIGURATION: build_tool(target_link_uri="http://elsewhere/launch")},
        {TOOL_CONFIGURATION: build_tool(claims=None)},
        {TOOL_CONFIGURATION: build_tool(messages=None)},
        {TOOL_CONFIGURATION: build_tool(domain="http://127.0.0.1:8000")},
        {TOOL_CONFIGURATION: build_tool(**{f"{CANVAS}privacy_level": "everything"})},
        {
            TOOL_CONFIGURATION: build_tool(
                messages=[{"type": "LtiDeepLinkingRequest", f"{CANVAS}visibility": "teachers"}]
            )
        },
        {
            TOOL_CONFIGURATION: build_tool(
                messages=[{"type": "LtiResourceLinkRequest", "placements": ["editor_button"]}]
            )
        },
    ],
)
def test_canvas_refuses_the_whole_request(canvas, changes):
    before = canvas.platform.registrations.list_all("canvas")
    answer = post(canvas, build_metadata(**changes))
    assert (answer.status_code, bool(answer.json()["errors"])) == (422, True)
    assert canvas.platform.registrations.list_all("canvas") == before


@pytest.mark.parametrize("name", ["course_navigation", "https://canvas.instructure.com/lti/course_navigation"])
def test_canvas_takes_short_and_long_placements_and_the_first_message_wins(canvas, name):
    messages = [
        {"type": "LtiResourceLinkRequest", "target_link_uri": f"{TOOL}/lti/launch?first", "placements": [name]},
        {"type": "LtiResourceLinkRequest", "target_link_uri": f"{TOOL}/lti/launch?second", "placements": [name]},
    ]
    answer = post(canvas, build_metadata(**{TOOL_CONFIGURATION: build_tool(messages=messages)}))
    registration = canvas.platform.activate(answer.json()["client_id"])
    assert [one.target_link_uri for one in registration.config.messages] == [f"{TOOL}/lti/launch?first"]
    assert canvas.platform.start_navigation("5", "2")["target_link_uri"] == f"{TOOL}/lti/launch?first"


@pytest.mark.parametrize(
    ("claims", "level"),
    [(["sub"], "anonymous"), (["name"], "name_only"), (["email"], "email_only"), (["name", "email"], "public")],
)
def test_canvas_infers_the_privacy_level_from_the_claims(canvas, claims, level):
    post(canvas, build_metadata(**{TOOL_CONFIGURATION: build_tool(claims=claims)}))
    assert canvas.platform.registrations.list_all("canvas")[-1].config.privacy_level == level


def test_the_canvas_configuration_wants_its_token(canvas):
    url = canvas.platform.urls.configuration
    query = canvas.platform.temper.registration_query(canvas.platform, client_id=None)
    bearer = {"Authorization": f"Bearer {query['registration_token']}"}
    assert canvas.client.get(url).status_code == 401
    assert canvas.client.get(query["openid_configuration"]).json()["token_endpoint"] == canvas.platform.urls.token
    assert canvas.client.get(url, headers=bearer).status_code == 200
    assert canvas.client.get(f"{url}?registration_token=forged").status_code == 401


def test_the_page_opens_a_pasted_link_in_a_frame_that_its_policy_allows(site):
    page = site.client.post("/registration", data={"url": "https://tool.test/register/x"})
    assert "openid_configuration=" in page.text
    assert "https://tool.test" in page.headers["content-security-policy"]
    assert "no web address" in site.client.post("/registration", data={"url": "javascript:alert(1)"}).text


def test_registering_over_http_tells_what_went_wrong(moodle):
    answer = moodle.client.post("/practice/register", data={"url": "http://127.0.0.1:9/lti/register/x"})
    assert answer.status_code == 422
    assert "problem" in json.loads(answer.text)
