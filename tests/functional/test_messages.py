"""What is answered beside resource links: the submission review, and what a data privacy launch may not say."""

import pytest

from app.lti.models import LineItem, LinkUser, ResourceLink
from app.membership.models import User, Visit
from tests.lti_kit import AGS_CLAIM, CLAIM, INSTRUCTOR

PRIVACY = "LtiDataPrivacyLaunchRequest"
REVIEW = {
    "message_type": "LtiSubmissionReviewRequest", "roles": [INSTRUCTOR], "sub": "teacher-1",
    "for_user": {"user_id": "learner-1"}, AGS_CLAIM: {"scope": [], "lineitem": "https://lms.test/items/1"},
}  # fmt: skip


def test_the_target_of_a_privacy_launch_must_be_ours_where_it_is_named(shared_tool):
    launched = shared_tool.browser().launch(message_type=PRIVACY, target_link_uri="https://evil.test/")
    assert (launched.status_code, "foreign-target" in launched.text) == (400, True)


def test_a_privacy_launch_in_somebodys_name_shows_only_who_may_see_what(shared_tool):
    acting = {"masquerading_id": "71", "masquerading_sub": "somebody-else"}
    browser = shared_tool.browser()
    launched = browser.launch(message_type=PRIVACY, custom=acting)
    assert (launched.status_code, launched.headers["location"]) == (303, "/who-can-see-what")
    assert browser.client.get("/who-can-see-what/your-data").status_code == 403


def test_a_submission_review_is_answered_politely_and_keeps_nothing_of_the_link(shared_tool):
    """S15."""
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
        ({"message_type": PRIVACY, "version": "1.1"}, "version"),
    ):
        refused = shared_tool.browser().launch(**{"sub": "nobody yet", **changes})
        assert (refused.status_code, f">{code}<" in refused.text) == (400, True), changes
    assert shared_tool.count(User, Visit) == before


def test_a_content_key_in_another_message_is_not_looked_up(shared_tool):
    """A review of a link whose content is gone is still answered."""
    gone = {"custom": {"cairn_key": "module/m99"}, f"{CLAIM}target_link_uri": "https://cairn.test/lti/launch?open=x"}
    assert shared_tool.browser().launch(**REVIEW | gone).headers["location"] == "/lti/review"
