"""R30: a large roster, page by page; a page that fails, a worker that dies: never half a roster, nothing read twice."""

import json
from dataclasses import replace

import pytest
from starlette.responses import Response

from app.lti.roster import job
from app.lti.roster.job import drain
from app.membership.models import Membership, User
from app.progress.service import MOST_FACTS_A_REQUEST
from tests.lti_kit import ISSUER, LEARNER
from tests.roster_kit import MEMBERS_TYPE, count_rows_of, member


def offer(tool, people: int, *, page_size: int = 100) -> None:
    """A roster of that many, its pages written beforehand so that the service costs next to nothing."""
    tool.service.page_size = page_size
    starts = range(0, people, page_size)
    for place, start in enumerate(starts):
        members = [
            member(f"person-{n}", name=f"Person {n:05}", roles=[LEARNER]) for n in range(start, start + page_size)
        ]
        body = json.dumps({"id": "x", "context": {"id": "course-1"}, "members": members})
        is_last = place == len(starts) - 1
        link = {} if is_last else {"link": f'<{ISSUER}/members?from={start + page_size}>; rel="next"'}
        path = "/members?limit=500" if start == 0 else f"/members?from={start}"
        tool.service.answers[path] = lambda body=body, link=link: Response(body, 200, link, MEMBERS_TYPE)


def begin(tool) -> None:
    tool.enters()
    tool.mark()


def visible(tool) -> int:
    """How many people stand on the course's list."""
    return count_rows_of(tool.house, Membership, Membership.is_learner, Membership.left_at.is_(None))


@pytest.mark.soak
@pytest.mark.one_database("the same job as in the smaller run on both, only longer")
def test_fifty_thousand_people_in_five_hundred_pages(tool, clock):
    """R30."""
    offer(tool, 50_000)
    whole = tool.service.answers.pop("/members?from=30000")
    tool.service.answers["/members?from=30000"] = lambda: Response(status_code=500)
    begin(tool)
    tool.works_off()
    assert (len(tool.service.asked), tool.roster().reason, visible(tool)) == (301, "status-500", 0)
    tool.service.answers["/members?from=30000"] = whole
    clock.pass_by(minutes=1)
    tool.works_off()
    assert len(tool.service.asked) == len(set(tool.service.asked)) + 1 == 501
    assert (tool.roster().people, tool.roster().reason, visible(tool)) == (50_000, None, 50_000)
    assert tool.leftovers() == 0


def test_a_roster_is_seen_only_when_its_last_page_is_in(tool):
    """R30."""
    offer(tool, 1500)
    seen: list[int] = []
    last = tool.service.answers["/members?from=1400"]
    tool.service.answers["/members?from=1400"] = lambda: seen.append(visible(tool)) or last()
    begin(tool)
    tool.works_off()
    assert seen == [0]
    assert visible(tool) == tool.roster().people == 1500


def test_a_worker_that_dies_anywhere_costs_no_page_twice_and_loses_nobody(tool, clock, monkeypatch):
    """R30: Every step is taken by another worker, and the one before dies with its hand still on the course."""
    offer(tool, 400, page_size=50)
    begin(tool)

    class Killed(BaseException):
        pass

    def die(_point: str) -> None:
        raise Killed

    monkeypatch.setattr(job, "die_at", die)
    steps = 0
    while tool.roster().read_at is None:
        with pytest.raises(Killed):
            drain(tool.house, str(tool.platform.registration_id))
        steps += 1
        assert tool.due() == []
        clock.pass_by(minutes=2)
    assert steps == 8 + 4 + 1 + 1
    assert len(tool.service.asked) == 8
    assert visible(tool) == 400
    assert len(tool.facts()) == 400


def test_two_workers_at_one_course_do_not_disturb_each_other(tool):
    """The second takes nothing while the first has its hand on it; its stale page is dropped."""
    offer(tool, 300)
    lane = str(tool.platform.registration_id)
    middle = tool.service.answers["/members?from=100"]
    others: list[bool] = []

    def interfere() -> Response:
        if not others:
            others.append(drain(tool.house, lane))
        return middle()

    tool.service.answers["/members?from=100"] = interfere
    begin(tool)
    tool.works_off()
    assert others == [False]
    assert visible(tool) == 300


def test_facts_come_in_bounded_transactions(tool):
    offer(tool, 350, page_size=350)
    told: list[int] = []
    hooks = tool.house.before_commit
    tool.house = replace(
        tool.house, before_commit=(lambda db: told.append(len(db.info.get("cairn.facts", []))), *hooks)
    )
    begin(tool)
    tool.works_off()
    assert max(told) == MOST_FACTS_A_REQUEST
    assert sum(told) == 350


def test_an_unchanged_roster_changes_no_row(tool, clock):
    offer(tool, 300)
    begin(tool)
    tool.works_off()
    before = [(row.id, row.listed_at, row.joined_at) for row in tool.rows(Membership)]
    facts, users = tool.facts(), len(tool.rows(User))
    clock.pass_by(days=1)
    tool.works_off()
    assert [(row.id, row.listed_at, row.joined_at) for row in tool.rows(Membership)] == before
    assert (tool.facts(), len(tool.rows(User))) == (facts, users)
    assert tool.roster().read_at == clock()
