"""What comes back from choosing content, and what does not."""

from typing import Any

import pytest

from app.practice_lms.forms import read_form
from app.practice_lms.jose import sign_compact, verify_compact
from app.practice_lms.words import DL, LTI

ITEM = {
    "type": "ltiResourceLink",
    "title": "Module 0",
    "url": "http://127.0.0.1:8000/lti/launch?open=module%2Fm0",
    "custom": {"cairn_key": "module/m0"},
    "lineItem": {"scoreMaximum": 1, "resourceId": "module/m0", "tag": "completion"},
}


def choose(tool, placement="assignment_selection", *, items=(ITEM,), **changes: Any):
    """Open the chooser as the instructor and send items back; returns the page."""
    tool.client.get("/as/3")
    begun = read_form(tool.client.get(f"/course/2/deep-link?placement={placement}").text)
    came = read_form(tool.authorize(begun.fields).text)
    asked = verify_compact(came.fields["id_token"], tool.client.get(tool.platform.urls.jwks).json()).claims
    now, registration = int(tool.clock().timestamp()), tool.platform.registration
    claims = {
        "iss": registration.client_id,
        "aud": tool.platform.urls.issuer,
        "iat": now,
        "exp": now + 60,
        "nonce": "nonce-of-the-response",
        LTI + "deployment_id": registration.deployment_id,
        LTI + "message_type": "LtiDeepLinkingResponse",
        LTI + "version": "1.3.0",
        DL + "content_items": list(items),
        **changes,
    }
    kept = {name: value for name, value in claims.items() if value is not ...}
    token = sign_compact(kept, {"alg": "RS256", "kid": "tool-key"}, key=tool.key.private_key, algorithm="RS256")
    url = asked[DL + "deep_linking_settings"]["deep_link_return_url"]
    return tool.client.post(url, data={"JWT": token}), url, token


@pytest.fixture(params=["moodle", "canvas"])
def site(request):
    return request.getfixturevalue(request.param)


def test_a_chosen_module_is_added_with_its_column(site):
    page, _, _ = choose(site)
    link = list(site.platform.links.values())[-1]
    item = site.platform.world.line_items[link.line_item_id]
    assert (page.status_code, link.title, link.custom["cairn_key"]) == (200, "Module 0", "module/m0")
    assert (item.maximum, item.resource_id, item.tag) == (1, "module/m0", "completion")
    assert "Module 0" in site.client.get("/course/2").text


def test_a_canvas_module_item_is_never_graded(canvas):
    choose(canvas, "link_selection", items=(ITEM, {**ITEM, "title": "Module 1"}))
    assert [link.line_item_id for link in list(canvas.platform.links.values())[-2:]] == [None, None]


def test_canvas_takes_one_item_for_an_assignment(canvas):
    page, _, _ = choose(canvas, items=(ITEM, ITEM))
    assert page.status_code == 400


def test_an_empty_response_is_a_cancel_with_its_message(site):
    before = len(site.platform.links)
    page, _, _ = choose(site, items=(), **{DL + "msg": "Nothing <b>today</b>"})
    assert ("Nothing was chosen" in page.text, len(site.platform.links)) == (True, before)
    assert "Nothing &lt;b&gt;today" in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"aud": "http://elsewhere"},
        {"exp": 1},
        {"iat": 10**10},
        {"nonce": ...},
        {LTI + "deployment_id": "99"},
        {LTI + "message_type": "LtiDeepLinkingRequest"},
        {LTI + "version": "1.0"},
        {DL + "data": None},
        {DL + "content_items": "none"},
        *(
            {DL + "content_items": [ITEM, item]}
            for item in (
                "text",
                {**ITEM, "type": "link"},
                {**ITEM, "title": " "},
                {**ITEM, "url": "https://elsewhere.test/lti/launch"},
                {**ITEM, "custom": {"cairn_key": 1}},
                {**ITEM, "lineItem": {"scoreMaximum": 0}},
                {**ITEM, "lineItem": {"scoreMaximum": True}},
                {**ITEM, "lineItem": {"scoreMaximum": 1, "label": ""}},
                {**ITEM, "available": {"startDateTime": "2026-12-01T08:00"}},
                {**ITEM, "submission": {"endDateTime": "tomorrow"}},
                {**ITEM, "submission": "tomorrow"},
            )
        ),
    ],
)
def test_a_wrong_response_adds_nothing(site, changes):
    before = len(site.platform.links)
    page, _, _ = choose(site, **changes)
    assert (page.status_code, len(site.platform.links)) == (400, before)


def test_a_response_is_taken_once(site):
    _, url, token = choose(site)
    assert site.client.post(url, data={"JWT": token}).status_code == 400


def test_a_moodle_return_without_its_session_is_refused(moodle):
    _, url, token = choose(moodle)
    moodle.client.cookies.clear()
    asked_again = moodle.client.post(url, data={"JWT": token})
    assert read_form(asked_again.text).fields["repost"] == "1"
    moodle.client.get("/as/3")
    assert moodle.client.post(url, data={"JWT": token}).status_code == 404
