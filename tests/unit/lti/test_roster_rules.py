"""How a page of a roster is read: members, links, and what follows for the course."""

from datetime import UTC, datetime

import pytest

from app.lti.roster.rules import (
    Known,
    UnreadablePage,
    first_url,
    next_night,
    read_member,
    read_page,
    settle_listed,
)
from app.lti.web_links import find_link

URL = "https://lms.test/members"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNER, INSTRUCTOR = f"{MEMBERSHIP}#Learner", f"{MEMBERSHIP}#Instructor"
ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def said(**changes: object) -> dict[str, object]:
    return {"user_id": "a", "roles": [LEARNER], "status": "Active", "name": "Ada", **changes}


@pytest.mark.parametrize("roles", [[LEARNER], ["Learner"], [f"{MEMBERSHIP}/Learner#GuestLearner"], ["x", 7, LEARNER]])
def test_learners_are_known_by_short_names_and_by_whole_ones(roles):
    assert read_member(said(roles=roles)).is_learner is True


@pytest.mark.parametrize("roles", [["learner"], [INSTRUCTOR], ["Mentor"], [ADMINISTRATOR], [f"{LEARNER} "]])
def test_other_roles_make_no_learner(roles):
    assert read_member(said(roles=roles)).is_learner is False


@pytest.mark.parametrize("roles", [[], None, "Learner", {"a": 1}, [{}, 7]])
def test_no_role_is_no_word_on_the_matter(roles):
    assert read_member(said(roles=roles)).is_learner is None


def test_the_lms_own_test_user_is_no_member():
    assert read_member(said(roles=[LEARNER, TEST_USER])) is None


@pytest.mark.parametrize("sub", [None, "", 7, "x" * 256, "a\x00b", "a\ud800", "a\nb", ["a"], {}, True])
def test_without_a_usable_identifier_there_is_no_member(sub):
    assert read_member(said(user_id=sub)) is None


@pytest.mark.parametrize("odd", [None, 7, "a", [], [[]]])
def test_what_is_no_object_is_no_member(odd):
    assert read_member(odd) is None


NAMES = [
    ("A\x00da", "A da"), ("A\ud800da", "A da"), ("\u202eAda", "Ada"), ("n" * 100_000, "n" * 300), (7, None), ({}, None),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"), ("   ", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kept"), NAMES)
def test_a_name_is_bounded_text(name, kept):
    assert read_member(said(name=name)).name == kept


def test_a_name_may_come_in_parts():
    assert read_member(said(name=None, given_name="Ada", family_name="Byron")).name == "Ada Byron"


STATUSES = [
    ("Active", True), (None, True), (7, True), ("inactive", False), ("Inactive", False), ("Deleted", False),
    ("http://purl.imsglobal.org/vocab/lis/v2/status#Inactive", False), ("liss:Active", True),
]  # fmt: skip


@pytest.mark.parametrize(("status", "is_active"), STATUSES)
def test_who_is_not_said_to_be_gone_is_there(status, is_active):
    assert read_member(said(status=status)).is_active is is_active


OTHER_ORIGINS = [
    "https://evil.test/members", "https://lms.test.evil.test/", "https://lms.test:444/members", "//evil.test/members",
    "https://lms.test@evil.test/", "ftp://lms.test/members", "https://lms.test\\@evil.test/", "file:///etc/passwd",
    "http://evil.test/", "https://lms.test/a\tb", "https://", "https://[::1", "//[::1", "x://y",
]  # fmt: skip


@pytest.mark.parametrize("target", OTHER_ORIGINS)
@pytest.mark.parametrize("relation", ["next", "differences"])
def test_a_link_to_another_origin_ends_the_run(target, relation):
    with pytest.raises(UnreadablePage) as error:
        read_page({"members": []}, f'<{target}>; rel="{relation}"', URL, allow_http=False)
    assert error.value.reason == "next-elsewhere"


LINKS = [
    '<{}>; rel="next"', "<{}>;rel=next", "<{}> ; REL = Next", '<{}>; title="a, b"; rel="last next"',
    '<https://lms.test/1>; rel="first",<{}>; rel="next"', '<{}>; rel="next", <https://lms.test/2>; rel="next"',
]  # fmt: skip


@pytest.mark.parametrize("shape", LINKS)
def test_links_are_read_in_every_shape_byte_for_byte(shape):
    target = "https://lms.test/Members?page=%7Ea%2fB,c;d&x=[1]"
    assert find_link(shape.format(target), "next") == target


@pytest.mark.parametrize("header", ["", "<", "<>", "next", '<https://lms.test/>; title="next"', "<" * 60_000])
def test_what_is_no_link_leads_nowhere(header):
    assert read_page({"members": []}, header, URL, allow_http=False).next_url is None


def test_a_link_that_a_proxy_made_http_is_https_and_a_relative_one_is_completed():
    def follow(target):
        return read_page({"members": []}, f"<{target}>; rel=next", URL, allow_http=False).next_url

    assert follow("http://lms.test/members?p=2") == "https://lms.test/members?p=2"
    assert follow("/members?p=2") == follow("members?p=2") == follow("?p=2") == "https://lms.test/members?p=2"


@pytest.mark.parametrize("body", [None, [], 7, "x", {}, {"members": {}}, {"members": [None] * 60_001}])
def test_what_is_no_page_is_not_read(body):
    with pytest.raises(UnreadablePage):
        read_page(body, "", URL, allow_http=False)


def test_the_first_page_is_asked_for_in_a_bearable_size():
    assert first_url(URL) == f"{URL}?limit=500"
    assert first_url(f"{URL}?limit=7&type=1") == f"{URL}?limit=7&type=1"
    assert first_url(f"{URL}?a=%2F", resource_link_id="link 1") == f"{URL}?a=%2F&limit=500&rlid=link+1"
    assert first_url(f"{URL}?rlid=1&limit=2", resource_link_id="link 1") == f"{URL}?rlid=1&limit=2"


def test_members_of_one_page_are_merged():
    members = [
        said(name="Early", email="e@x.test", roles=[INSTRUCTOR]),
        said(name="Late", status="Inactive"),
        said(roles=[]),
    ]
    (one,) = read_page({"members": members}, "", URL, allow_http=False).members
    assert (one.name, one.email, one.is_learner, one.is_active) == ("Ada", "e@x.test", True, True)


def test_belonging_is_settled_for_each_kind_of_person():
    staff = Known(is_member=True, launch_decides=True, is_listed=True)
    learner = Known(is_member=True, is_learner=True, is_listed=True)
    left = Known(is_member=True, is_learner=True, has_left=True, is_listed=True)
    assert settle_listed(is_learner=False, known=Known()) is None
    assert settle_listed(is_learner=None, known=Known()) is None
    assert settle_listed(is_learner=True, known=Known(is_test_user=True)) is None
    assert settle_listed(is_learner=True, known=Known()).joins
    assert not settle_listed(is_learner=True, known=staff).is_learner
    assert not settle_listed(is_learner=True, known=learner).is_news
    assert not settle_listed(is_learner=None, known=learner).is_news
    assert settle_listed(is_learner=False, known=learner).stops
    assert settle_listed(is_learner=True, known=left).joins


@pytest.mark.parametrize("seed", range(0, 5000, 371))
def test_the_next_night_is_within_a_day_and_quiet(seed):
    for hour in (0, 1, 3, 5, 12, 23):
        now = datetime(2026, 11, 22, hour, 30, tzinfo=UTC)
        at = next_night(now, seed)
        assert 0 < (at - now).total_seconds() <= 86_400
        assert 1 <= at.hour < 5
