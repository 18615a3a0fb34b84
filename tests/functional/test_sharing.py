"""A goal is shared by its coach alone, with one named person, until a day; everybody else finds nothing."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, select

from app.assessment.models import Goal, GoalShare, GoalShareEvent, ReaderCode
from app.db.base import Base
from app.membership.models import User
from app.membership.roles import Right
from tests.assessment_kit import PLAN, SHARED, Assessor
from tests.functional.learning_kit import count
from tests.lti_kit import sign_in

GOAL = {"competency": "S1", "behavior": "I ask first.", "with_whom": "the intern", "support": "A quiet room."}
OUTCOME = "She spoke first."
UNTIL = "2026-12-31"


@pytest.fixture
def coach(app) -> Assessor:
    return Assessor(sign_in(app, sub="coach", name="Chidi Coach"))


@pytest.fixture
def peer(app) -> Assessor:
    return Assessor(sign_in(app, sub="peer", name="Priya Peer", course="elsewhere"))


@pytest.fixture
def goal(coach) -> str:
    path = coach.add_goal(**GOAL)
    coach.send(path, **GOAL, revision="1", state="tried", outcome=OUTCOME)
    return path


def test_a_goal_is_previewed_shared_opened_and_told(coach, peer, goal):
    """Nothing is shared by the preview; the text stands on no page before the reader opens it."""
    code = peer.make_code()
    asked = {"code": code.lower().replace("-", " "), "until": UNTIL, "scope": "goal"}
    preview = coach.here.post(f"{goal}/sharing", **asked)
    assert preview.status_code == 200
    assert "Share it with Priya Peer?" in preview.text
    assert OUTCOME not in preview.text
    assert peer.list_received() == []
    assert coach.send(f"{goal}/sharing", **asked, step="share") == f"{goal}/sharing"

    listed = peer.open(SHARED)
    assert "A goal of Chidi Coach" in listed
    assert "31\xa0December\xa02026" in listed
    (path,) = peer.list_received()
    door = peer.open(path)
    assert "I ask first." not in listed + door
    assert "Chidi Coach is told" in door
    assert "opened it" not in coach.open(f"{goal}/sharing")
    assert peer.send(path) == path
    read = peer.open(path)
    assert "I ask first." in read
    assert "A quiet room." in read
    assert OUTCOME not in read
    assert "tried" not in read
    assert "Priya Peer opened it." in coach.open(f"{goal}/sharing")
    assert "Priya Peer, with whom you shared it" in coach.open("/who-can-see-what")
    assert "with whom you shared it" not in peer.open("/who-can-see-what")
    assert "Shared with one person" in coach.open(PLAN)
    assert "share this goal with one person" in coach.open(goal)


def test_the_reader_sees_what_stands_there_as_far_as_it_is_shared(coach, peer, goal):
    path = coach.share(goal, peer, UNTIL)
    peer.send(path)
    (change,) = re.findall(rf'action="({goal}/sharing/[^"]+)"', coach.open(f"{goal}/sharing"))[:1]
    assert coach.send(change, act="change", scope="reviews", until="2027-01-31") == f"{goal}/sharing"
    coach.send(goal, **{**GOAL, "behavior": "I wait first."}, revision="2", state="reviewed", outcome=OUTCOME)
    peer.send(path)
    read = peer.open(path)
    assert "I wait first." in read
    assert OUTCOME in read
    assert "reviewed" in read
    assert "31\xa0January\xa02027" in read
    log = coach.open(f"{goal}/sharing")
    assert "You changed it for Priya Peer: the goal, how far it is, and what happened, until" in log
    coach.send(change, act="change", scope="goal", until="2027-01-31")
    peer.send(path)
    read = peer.open(path)
    assert "I wait first." in read
    assert OUTCOME not in read
    # Only to read: their own plan does not hold it, and it cannot be written to.
    assert "I wait first." not in peer.open(PLAN)
    assert peer.here.post(goal, behavior="Mine now.").status_code == 404
    assert count(peer.here, Goal) == 1


def test_what_is_agreed_anew_is_opened_anew(coach, peer, goal):
    """A reader sees no more than what stood agreed when the coach was told of the opening."""
    path = coach.share(goal, peer, UNTIL)
    coach.send(goal, **GOAL, revision="2", state="reviewed", outcome=OUTCOME)
    (change,) = re.findall(rf'action="({goal}/sharing/[^"]+)"', coach.open(f"{goal}/sharing"))[:1]
    steps = ({"act": "change", "scope": "reviews", "until": UNTIL}, {"act": "revoke"}, {})
    for opened, step in enumerate(steps, start=1):
        peer.send(path)
        assert "I ask first." in peer.open(path)
        if step:
            coach.send(change, **step)
        if step.get("act") != "change":
            coach.send(f"{goal}/sharing", code=peer.make_code(), until=UNTIL, scope="reviews", step="share")
        door = peer.open(path)
        assert "I ask first." not in door
        assert OUTCOME not in door
        assert coach.open(f"{goal}/sharing").count("Priya Peer opened it.") == opened


def test_an_opening_holds_two_hours_and_each_is_logged(app, coach, peer, goal, clock):
    path = coach.share(goal, peer, UNTIL)
    peer.send(path)
    clock.pass_by(minutes=90)
    peer.here = sign_in(app, sub="peer", name="Priya Peer")
    assert "I ask first." in peer.open(path)
    clock.pass_by(minutes=31)
    assert "I ask first." not in peer.open(path)
    peer.send(path)
    assert "I ask first." in peer.open(path)
    coach.here = sign_in(app, sub="coach")
    assert coach.open(f"{goal}/sharing").count("Priya Peer opened it.") == 2


def test_a_goal_that_is_open_is_not_opened_again(coach, peer, goal):
    """However often its reader presses the button, what others did stays in the coach's log."""
    path = coach.share(goal, peer, UNTIL)
    for _ in range(3):
        assert peer.send(path) == path
    assert coach.open(f"{goal}/sharing").count("Priya Peer opened it.") == 1


def fill_places(app, coach, most: int) -> None:
    """The coach's goal is shared with so many more people, later than with anybody else."""
    named = {"institution_id": coach.here.user.institution_id, "platform_id": coach.here.user.platform_id}
    with app.state.house.database.writing() as db:
        goal = db.scalars(select(Goal)).one()
        now = app.state.house.clock() + timedelta(minutes=1)
        people = [
            User(**named, created_at=now, uuid=uuid4(), sub=f"reader-{one}", name=f"Reader {one}")
            for one in range(most)
        ]
        db.add_all(people)
        db.flush()
        shared = {"user_id": goal.user_id, "goal_id": goal.id, "scope": "goal", "until": now.date(), "shared_at": now}
        of_goal = {"institution_id": goal.institution_id, **shared}
        db.add_all(GoalShare(**of_goal, uuid=uuid4(), reader_id=one.id) for one in people)


def test_each_of_fifty_readers_can_be_ended_and_a_fifty_first_waits_for_a_place(app, coach, peer, goal):
    coach.share(goal, peer, UNTIL)
    fill_places(app, coach, 49)
    assert "End sharing with Priya Peer" in coach.open(f"{goal}/sharing")
    late = Assessor(sign_in(app, sub="late", name="Lena Late"))
    asked = {"code": late.make_code(), "until": UNTIL}
    for step in ("", "share"):
        refused = coach.here.post(f"{goal}/sharing", **asked, step=step)
        assert refused.status_code == 422
        assert "Fifty people may read this goal" in refused.text
    assert late.list_received() == []
    # Who is one of the fifty takes no further place.
    coach.send(f"{goal}/sharing", code=peer.make_code(), until=UNTIL, scope="reviews", step="share")

    (end,) = re.findall(rf'action="({goal}/sharing/[^"]+)"', coach.open(f"{goal}/sharing"))[-2:-1]
    coach.send(end, act="revoke")
    coach.send(f"{goal}/sharing", **asked, step="share")
    assert len(late.list_received()) == 1


def test_everything_that_is_shared_with_somebody_is_listed_for_them(app, coach, peer, goal):
    path = coach.share(goal, peer, UNTIL)
    with app.state.house.database.writing() as db:
        kept = db.scalars(select(GoalShare)).one()
        goals = [
            Goal(**{**_copy(db.get_one(Goal, kept.goal_id)), "uuid": uuid4(), "behavior": f"Goal {number}."})
            for number in range(50)
        ]
        db.add_all(goals)
        db.flush()
        sooner = {"until": kept.until - timedelta(days=1)}
        db.add_all(GoalShare(**{**_copy(kept), **sooner, "uuid": uuid4(), "goal_id": one.id}) for one in goals)
    listed = peer.list_received()
    assert len(listed) == 51
    assert listed[-1] == path


def _copy(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "id"}


def test_after_its_last_day_and_after_revoking_there_is_nothing_but_a_sentence(app, coach, peer, goal, clock):
    path = coach.share(goal, peer, "2026-11-24")
    peer.send(path)
    clock.now = clock.now.replace(day=24, hour=23, minute=59)
    coach.here, peer.here = sign_in(app, sub="coach"), sign_in(app, sub="peer")
    peer.send(path)
    assert "I ask first." in peer.open(path)
    clock.pass_by(minutes=1)
    before = count(coach.here, GoalShareEvent)
    for answer in (peer.here.get(path), peer.here.post(path)):
        assert answer.status_code == 410
        assert "no longer shared with you" in answer.text
        assert "I ask first." not in answer.text
    assert peer.list_received() == []
    assert count(coach.here, GoalShareEvent) == before
    assert "Sharing with Priya Peer came to its end." in coach.open(f"{goal}/sharing")
    assert "Shared with" not in re.sub("Shared with you", "", coach.open(PLAN))

    # An ended share is not prolonged: the other person has to want it again.
    with app.state.house.database.reading() as db:
        (uuid,) = db.scalars(select(GoalShare.uuid))
    late = coach.here.post(f"{goal}/sharing/{uuid}", act="change", until="2026-12-31")
    assert late.status_code == 422
    assert "share the goal again" in late.text
    assert peer.here.get(path).status_code == 410

    fields = {"code": peer.make_code(), "until": "2026-12-31", "step": "share"}
    coach.send(f"{goal}/sharing", **fields)
    assert peer.list_received() == [path]
    assert coach.send(f"{goal}/sharing/{uuid}", act="revoke") == f"{goal}/sharing"
    assert (peer.here.get(path).status_code, peer.here.post(path).status_code) == (410, 410)
    coach.send(f"{goal}/sharing/{uuid}", act="revoke")
    log = coach.open(f"{goal}/sharing")
    assert log.count("You ended sharing with Priya Peer.") == 1
    assert log.count("came to its end") == 1


def test_nobody_else_reads_a_shared_goal_or_learns_that_there_is_one(app, coach, peer, goal, browser):
    """Other people, staff, office, LMS admin, another institution with the same sub, and actors for either side."""
    path = coach.share(goal, peer, UNTIL, scope="reviews")
    peer.send(path)
    (share,) = re.findall(rf'action="({goal}/sharing/[^"]+)"', coach.open(f"{goal}/sharing"))[:1]
    missing = f"{SHARED}/00000000-0000-4000-8000-000000000000"
    course = coach.here.context.platform_context_id
    strangers = {
        "another learner": sign_in(app, sub="other", course=course),
        "staff of the same course": sign_in(app, sub="staff", course=course, is_staff=True),
        "the office": sign_in(app, sub="office", rights=(Right.OFFICE,)),
        "an LMS admin": sign_in(app, sub="admin", rights=(Right.LMS_ADMIN,), is_administrator=True),
        "the reader's namesake elsewhere": sign_in(app, sub="peer", name="Priya Peer", institution="Elsewhere"),
        "the coach's namesake elsewhere": sign_in(app, sub="coach", name="Chidi Coach", institution="Elsewhere"),
    }
    before = count(coach.here, GoalShareEvent)
    for who, here in strangers.items():
        for answer in (here.get(path), here.post(path), here.get(f"{goal}/sharing"), here.post(share, act="revoke")):
            assert answer.status_code == 404, who
            assert "I ask first." not in answer.text
        assert here.post(f"{goal}/sharing", code="x", until=UNTIL).status_code == 404, who
        assert (here.get(path).status_code, here.get(missing).status_code) == (404, 404)
        assert "A goal of" not in here.get(SHARED).text
    # The coach is no reader of their own goal either, and the reader no owner.
    assert coach.here.get(path).status_code == 404
    assert peer.here.post(share, act="revoke").status_code == 404
    for sub in ("coach", "peer"):
        actor = sign_in(app, sub=sub, is_masqueraded=True)
        for address in (path, SHARED, f"{goal}/sharing"):
            assert actor.get(address).status_code == 403, (sub, address)
        for address in (path, f"{SHARED}/code", f"{goal}/sharing", share):
            assert actor.post(address, act="revoke").status_code == 403, (sub, address)
    assert browser().get(path).status_code == 401
    assert count(coach.here, GoalShareEvent) == before
    assert count(coach.here, ReaderCode) == 0
    assert "I ask first." in peer.open(path)


def test_the_office_reads_a_goal_only_where_it_was_shared_with_that_person_by_name(app, coach, goal):
    office, colleague = (Assessor(sign_in(app, sub=sub, rights=(Right.OFFICE,))) for sub in ("office", "colleague"))
    path = coach.share(goal, office, UNTIL)
    office.send(path)
    assert "I ask first." in office.open(path)
    assert "I ask first." not in office.open("/office/courses")
    assert colleague.here.get(path).status_code == 404
    assert colleague.list_received() == []


def test_a_code_names_one_person_of_the_institution_once_within_a_day(app, coach, peer, goal, clock):
    outsider = Assessor(sign_in(app, sub="peer", institution="Elsewhere"))
    first = peer.make_code()
    refused = {
        outsider.make_code(): "opens nothing",
        coach.make_code(): "is your own",
        "": "opens nothing",
    }
    used = peer.make_code()
    refused[first] = "opens nothing"
    for code, said in refused.items():
        for step in ("", "share"):
            answer = coach.here.post(f"{goal}/sharing", code=code, until=UNTIL, step=step)
            assert answer.status_code == 422
            assert said in answer.text
            assert "Priya" not in answer.text
        clock.pass_by(minutes=61)
        coach.here = sign_in(app, sub="coach")
    coach.send(f"{goal}/sharing", code=used, until=UNTIL, step="share")
    again = coach.here.post(f"{goal}/sharing", code=used, until=UNTIL, step="share")
    assert (again.status_code, count(coach.here, GoalShare)) == (422, 1)

    peer.here = sign_in(app, sub="peer")
    late = peer.make_code()
    clock.pass_by(hours=24)
    coach.here = sign_in(app, sub="coach")
    assert coach.here.post(f"{goal}/sharing", code=late, until=UNTIL).status_code == 422


def test_codes_are_guessed_five_times_and_somebody_shut_out_is_nobody(app, coach, peer, goal):
    code = peer.make_code()
    with app.state.house.database.writing() as db:
        assert code not in str(db.execute(select(ReaderCode.code_hash)).all())
        user = db.get_one(User, peer.here.user.id)
        user.blocked_at = app.state.house.clock()
    assert "opens nothing" in coach.here.post(f"{goal}/sharing", code=code, until=UNTIL).text
    with app.state.house.database.writing() as db:
        db.get_one(User, peer.here.user.id).blocked_at = None
    coach.share(goal, peer, UNTIL)  # does not begin the count anew
    for _ in range(4):
        coach.here.post(f"{goal}/sharing", code="BBBBB-BBBBB", until=UNTIL)
    barred = coach.here.post(f"{goal}/sharing", code=peer.make_code(), until=UNTIL)
    assert barred.status_code == 422
    assert "too many wrong codes" in barred.text


def test_sharing_always_ends_within_a_year(coach, peer, goal):
    for until in ("", "soon", "2026-11-21", "2027-11-23"):
        code = peer.make_code()
        answer = coach.here.post(f"{goal}/sharing", code=code, until=until, step="share")
        assert answer.status_code == 422, until
        assert code in answer.text
    assert coach.here.post(f"{goal}/sharing", code=peer.make_code(), until=UNTIL, scope="all").status_code == 400
    assert count(coach.here, GoalShare) == 0
    coach.share(goal, peer, "2027-11-22")
    (change,) = re.findall(rf'action="({goal}/sharing/[^"]+)"', coach.open(f"{goal}/sharing"))[:1]
    assert coach.here.post(change, act="change", until="2027-11-23").status_code == 422
    assert coach.here.post(change, act="lend", until=UNTIL).status_code == 400


def test_the_person_is_told_apart_when_the_lms_gives_no_name(app, coach, goal):
    nameless = Assessor(sign_in(app, sub="nameless", name=None))
    preview = coach.here.post(f"{goal}/sharing", code=nameless.make_code(), until=UNTIL)
    assert "does not tell Cairn this person" in preview.text


def test_each_of_the_two_saves_their_own_side_and_not_the_others(coach, peer, goal):
    """What is kept about the reader names no goal's words, and what is kept about the coach no reader's name."""
    peer.send(coach.share(goal, peer, UNTIL))
    both = {"shared", "opened"}
    sides = ((peer, {"opened"}, "I ask first."), (peer, {"opened"}, "Chidi Coach"), (coach, both, "Priya Peer"))
    for here, kinds, other in sides:
        file = here.open("/who-can-see-what/your-data.json")
        records = json.loads(file)["records"]
        assert len(records["goal_share"]) == 1
        assert {one["kind"] for one in records["goal_share_event"]} == kinds
        assert other not in json.dumps(records)
        assert here.here.get("/who-can-see-what/your-data.pdf").content.startswith(b"%PDF-")


def test_deleting_the_goal_takes_every_trace_of_sharing_with_it(coach, peer, goal):
    kept = coach.add_goal(behavior="I wait.")
    stays = coach.share(kept, peer, UNTIL)
    path = coach.share(goal, peer, UNTIL)
    peer.send(path)
    coach.send(f"{goal}/delete")
    assert peer.here.get(path).status_code == 404
    assert peer.list_received() == [stays]
    assert (count(coach.here, GoalShare), count(coach.here, GoalShareEvent)) == (1, 1)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What is asked, on any connection: on PostgreSQL reading pages have an engine of their own."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, _values, _context, _many) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def test_each_page_of_sharing_needs_few_statements_however_much_is_shared(app, coach, peer, goal, statements):
    """Also the log of a goal that was opened often; the session's own statement is the fourth."""
    path = coach.share(goal, peer, UNTIL)
    for number in range(3):
        other = Assessor(sign_in(app, sub=f"peer-{number}"))
        other.send(coach.share(goal, other, UNTIL))
    for _ in range(5):
        peer.send(path)
    for here, address in (
        (coach, f"{goal}/sharing"), (coach, PLAN), (coach, goal), (peer, SHARED), (peer, path),
    ):  # fmt: skip
        statements.clear()
        here.open(address)
        assert 2 <= len(statements) <= 4, (address, statements)
