"""The Canvas temper's claims and answers have the members and types of the documented ones."""

import json

import pytest

from app.practice_lms.canvas.discovery import build_configuration
from app.practice_lms.words import LINEITEM, LINEITEM_TYPE, MEMBERS, SCORE, TOOL_CONFIGURATION
from tests.unit.practice_lms.right_tool import RightTool
from tests.unit.practice_lms.shapes import assert_same_shape, read_sample

LTI = " > https://purl.imsglobal.org/spec/lti/claim/"
NO_MIGRATION = {LTI + "lti1p1 > resource_link_id": "nothing here was ever an LTI 1.1 link"}


@pytest.fixture
def asked():
    return read_sample("canvas/dynreg-request.json")["body"]


@pytest.fixture
def tool(clock, asked):
    made = RightTool("canvas", clock, auto_activate=True)
    made.register(custom_parameters=asked[TOOL_CONFIGURATION]["custom_parameters"])
    made.platform.links["1"].custom = {"content_key": "module:m2"}
    return made


def read_claims(name):
    return read_sample(f"canvas/id_token-{name}.json")["claims"]


@pytest.mark.parametrize(
    ("person", "sample", "more"),
    [
        ("5", "LtiResourceLinkRequest-student", NO_MIGRATION),
        ("3", "LtiResourceLinkRequest-teacher", NO_MIGRATION),
        ("4", "LtiResourceLinkRequest-teaching-assistant", {}),
        ("2", "LtiResourceLinkRequest-admin-not-enrolled", {}),
        ("8", "LtiResourceLinkRequest-student-view", {}),
    ],
)
def test_an_assignment_launch_has_the_members_and_types_of_the_sample(tool, person, sample, more):
    assert_same_shape(tool.platform.claims(person, "1"), read_claims(sample), except_for=more)


def test_navigation_launches_have_the_members_and_types_of_the_samples(tool):
    course = tool.platform.claims_of(tool.platform.navigation_of("5", "2"))
    assert_same_shape(course, read_claims("LtiResourceLinkRequest-course_navigation"))
    account = tool.platform.claims_of(tool.platform.navigation_of("2", None))
    assert_same_shape(account, read_claims("LtiResourceLinkRequest-account_navigation-admin"))
    nobody = tool.platform.claims_of(tool.platform.navigation_of(None, "2"))
    assert_same_shape(nobody, read_claims("LtiResourceLinkRequest-public-course-not-logged-in"))


def test_an_anonymous_and_a_masqueraded_launch_have_the_members_of_the_samples(tool, asked):
    acted = tool.platform.claims_of(tool.platform.launch_of("5", "1", acting_id="2"))
    assert_same_shape(acted, read_claims("LtiResourceLinkRequest-masqueraded"))
    tool.register(privacy_level="anonymous", custom_parameters=asked[TOOL_CONFIGURATION]["custom_parameters"])
    anonymous = tool.platform.claims("5", "1")
    assert_same_shape(anonymous, read_claims("LtiResourceLinkRequest-privacy-anonymous"))


@pytest.mark.parametrize(
    ("person", "sample"),
    [
        ("5", "student"),
        ("3", "teacher"),
        ("4", "teaching-assistant"),
        ("2", "admin-not-enrolled"),
        ("8", "student-view"),
    ],
)
def test_roles_are_the_samples(tool, person, sample):
    roles = "https://purl.imsglobal.org/spec/lti/claim/roles"
    ours, theirs = tool.platform.claims(person, "1")[roles], read_claims(f"LtiResourceLinkRequest-{sample}")[roles]
    assert sorted(ours) == sorted(theirs)  # the sample says of itself that its order means nothing


@pytest.mark.parametrize("placement", ["assignment_selection", "link_selection"])
def test_a_deep_linking_request_has_the_members_and_types_of_the_sample(tool, placement):
    samples_custom = read_claims(f"LtiDeepLinkingRequest-{placement}")[
        "https://purl.imsglobal.org/spec/lti/claim/custom"
    ]
    config = tool.platform.registration.config
    fewer = {key: value for key, value in config.custom_parameters.items() if key in samples_custom}
    tool.register(custom_parameters=fewer)
    claims = tool.platform.claims_of(tool.platform.deep_linking_of("3", "2", placement))
    sample = read_claims(f"LtiDeepLinkingRequest-{placement}")
    assert_same_shape(claims, sample)
    settings = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
    assert claims[settings]["accept_multiple"] == sample[settings]["accept_multiple"]


def test_a_login_initiation_has_the_samples_parameters(tool):
    assert list(tool.start().fields) == list(read_sample("canvas/oidc-login-initiation.json")["params"])


def test_the_configuration_has_the_samples_members(tool):
    ours, sample = build_configuration(tool.platform), read_sample("canvas/openid-configuration.json")["body"]
    assert_same_shape(ours, sample)
    assert set(ours["scopes_supported"]) < set(sample["scopes_supported"])


def test_a_token_response_has_the_samples_members(tool):
    assert_same_shape(tool.ask_token(SCORE).json(), read_sample("canvas/token-response.json")["body"])


def test_a_token_refusal_reads_like_the_samples(tool):
    samples = {one["body"]["error_description"] for one in read_sample("canvas/token-response.json")["errors"][:3]}
    ours = {
        tool.ask_token(SCORE, assertion=tool.build_assertion({"kid": "x"})).json()["error_description"],
        tool.ask_token(SCORE, assertion=tool.build_assertion(aud="x")).json()["error_description"],
    }
    assert ours < samples


def test_a_score_answer_and_its_refusals_have_the_samples_members(tool, clock):
    sample = read_sample("canvas/ags-score.json")
    request = sample["first_delivery"]["request"]["body"]
    request = {**request, "timestamp": clock().isoformat(), "submission": {"submittedAt": clock().isoformat()}}
    answer = tool.send_score(**{name: value for name, value in request.items() if name != "userId"})
    assert_same_shape(answer.json(), sample["first_delivery"]["body"])
    assert answer.headers["content-type"] == sample["first_delivery"]["_headers"]["Content-Type"]
    older = tool.send_score(timestamp="2026-11-01T00:00:00.000Z").json()
    assert_same_shape(older, sample["errors"][0]["body"])
    words = {
        one["body"]["errors"]["message"]
        for one in sample["errors"]
        if one["status"] == 422 and isinstance(one["body"]["errors"], dict)
    }
    assert tool.send_score(person="3").json()["errors"]["message"] in words
    assert tool.send_score(scoreMaximum=None).json()["errors"]["message"] in words


def test_line_items_have_the_samples_members(tool):
    sample = read_sample("canvas/ags-lineitems.json")
    headers = {**tool.bearer(LINEITEM), "Content-Type": LINEITEM_TYPE}
    url = "/api/lti/courses/4402/line_items"
    made = tool.client.post(url, content=json.dumps(sample["create"]["request"]["body"]), headers=headers)
    assert_same_shape(made.json(), sample["create"]["body"])
    listed = tool.client.get(f"{url}?resource_id=program%3Acoach-1", headers=headers)
    assert_same_shape(listed.json(), sample["list"]["body"])
    coupled = tool.client.get(f"{url}/9071?include[]=launch_url", headers=headers).json()
    without = {" > tag": "a seeded column has no tag", " > resourceId": "nor a resource id"}
    assert_same_shape(coupled, sample["show_with_launch_url"]["body"], except_for=without)


def test_the_roster_has_the_samples_members(tool):
    url = "/api/lti/courses/4402/names_and_roles"
    ours, sample = (
        tool.client.get(f"{url}?limit=100", headers=tool.bearer(MEMBERS)),
        read_sample("canvas/nrps-page1.json"),
    )
    assert ours.headers["content-type"] == sample["_headers"]["Content-Type"]
    assert_same_shape(ours.json(), sample["body"])


def test_the_roster_of_a_link_has_the_samples_members(tool, asked):
    tool.register(privacy_level="anonymous", custom_parameters=asked[TOOL_CONFIGURATION]["custom_parameters"])
    url = f"/api/lti/courses/4402/names_and_roles?rlid={tool.platform.links['1'].uuid}"
    ours = tool.client.get(url, headers=tool.bearer(MEMBERS)).json()
    assert_same_shape(ours, read_sample("canvas/nrps-rlid-anonymous.json")["body"])


def test_a_registration_answer_has_the_samples_members(tool, asked):
    query = tool.platform.temper.registration_query(tool.platform, client_id=None)
    asked["scope"] = asked["scope"].replace(" https://purl.imsglobal.org/spec/lti/scope/noticehandlers", "")
    headers = {"Authorization": f"Bearer {query['registration_token']}"}
    ours = tool.client.post("/api/lti/registrations", json=asked, headers=headers)
    sample = read_sample("canvas/dynreg-response.json")
    assert ours.status_code == sample["status"]
    assert_same_shape(ours.json(), sample["body"])


def test_registration_refusals_have_the_samples_shape(tool, asked):
    headers = {"Authorization": "Bearer elsewhere"}
    foreign = tool.client.post("/api/lti/registrations", json=asked, headers=headers)
    samples = read_sample("canvas/dynreg-errors.json")["responses"]
    assert (foreign.status_code, foreign.json()) == (samples[3]["status"], samples[3]["body"])
    query = tool.platform.temper.registration_query(tool.platform, client_id=None)
    headers = {"Authorization": f"Bearer {query['registration_token']}"}
    asked[TOOL_CONFIGURATION]["messages"][0]["placements"] = ["carrier_pigeon"]
    pigeon = tool.client.post("/api/lti/registrations", json=asked, headers=headers)
    assert (pigeon.status_code, "carrier_pigeon" in pigeon.text) == (422, True)
    missing = tool.client.post("/api/lti/registrations", json={}, headers=headers)
    assert (missing.status_code, missing.json()) == (422, samples[1]["body"])
