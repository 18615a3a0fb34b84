"""The Moodle temper's claims and answers have the members and types of a real Moodle 4.5."""

import json

import pytest

from app.practice_lms.words import LINEITEM, LINEITEMS_TYPE, MEMBERS, RESULT_READ
from tests.unit.practice_lms.right_tool import TOOL, RightTool
from tests.unit.practice_lms.shapes import assert_same_shape, read_sample

LTI = " > https://purl.imsglobal.org/spec/lti/claim/"
CONFIGURATION = " > https://purl.imsglobal.org/spec/lti-tool-configuration"


@pytest.fixture
def tool(clock):
    """Registered with the custom parameters of the sample's tool."""
    made = RightTool("moodle", clock, auto_activate=True)
    asked = read_sample("moodle-4.5/dynreg-request-new.json")["body"]
    made.register(
        custom_parameters=asked["https://purl.imsglobal.org/spec/lti-tool-configuration"]["custom_parameters"]
    )
    made.platform.links["1"].custom = {"myparam": "hello"}
    made.platform.links["2"].custom = {"item": "2"}
    return made


def read_claims(name):
    return read_sample(f"moodle-4.5/id_token-{name}.json")["claims"]


@pytest.mark.parametrize(
    ("person", "link", "sample"),
    [
        ("5", "1", "LtiResourceLinkRequest-learner-u5"),
        ("3", "1", "LtiResourceLinkRequest-instructor-u3"),
        ("4", "1", "LtiResourceLinkRequest-instructor-u4"),
        ("2", "1", "LtiResourceLinkRequest-instructor-u2"),
        ("5", "2", "LtiResourceLinkRequest-learner-u5-rl3"),
    ],
)
def test_a_launch_has_the_members_and_types_of_the_sample(tool, person, link, sample):
    assert_same_shape(tool.platform.claims(person, link), read_claims(sample))


def test_the_order_of_claims_is_the_samples(tool):
    assert list(tool.platform.claims("5", "1")) == list(read_claims("LtiResourceLinkRequest-learner-u5"))


def test_roles_are_the_samples(tool):
    roles = "https://purl.imsglobal.org/spec/lti/claim/roles"
    for person, sample in (("2", "instructor-u2"), ("3", "instructor-u3"), ("4", "instructor-u4"), ("5", "learner-u5")):
        assert tool.platform.claims(person, "1")[roles] == read_claims(f"LtiResourceLinkRequest-{sample}")[roles]


def test_a_launch_with_privacy_off_lacks_names(tool):
    custom = tool.platform.registration.config.custom_parameters
    tool.register(claims=("iss", "sub"), custom_parameters=custom)
    tool.platform.links["1"].line_item_id = None
    assert_same_shape(tool.platform.claims("5", "1"), read_claims("LtiResourceLinkRequest-privacy-off"))


def test_a_deep_linking_request_has_the_members_and_types_of_the_sample(tool):
    claims = tool.platform.claims_of(tool.platform.deep_linking_of("3", "2"))
    assert_same_shape(claims, read_claims("LtiDeepLinkingRequest-instructor-u3"))


def test_an_unresolved_variable_stays_and_a_mixed_case_key_comes_twice(tool):
    custom = tool.platform.claims("5", "1")["https://purl.imsglobal.org/spec/lti/claim/custom"]
    assert custom["unknown_var"] == "$Nope.nothing"
    assert (custom["mixedcase"], custom["MixedCase"], custom["eq"]) == ("Yes", "Yes", "a=b")


def test_a_login_initiation_has_the_samples_parameters(tool):
    sample = read_sample("moodle-4.5/oidc-login-initiation.json")["params"]
    ours = tool.start().fields
    assert list(ours) == list(sample)
    assert_same_shape(json.loads(ours["lti_message_hint"]), json.loads(sample["lti_message_hint"]))


def test_the_configuration_has_the_samples_members(tool):
    ours = tool.client.get("/mod/lti/openid-configuration.php").json()
    sample = read_sample("moodle-4.5/openid-configuration.json")
    assert_same_shape(ours, sample)
    ours_variables = set(ours["https://purl.imsglobal.org/spec/lti-platform-configuration"]["variables"])
    named = set(sample["https://purl.imsglobal.org/spec/lti-platform-configuration"]["variables"])
    assert ours_variables - named == {"LineItem.url"}  # real Moodle resolves it without announcing it


def test_a_token_response_has_the_samples_members(tool):
    ours = json.loads(tool.ask_token(LINEITEM, MEMBERS).text)
    assert_same_shape(ours, read_sample("moodle-4.5/token-response.json"))


def test_line_items_have_the_samples_members(tool):
    headers = {**tool.bearer(LINEITEM), "Content-Type": "application/vnd.ims.lis.v2.lineitem+json"}
    url = "/mod/lti/services.php/2/lineitems?type_id=1"
    free = {"label": "Essay", "scoreMaximum": 50, "resourceId": "res-A", "tag": "essay"}
    tool.client.post(url, content=json.dumps(free), headers=headers)
    ours = tool.client.get(url, headers={**headers, "Accept": LINEITEMS_TYPE})
    sample = read_sample("moodle-4.5/ags-lineitems.json")
    assert ours.headers["content-type"] == sample["headers"]["Content-Type"]
    assert_same_shape(ours.json()[0], sample["body"][0])
    assert_same_shape(ours.json()[-1], sample["body"][1])
    path = ours.json()[0]["id"].removeprefix("http://localhost:8001")
    assert path == "/mod/lti/services.php/2/lineitems/11/lineitem?type_id=1"


def test_results_have_the_samples_members(tool):
    tool.send_score()
    url = "/mod/lti/services.php/2/lineitems/11/lineitem/results?type_id=1"
    ours, sample = tool.client.get(url, headers=tool.bearer(RESULT_READ)), read_sample("moodle-4.5/ags-results.json")
    assert ours.headers["content-type"] == sample["headers"]["Content-Type"]
    assert_same_shape(ours.json(), sample["body"])


@pytest.mark.parametrize(
    ("query", "sample"), [("", "nrps-all"), ("?limit=3", "nrps-limit3"), ("?rlid=1", "nrps-rlid1")]
)
def test_the_roster_has_the_samples_members(tool, query, sample):
    url = f"/mod/lti/services.php/CourseSection/2/bindings/1/memberships{query}"
    ours, theirs = tool.client.get(url, headers=tool.bearer(MEMBERS)), read_sample(f"moodle-4.5/{sample}.json")
    assert ours.headers["content-type"] == theirs["headers"]["Content-Type"]
    assert_same_shape(ours.json(), theirs["body"])
    expected = theirs["headers"].get("Link", "").replace("localhost:8080", "localhost:8001")
    assert ours.headers.get("link", "") == expected


@pytest.mark.parametrize("sample", ["new", "update"])
def test_a_registration_answer_has_the_samples_members(tool, sample):
    suffix = "-new" if sample == "new" else ""
    client_id = None if sample == "new" else tool.platform.registration.client_id
    query = tool.platform.temper.registration_query(tool.platform, client_id=client_id)
    headers = {"Authorization": f"Bearer {query['registration_token']}"}
    body = read_sample(f"moodle-4.5/dynreg-request{suffix}.json")["body"]
    ours = tool.client.post("/mod/lti/openid-registration.php", json=body, headers=headers)
    theirs = read_sample(f"moodle-4.5/dynreg-response{suffix}.json")
    assert ours.status_code == theirs["status"] == 200
    assert_same_shape(ours.json(), theirs["body"])
    unstable = {"client_id"}
    tool_part = {**theirs["body"].pop("https://purl.imsglobal.org/spec/lti-tool-configuration")}
    mine = ours.json()
    my_tool_part = mine.pop("https://purl.imsglobal.org/spec/lti-tool-configuration")
    assert {k: v for k, v in mine.items() if k not in unstable} == {
        k: v for k, v in theirs["body"].items() if k not in unstable
    }
    assert {**my_tool_part, "deployment_id": "1", "claims": set(my_tool_part["claims"])} == {
        **tool_part, "claims": set(tool_part["claims"]),
    }  # fmt: skip


def test_a_real_deep_linking_response_is_taken_without_its_empty_data(tool, clock):
    sample = json.dumps(read_sample("moodle-4.5/deep-linking-response.json")["claims"])
    claims = json.loads(sample.replace("http://127.0.0.1:9555", TOOL))  # its links lie on the tool that made them
    now = int(clock().timestamp())
    mended = {**claims, "iss": tool.platform.registration.client_id, "aud": ["http://localhost:8001"], "iat": now - 1}
    mended["exp"] = now + 60
    del mended["https://purl.imsglobal.org/spec/lti-dl/claim/data"]  # null here; the standard leaves it out
    tool.client.get("/as/3")
    begun = tool.client.get("/course/2/deep-link")
    assert begun.status_code == 200
    session = tool.platform.sessions.find(tool.client.cookies["PracticeSession"])
    from app.practice_lms.jose import sign_compact  # noqa: PLC0415

    token = sign_compact(mended, {"alg": "RS256", "kid": "tool-key"}, key=tool.key.private_key, algorithm="RS256")
    url = f"/mod/lti/contentitem_return.php?course=2&id=1&sesskey={session.sesskey}"
    page = tool.client.post(url, data={"JWT": token})
    assert (page.status_code, "Deep linked quiz é1" in page.text) == (200, True)
    link = list(tool.platform.links.values())[-1]
    assert (link.custom["resource"], tool.platform.world.line_items[link.line_item_id].maximum) == ("quiz-1", 20)
