"""Launches that real LMSs sent (Moodle 4.5) or document (Canvas): accepted and understood."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from app.lti.models import LineItem, ResourceLink
from app.membership.models import Context, Membership, User, Visit
from tests.lti_kit import BASE_URL, CLAIM

DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
SAMPLES = Path(__file__).parent.parent / "samples"
MOODLE = sorted(file.stem for file in (SAMPLES / "moodle-4.5").glob("id_token-LtiResourceLinkRequest-*.json"))
CANVAS = sorted(file.stem for file in (SAMPLES / "canvas").glob("id_token-LtiResourceLinkRequest-*.json"))


def launch_sample(tool, folder, name):
    """The claims as they were sent, but for issuer, audience, nonce, times and target."""
    claims = json.loads((SAMPLES / folder / f"{name}.json").read_text())["claims"]
    browser = tool.browser()
    started = browser.log_in()
    now = int(tool.clock().timestamp())
    lifetime = claims["exp"] - claims["iat"]
    claims |= {"iss": tool.platform.issuer, "aud": tool.platform.client_id, "nonce": started.nonce, "iat": now}
    claims |= {"exp": now + lifetime, f"{CLAIM}target_link_uri": f"{BASE_URL}/lti/launch"}
    claims.get(f"{CLAIM}custom", {}).pop("content_key", None)
    if settings := claims.get(DEEP_LINKING):  # the sampled site speaks http; an answer is posted to none such
        settings["deep_link_return_url"] = settings["deep_link_return_url"].replace("http://", "https://")
    if "azp" in claims:
        claims["azp"] = tool.platform.client_id
    return browser.post_launch(tool.platform.sign(claims), started.state), claims


def rows(tool, model):
    with tool.house.database.reading() as db:
        return db.scalars(select(model).order_by(model.id)).all()


def test_every_moodle_launch_is_understood(tool):
    assert len(MOODLE) >= 10
    for name in MOODLE:
        response, claims = launch_sample(tool, "moodle-4.5", name)
        assert response.status_code == 303, (name, response.text)
        user = {user.sub: user for user in rows(tool, User)}[claims["sub"]]
        assert user.name == claims.get("name", user.name)
    assert {context.platform_context_id for context in rows(tool, Context)} == {"2"}
    assert all(item.url.startswith("https://localhost:8080/") for item in rows(tool, LineItem))
    staff = {m.user_id for m in rows(tool, Membership) if m.is_staff}
    assert {user.sub for user in rows(tool, User) if user.id in staff} == {"2", "3", "4"}


def test_a_moodle_launch_that_shares_nothing_is_let_in_without_a_name(tool):
    response, _ = launch_sample(tool, "moodle-4.5", "id_token-LtiResourceLinkRequest-privacy-off")
    assert response.status_code == 303
    assert [(user.name, user.email) for user in rows(tool, User)] == [(None, None)]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("id_token-LtiDeepLinkingRequest-instructor-u3", "/lti/content/"),
        ("id_token-LtiSubmissionReviewRequest-instructor", "/lti/review"),
    ],
)
def test_other_messages_of_moodle_are_understood(tool, name, place):
    response, _ = launch_sample(tool, "moodle-4.5", name)
    assert (response.status_code, response.headers["location"][: len(place)]) == (303, place)


@pytest.mark.parametrize("name", CANVAS)
def test_every_canvas_launch_is_understood(tool, name):
    response, _ = launch_sample(tool, "canvas", name)
    kind = name.removeprefix("id_token-LtiResourceLinkRequest-")
    if kind == "public-course-not-logged-in":
        assert (response.status_code, "no-user" in response.text) == (400, True)
        return
    assert response.status_code == 303, response.text
    (user,), (visit,) = rows(tool, User), rows(tool, Visit)
    assert visit.is_masqueraded == (kind == "masqueraded")
    assert user.is_test_user == (kind == "student-view")
    assert [m.is_staff for m in rows(tool, Membership)] == {
        "account_navigation-admin": [], "masqueraded": [], "teacher": [True],
    }.get(kind, [False])  # fmt: skip
    is_link = kind not in {"account_navigation-admin", "course_navigation", "masqueraded"}
    assert len(rows(tool, ResourceLink)) == is_link
    assert "https://canvas.example.edu" in response.headers["content-security-policy"]
