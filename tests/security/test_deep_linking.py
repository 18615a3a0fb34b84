"""S40 and S41: only the session that was asked answers, once, with what is ours; nobody's word about another counts."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app.lti.deep_linking_models import DeepLinkingRequest
from app.lti.models import Registration
from app.membership.models import Membership
from app.practice_lms.forms import read_form
from tests.deep_linking_kit import SAME_ORIGIN, ask, settings
from tests.lti_kit import INSTRUCTOR, LEARNER


def assert_closed(response):
    assert (response.status_code, "choice-closed" in response.text) == (403, True), response.text
    assert "JWT" not in response.text


def is_answered(chooser):
    with chooser.tool.house.database.reading() as db:
        wanted = UUID(chooser.path.rpartition("/")[2])
        return db.scalars(select(DeepLinkingRequest).where(DeepLinkingRequest.uuid == wanted)).one().answered_at


def post_as(chooser, path, **fields: str):
    """What that person's browser would send to another's address."""
    token = read_form(chooser.open().text).fields["csrf"]
    return chooser.browser.client.post(
        path, data={"csrf": token, "act": "add", "choice": "home", **fields}, headers=SAME_ORIGIN
    )


def test_s40_an_answer_is_signed_once(shared_tool):
    chooser = ask(shared_tool)
    page = chooser.open()
    assert chooser.send(form=page, choice="home").status_code == 200
    assert_closed(chooser.send(form=page, choice="home"))
    assert_closed(chooser.send(form=page, act="cancel"))
    assert_closed(chooser.open())


def test_s40_another_person_another_session_and_another_institution_get_nothing(shared_tool):
    asked = ask(shared_tool)
    other = shared_tool.add_platform(issuer="https://other.test", institution="Other College")
    strangers = [ask(shared_tool, sub="teacher-2"), ask(shared_tool), ask(shared_tool, platform=other)]
    for stranger in strangers:
        assert_closed(stranger.browser.client.get(asked.path))
        assert_closed(post_as(stranger, asked.path))
        assert_closed(post_as(stranger, asked.path, act="cancel"))
    assert [is_answered(one) for one in (asked, *strangers)] == [None] * 4
    assert asked.send(choice="home").status_code == 200


def test_s40_a_made_up_request_is_like_one_that_is_over(shared_tool):
    chooser = ask(shared_tool)
    made_up = chooser.browser.client.get(f"/lti/content/{uuid4()}")
    chooser.send(choice="home")
    assert_closed(made_up)
    assert (
        made_up.text.partition("<main")[2].partition("<footer")[0]
        == (chooser.open().text.partition("<main")[2].partition("<footer")[0])
    )
    assert chooser.browser.client.get("/lti/content/nothing").status_code == 404


def test_s40_without_the_page_s_own_token_nothing_is_signed(shared_tool):
    chooser = ask(shared_tool)
    forged = chooser.browser.client.post(chooser.path, data={"act": "add", "choice": "home"}, headers=SAME_ORIGIN)
    cross = chooser.browser.client.post(
        chooser.path, data={"csrf": read_form(chooser.open().text).fields["csrf"], "act": "add", "choice": "home"},
        headers={"sec-fetch-site": "cross-site"},
    )  # fmt: skip
    assert [(one.status_code, "form-not-ours" in one.text) for one in (forged, cross)] == [(403, True)] * 2
    assert is_answered(chooser) is None


def test_s40_the_way_back_is_the_stored_one_whatever_the_form_says(shared_tool):
    chooser = ask(shared_tool, asked=settings(data="theirs"))
    more = {"deep_link_return_url": "https://evil.test", "data": "mine", "url": "https://evil.test", "aud": "x"}
    claims = chooser.choose("home", **more)
    assert claims["https://purl.imsglobal.org/spec/lti-dl/claim/data"] == "theirs"
    assert "evil" not in str(claims)


@pytest.mark.parametrize("key", ["module/m99", "module/../home", "operator", "", "home\u0000", "HOME"])
def test_s40_only_what_is_on_the_list_is_signed(shared_tool, key):
    chooser = ask(shared_tool)
    assert chooser.send(choice=["home", key]).status_code in {400, 404}
    assert is_answered(chooser) is None


def test_s40_a_request_ends_after_a_while_and_with_its_registration(shared_tool):
    old, closed = ask(shared_tool), ask(shared_tool)
    page = closed.open()
    shared_tool.clock.pass_by(minutes=100)
    page = closed.open()
    shared_tool.clock.pass_by(minutes=100)
    assert closed.send(form=page, choice="home").status_code == 200
    late = ask(shared_tool)
    with shared_tool.house.database.writing() as db:
        db.get_one(Registration, shared_tool.platform.registration_id).is_active = False
    assert_closed(late.open())
    assert old.open().status_code == 401
    with shared_tool.house.database.writing() as db:
        db.execute(update(DeepLinkingRequest).values(expires_at=shared_tool.clock() - timedelta(seconds=1)))
        db.get_one(Registration, shared_tool.platform.registration_id).is_active = True
    assert_closed(late.open())
    assert ask(shared_tool).open().status_code == 200


def test_somebody_who_acts_as_a_teacher_adds_nothing(shared_tool):
    chooser = ask(shared_tool, custom={"masquerading_id": "71", "masquerading_sub": "admin"})
    page = chooser.open()
    assert (page.status_code, "view-only" in page.text) == (403, True)


@pytest.mark.parametrize("roles", [[LEARNER], [], ["TeachingAssistant", INSTRUCTOR]])
def test_whoever_may_not_add_content_is_told_so_and_the_lms_too(shared_tool, roles):
    chooser = ask(shared_tool, roles=roles)
    assert 'name="choice"' not in chooser.open().text
    claims = chooser.read(chooser.send(choice="home"))
    assert claims["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"] == []
    assert "teach or build" in claims["https://purl.imsglobal.org/spec/lti-dl/claim/errormsg"]


def test_s41_for_user_lis_and_custom_ids_give_nobody_a_right(shared_tool):
    """The reviewed person is neither signed in nor looked at; names of rights in `custom` are words."""
    review = {
        "message_type": "LtiSubmissionReviewRequest", "for_user": {"user_id": "teacher-1", "roles": [INSTRUCTOR]},
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {"scope": [], "lineitem": "https://lms.test/item/1"},
        "custom": {"role": "admin", "cairn_key": "course-list", "user_id": "teacher-1"},
        "lis": {"person_sourcedid": "teacher-1"},
    }  # fmt: skip
    here = shared_tool.launch_as("learner-41", **review)
    with shared_tool.house.database.reading() as db:
        roles = select(Membership.is_staff).where(Membership.user_id == here.user.id)
        assert db.scalars(roles).all() == [False]
    assert here.get("/lti/review").status_code == 200


@pytest.mark.parametrize("key", ["../", "module/../../etc", "module/m99", "operator", "module/"])
def test_s41_a_key_that_is_not_ours_opens_nothing(shared_tool, key):
    response = shared_tool.browser().launch(key=key)
    assert (response.status_code, "content-unknown" in response.text) == (404, True)
