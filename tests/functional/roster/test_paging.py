"""R30 and S49: pages that fail, turn in circles, never end or lead elsewhere never leave half a roster."""

import pytest
from starlette.responses import Response

from app.lti.roster import staging
from app.lti.roster.rules import MOST_PAGES
from tests.lti_kit import ISSUER
from tests.roster_kit import member, page

OLD = [member(f"old-{n}") for n in range(3)]
OLD_SUBS = {one["user_id"] for one in OLD}
NEW = [member(f"new-{n}") for n in range(250)]


def fail_at(tool, place: int, answer) -> None:
    tool.service.answers[f"/members?from={place}"] = answer


def test_a_failing_page_is_asked_for_again_where_the_run_stopped(tool, clock):
    """R30."""
    tool.reads(*OLD)
    fail_at(tool, 200, lambda: Response(status_code=500))
    tool.reads_again(*NEW)
    assert tool.learners() == OLD_SUBS
    assert tool.roster().reason == "status-500"
    tool.service.answers.clear()
    tool.service.asked.clear()
    clock.pass_by(minutes=2)
    tool.works_off()
    assert tool.service.asked == ["/members?from=200"]
    assert tool.learners() == {one["user_id"] for one in NEW}
    assert {tool.people()[sub] for sub in OLD_SUBS} == {"left"}
    assert tool.leftovers() == 0


def test_people_whom_the_roster_names_no_more_keep_their_data(tool):
    """R30."""
    tool.reads(*OLD)
    tool.reads_again(OLD[0])
    assert tool.people() == {"old-0": "learner", "old-1": "left", "old-2": "left", "staff": "staff"}
    assert tool.names()["old-1"] == "Person old-1"
    assert tool.facts() == [*((sub, "joined") for sub in sorted(OLD_SUBS)), ("old-1", "left"), ("old-2", "left")]
    tool.reads_again(*OLD)
    assert tool.learners() == OLD_SUBS
    assert tool.facts()[-2:] == [("old-1", "joined"), ("old-2", "joined")]


LOST = {
    "page-loop": lambda: page([], f'<{ISSUER}/members?from=100>; rel="next"'),
    "next-elsewhere": lambda: page([], '<https://evil.test/members?from=200>; rel="next"'),
    "not-found": lambda: Response(status_code=404),
}


@pytest.mark.parametrize("reason", LOST)
def test_a_run_that_leads_nowhere_is_dropped_whole(tool, reason):
    """R30, S49."""
    tool.reads(*OLD)
    fail_at(tool, 100, LOST[reason])
    tool.reads_again(*NEW)
    assert tool.roster().reason == reason
    assert tool.learners() == OLD_SUBS
    assert tool.leftovers() == 0
    assert not any("evil" in url for url in tool.service.asked)
    tool.service.answers.clear()
    tool.service.asked.clear()
    tool.reads_now()
    assert tool.service.asked[0] == "/members?limit=500"
    assert len(tool.learners()) == 250


@pytest.mark.parametrize("relation", ["next", "differences"])
def test_the_token_goes_to_no_other_origin(tool, relation):
    """S49."""
    tool.service.answers["/members?limit=500"] = lambda: page(OLD, f'<https://evil.test/members>; rel="{relation}"')
    tool.reads()
    assert tool.roster().reason == "next-elsewhere"
    assert tool.learners() == set()


def test_pages_that_never_end_are_stopped(tool, monkeypatch):
    """R30."""
    assert MOST_PAGES == 2000
    monkeypatch.setattr(staging, "MOST_PAGES", 40)
    tool.service.page_size = 1
    tool.service.members = [member("a")] * 50
    tool.enters()
    tool.mark()
    tool.works_off()
    assert len(tool.service.asked) == 40
    assert tool.roster().reason == "too-many-pages"
    assert tool.learners() == set()


def test_a_next_link_is_followed_byte_for_byte(tool):
    """R30."""
    first, second = "/Members?page=bookmark:WyJBYkMiXQ&per_page=50", "/members;v=1?p=a,b;c&x=~a%2FB%2F+c"
    tool.service.answers["/members?limit=500"] = lambda: page([member("a")], f'<{ISSUER}{first}>; rel="next"')
    tool.service.answers[first] = lambda: page([member("b")], f'<{ISSUER}/x>; rel="first",<{ISSUER}{second}>;rel=next')
    tool.service.answers[second] = lambda: page([member("c")])
    tool.reads()
    assert tool.service.asked[1:] == [first, second]
    assert tool.learners() == {"a", "b", "c"}


def test_a_relative_link_and_one_that_a_proxy_has_made_http_are_followed(tool):
    tool.service.answers["/members?limit=500"] = lambda: page([member("a")], '</members?page=2>; rel="next"')
    tool.service.answers["/members?page=2"] = lambda: page(
        [member("b")], '<http://lms.test/members?page=3>; rel="next"'
    )
    tool.service.answers["/members?page=3"] = lambda: page([member("c")])
    tool.reads()
    assert tool.learners() == {"a", "b", "c"}


def test_an_address_with_a_query_keeps_it(tool):
    tool.enters(url=f"{ISSUER}/members?limit=7&type_id=1")
    tool.mark()
    tool.service.members = OLD
    tool.works_off()
    assert tool.service.asked == ["/members?limit=7&type_id=1"]


def test_an_answer_that_is_no_page_changes_nothing(tool):
    tool.reads(*OLD)
    for body in (
        "<html>Sign in</html>",
        "[]",
        '{"members": {}}',
        "null",
        "[" * 100_000,
        f'{{"members": [{"9" * 5000}]}}',
    ):
        tool.service.answers["/members?limit=500"] = lambda body=body: Response(body)
        tool.reads_again(*NEW)
        assert (tool.roster().reason, tool.learners()) == ("unreadable", OLD_SUBS)


def test_a_page_of_more_than_ten_megabytes_is_not_read(tool):
    """S44."""
    tool.reads(*OLD)
    tool.service.answers["/members?limit=500"] = lambda: Response(b" " * 10_000_001)
    tool.reads_again(*NEW)
    assert (tool.roster().reason, tool.learners()) == ("too-large", OLD_SUBS)


def test_a_roster_without_anybody_is_taken_for_a_fault(tool):
    tool.reads(*OLD)
    tool.reads_again()
    assert (tool.roster().reason, tool.learners()) == ("empty", OLD_SUBS)


def test_a_run_that_could_not_end_in_a_day_begins_anew(tool, clock):
    fail_at(tool, 100, lambda: Response(status_code=503, headers={"retry-after": "90000"}))
    tool.reads(*NEW)
    clock.pass_by(days=1, minutes=1)
    tool.service.answers.clear()
    tool.service.asked.clear()
    tool.works_off()
    assert tool.service.asked[0] == "/members?limit=500"
    assert len(tool.learners()) == 250


def test_a_platform_that_is_away_is_asked_at_most_forty_times_a_day(tool, clock):
    tool.service.answers["/members?limit=500"] = lambda: Response(status_code=502)
    tool.reads()
    tool.service.asked.clear()
    for _ in range(24 * 12):
        clock.pass_by(minutes=5)
        tool.works_off()
    assert 20 < len(tool.service.asked) <= 40
