"""Cases 82 and 84 of our list (lti.md 2): launches without a user, and the two names of the privacy launch."""

import pytest

from app.lti.models import LaunchFailure, Registration, ResourceLink, SpentNonce
from app.membership.models import Context, Membership, User, Visit
from app.web.models import WebSession

WRITTEN = (User, Visit, WebSession, Context, Membership, ResourceLink, SpentNonce)


def set_anonymous(tool, *, is_allowed):
    with tool.house.database.writing() as db:
        db.get_one(Registration, tool.platform.registration_id).allow_anonymous = is_allowed


def test_82_an_anonymous_launch_reads_what_the_training_holds_where_that_is_allowed(shared_tool):
    """S14: nobody is made up, and nothing is kept."""
    set_anonymous(shared_tool, is_allowed=True)
    before = shared_tool.count(*WRITTEN, LaunchFailure)
    roles = ["http://purl.imsglobal.org/vocab/lis/v2/system/person#None"]
    for sub in (..., None):
        page = shared_tool.browser().launch(sub=sub, name=..., email=..., roles=roles)
        assert (page.status_code, "Sign in to your LMS" in page.text) == (200, True)
        assert all(module.title in page.text for module in shared_tool.house.library.modules)
        assert 'href="https://lms.test/course/1"' in page.text
        assert not any("__Host-cairn=" in line for line in page.headers.get_list("set-cookie"))
    assert shared_tool.count(*WRITTEN, LaunchFailure) == before


def test_82_it_is_refused_by_name_where_it_is_not(shared_tool):
    """S14."""
    set_anonymous(shared_tool, is_allowed=False)
    before = shared_tool.count(*WRITTEN)
    page = shared_tool.browser().launch(sub=...)
    assert (page.status_code, ">no-user<" in page.text, "Sign in to your LMS" in page.text) == (400, True, True)
    assert shared_tool.count(*WRITTEN) == before


def test_82_only_the_missing_user_is_forgiven(shared_tool):
    set_anonymous(shared_tool, is_allowed=True)
    for changes, code in (
        ({"exp": 1}, "token-times"), ({"headers": {"kid": "unknown"}}, "key-unknown"), ({"aud": "x"}, "audience"),
        ({"sub": ""}, "claim-malformed"), ({"version": "1.1"}, "version"), ({"resource_link": ...}, "claim-missing"),
        ({"message_type": "LtiDataPrivacyLaunchRequest"}, "claim-missing"),
        ({"target_link_uri": "https://evil.test/"}, "foreign-target"),
    ):  # fmt: skip
        page = shared_tool.browser().launch(**{"sub": ..., **changes})
        assert (400 <= page.status_code < 500, f">{code}<" in page.text) == (True, True), (changes, page.text)


def test_an_anonymous_launch_may_be_framed_by_its_own_lms_only(shared_tool):
    set_anonymous(shared_tool, is_allowed=True)
    shared_tool.launch_as("somebody")
    policy = shared_tool.browser().launch(sub=...).headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://lms.test")


@pytest.mark.parametrize("name", ["LtiDataPrivacyLaunchRequest", "DataPrivacyLaunchRequest"])
def test_84_both_names_of_the_privacy_launch_show_what_is_kept_about_the_person(shared_tool, name):
    """S15: It may come without course, link, roles and target."""
    browser, before = shared_tool.browser(), shared_tool.count(User, Visit, Context, ResourceLink)
    bare = dict.fromkeys(("context", "resource_link", "roles", "target_link_uri"), ...)
    launched = browser.launch(message_type=name, sub=name, for_user={"user_id": "somebody"}, **bare)
    assert (launched.status_code, launched.headers["location"]) == (303, "/who-can-see-what/your-data")
    assert "Your data" in browser.client.get("/who-can-see-what/your-data").text
    added = [b - a for a, b in zip(before, shared_tool.count(User, Visit, Context, ResourceLink), strict=True)]
    assert added == [1, 1, 0, 0]
