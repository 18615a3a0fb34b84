"""What we ask of an LMS, against the configurations and answers that real ones give."""

import json
from pathlib import Path

import pytest

from app.lti.canvas_configuration import build_canvas_configuration
from app.lti.platform_configuration import check_configuration, find_own_site, read_audience
from app.lti.platform_profiles import find_by_key
from app.lti.scopes import NOTICE_SCOPE, SCOPES
from app.lti.tool_addresses import ToolAddresses
from app.lti.tool_configuration import TOOL, build_metadata

SAMPLES = Path(__file__).parent.parent.parent / "samples"
OURS = ToolAddresses("https://tool.example.edu")
CANVAS = "https://canvas.instructure.com/lti/"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"


def read(name):
    found = json.loads((SAMPLES / name).read_text())
    return found.get("body", found)


def canvas_with(**changes: object):
    document = read("canvas/openid-configuration.json")
    return {**document, PLATFORM: {**document[PLATFORM], **changes}}


def tool_of(document):
    return build_metadata(document, OURS)[TOOL]


def test_canvas_gets_every_member_that_its_sample_request_has_and_that_it_requires():
    body, sample = build_metadata(canvas_with(), OURS), read("canvas/dynreg-request.json")
    assert set(sample) - set(body) == {"contacts"}
    assert set(body) - set(sample) == set()
    ours, theirs = body[TOOL], sample[TOOL]
    assert {name for name in theirs if not name.startswith(CANVAS)} <= set(ours)
    assert ours[f"{CANVAS}privacy_level"] == "public"
    assert "openid" not in body["scope"].split()
    assert set(body["scope"].split()) == set(sample["scope"].split())


def test_canvas_is_asked_for_one_message_at_each_placement_under_the_name_that_it_lists():
    messages = tool_of(canvas_with())["messages"]
    places = [(m["type"], *m["placements"]) for m in messages]
    assert places == [
        ("LtiResourceLinkRequest", f"{CANVAS}course_navigation"),
        ("LtiResourceLinkRequest", f"{CANVAS}account_navigation"),
        ("LtiDeepLinkingRequest", f"{CANVAS}assignment_selection"),
        ("LtiDeepLinkingRequest", f"{CANVAS}link_selection"),
    ]
    assert messages[0][f"{CANVAS}course_navigation/default_enabled"] is False
    assert messages[1][f"{CANVAS}visibility"] == "admins"
    assert {m["target_link_uri"] for m in messages} == {OURS.launch}


def test_an_older_canvas_lists_short_names_and_gets_them_back():
    offers = [{"type": "LtiDeepLinkingRequest", "placements": ["assignment_selection", "editor_button"]}]
    (message,) = tool_of(canvas_with(messages_supported=offers))["messages"]
    assert message["placements"] == ["assignment_selection"]


def test_what_a_canvas_does_not_list_is_not_asked_for():
    document = {**canvas_with(variables=["Canvas.api.domain"], messages_supported=None), "scopes_supported": SCOPES[:1]}
    body = build_metadata({**document, "scopes_supported": list(SCOPES[:1])}, OURS)
    assert body["scope"] == SCOPES[0]
    assert body[TOOL]["custom_parameters"] == {"canvas_api_domain": "$Canvas.api.domain"}
    assert body[TOOL]["messages"] == []


def test_moodle_gets_deep_linking_and_no_scope_or_member_of_others():
    body, sample = (
        build_metadata(read("moodle-4.5/openid-configuration.json"), OURS),
        read("moodle-4.5/dynreg-request.json"),
    )
    assert set(sample) - set(body) == {"contacts"}
    assert body["scope"].split() == sample["scope"].split()
    tool = body[TOOL]
    assert [m["type"] for m in tool["messages"]] == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]
    assert not [name for name in tool if name.startswith(CANVAS)]
    # Moodle refuses a target on another host than `domain`, and cuts a value at its first equals sign.
    assert tool["target_link_uri"].split("/")[2] == tool["domain"]
    assert not [value for value in tool["custom_parameters"].values() if "=" in value]


def test_an_lms_that_lists_messages_as_words_is_understood():
    names = ["LtiResourceLinkRequest", "DataPrivacyLaunchRequest", 7]
    document = {**read("moodle-4.5/openid-configuration.json"), PLATFORM: {"messages_supported": names}}
    assert [m["type"] for m in tool_of(document)["messages"]] == names[:2]


def test_an_lms_that_says_nothing_is_asked_for_the_standard_and_no_more():
    body = build_metadata({"issuer": "https://lms.test"}, OURS)
    assert body["scope"].split() == list(SCOPES)
    assert [m["type"] for m in body[TOOL]["messages"]] == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]
    assert NOTICE_SCOPE not in body["scope"]


def test_a_brightspace_is_asked_with_its_own_audience_whether_it_names_it_or_not():
    document = {
        "issuer": "https://learn.school.edu", PLATFORM: {"product_family_code": "desire2learn"},
        "token_endpoint": "https://auth.brightspace.com/core/connect/token",
    }  # fmt: skip
    known = "https://api.brightspace.com/auth/token"
    assert read_audience(document) == known
    assert read_audience({**document, "authorization_server": known}) == known
    assert read_audience({**document, "authorization_server": "https://other.test/t"}) == known
    assert read_audience(canvas_with()) is None


@pytest.mark.parametrize("product", ["moodle", "desire2learn", "canvas", "unheard of"])
def test_an_lms_may_name_its_own_audience_and_nobody_else_s(product):
    """A request that is signed for another LMS would be worth something there to whoever received it."""
    document = {
        "issuer": "https://lms.test", "token_endpoint": "https://lms.test/token",
        PLATFORM: {"product_family_code": product},
    }  # fmt: skip
    assert (
        read_audience({**document, "authorization_server": "https://lms.test/audience"}) == "https://lms.test/audience"
    )
    for foreign in (
        "https://neighbour.test/token",
        "https://api.brightspace.com/auth/token",
        "https://lms.test:8443/t",
    ):
        assert read_audience({**document, "authorization_server": foreign}) is None
    assert read_audience(document) is None


def test_only_an_own_server_with_a_shared_issuer_has_a_site_of_its_own():
    document = canvas_with()
    hosted = "https://canvas.instructure.com/api/lti/security/openid-configuration?registration_token=x"
    assert check_configuration(document, url=hosted, allow_http=False) == document
    assert find_own_site(document, url=hosted, allow_http=False) == ""
    assert find_own_site(document, url="https://canvas.own.edu/c", allow_http=False) == "https://canvas.own.edu"


def test_the_canvas_file_has_the_members_of_the_documented_one_and_asks_for_the_same():
    found = build_canvas_configuration(find_by_key("canvas"), OURS)
    assert set(found) == {
        "title", "description", "oidc_initiation_url", "target_link_uri", "public_jwk_url", "scopes", "custom_fields",
        "extensions",
    }  # fmt: skip
    (extension,) = found["extensions"]
    assert (extension["domain"], extension["privacy_level"]) == ("tool.example.edu", "public")
    assert all(isinstance(value, str) for value in found["custom_fields"].values())
    placements = {one["placement"]: one for one in extension["settings"]["placements"]}
    assert placements["course_navigation"]["default"] == "disabled"
    assert placements["account_navigation"]["visibility"] == "admins"
    assert placements["assignment_selection"]["message_type"] == "LtiDeepLinkingRequest"
    asked = {m["placements"][0].removeprefix(CANVAS) for m in tool_of(canvas_with())["messages"]}
    assert set(placements) == asked
