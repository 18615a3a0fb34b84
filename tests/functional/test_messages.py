"""What is answered beside resource links: the data privacy launch and the submission review, each with a page."""

import pytest

from app.lti.models import LaunchFailure, LineItem, LinkUser, Registration, ResourceLink, SpentNonce
from app.membership.models import Context, Membership, User, Visit
from app.web.models import WebSession
from tests.lti_kit import AGS_CLAIM, CLAIM, INSTRUCTOR

PRIVACY = ("LtiDataPrivacyLaunchRequest", "DataPrivacyLaunchRequest")
REVIEW = {
    "message_type": "LtiSubmissionReviewRequest", "roles": [INSTRUCTOR], "sub": "teacher-1",
    "for_user": {"user_id": "learner-1"}, AGS_CLAIM: {"scope": [], "lineitem": "https://lms.test/items/1"},
}  # fmt: skip


@pytest.mark.parametrize("name", PRIVACY)
def test_84_both_names_of_the_privacy_launch_show_who_can_see_what(shared_tool, name):
    """It may come without course, link, roles and target."""
    browser, before = shared_tool.browser(), shared_tool.count(User, Visit, Context, ResourceLink)
    bare = dict.fromkeys(("context", "resource_link", "roles", "target_link_uri"), ...)
    launched = browser.launch(message_type=name, sub=name, for_user={"user_id": "somebody"}, **bare)
    assert (launched.status_code, launched.headers["location"]) == (303, "/who-can-see-what")
    assert "Who can see what" in browser.client.get("/who-can-see-what").text
    added = [b - a for a, b in zip(before, shared_tool.count(User, Visit, Context, ResourceLink), strict=True)]
    assert added == [1, 1, 0, 0]


def test_the_target_of_a_privacy_launch_must_be_ours_where_it_is_named(shared_tool):
    launched = shared_tool.browser().launch(message_type=PRIVACY[0], target_link_uri="https://evil.test/")
    assert (launched.status_code, "foreign-target" in launched.text) == (400, True)


def test_a_submission_review_is_answered_politely_and_keeps_nothing_of_the_link(shared_tool):
    browser, before = shared_tool.browser(), shared_tool.count(ResourceLink, LineItem, LinkUser)
    launched = browser.launch(**REVIEW)
    assert (launched.status_code, launched.headers["location"]) == (303, "/lti/review")
    page = browser.client.get("/lti/review")
    assert (page.status_code, "Cairn keeps no submissions" in page.text) == (200, True)
    assert shared_tool.count(ResourceLink, LineItem, LinkUser) == before


@pytest.mark.parametrize(
    ("changes", "missing"),
    [({"for_user": ...}, "for_user"), ({"for_user": "5"}, "for_user"), ({AGS_CLAIM: ...}, "lineitem")],
)
def test_a_submission_review_must_name_what_the_standard_asks(shared_tool, changes, missing):
    before = shared_tool.count(User, Visit)
    refused = shared_tool.browser().launch(**{**REVIEW, "sub": "nobody yet", **changes})
    assert (refused.status_code, "claim-missing" in refused.text, missing in refused.text) == (400, True, True)
    assert shared_tool.count(User, Visit) == before


def test_s15_an_unknown_message_and_another_version_are_refused_by_name(shared_tool):
    before = shared_tool.count(User, Visit)
    for changes, code in (
        ({"message_type": "LtiSomethingRequest"}, "message-type"),
        ({"message_type": "LTIDEEPLINKINGREQUEST"}, "message-type"),
        ({"message_type": ...}, "claim-missing"),
        ({"message_type": "LtiDeepLinkingRequest"}, "claim-missing"),
        *(({**REVIEW, "version": version}, "version") for version in ("1.3", "LTI-1p0")),
        ({"message_type": PRIVACY[0], "version": "1.1"}, "version"),
    ):
        refused = shared_tool.browser().launch(**{"sub": "nobody yet", **changes})
        assert (refused.status_code, f">{code}<" in refused.text) == (400, True), changes
    assert shared_tool.count(User, Visit) == before


def test_a_content_key_in_another_message_is_not_looked_up(shared_tool):
    """A review of a link whose content is gone is still answered."""
    gone = {"custom": {"cairn_key": "module/m99"}, f"{CLAIM}target_link_uri": "https://cairn.test/lti/launch?open=x"}
    assert shared_tool.browser().launch(**REVIEW | gone).headers["location"] == "/lti/review"


def set_anonymous(tool, *, is_allowed):
    with tool.house.database.writing() as db:
        db.get_one(Registration, tool.platform.registration_id).allow_anonymous = is_allowed


WRITTEN = (User, Visit, WebSession, Context, Membership, ResourceLink, SpentNonce)


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
