"""The development plan: goals out of the profile or one's own, tried and looked back on, nobody else's."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from app.assessment.goals import write_calendar
from app.assessment.models import Goal
from tests.assessment_kit import PLAN, Assessor
from tests.functional.learning_kit import count
from tests.lti_kit import sign_in

GOAL = {"competency": "S1", "behavior": "I ask first.", "with_whom": "the intern", "by": "2027-01-31"}


@pytest.fixture
def coach(app) -> Assessor:
    return Assessor(sign_in(app))


def test_a_goal_is_written_tried_looked_back_on_and_deleted(app, coach, clock):
    assert "No goal yet" in coach.open(PLAN)
    goal = coach.add_goal(**GOAL)
    html = coach.open(PLAN)
    assert "planned" in html
    assert "I ask first." in html
    assert "The day has come" not in html
    clock.now += timedelta(days=100)
    coach.here = sign_in(app)
    assert "The day has come" in coach.open(PLAN)

    changed = {**GOAL, "revision": "1", "state": "tried", "outcome": "She spoke first."}
    assert coach.send(goal, **changed) == PLAN
    # The same once more, from a form of before, changes nothing and clashes with nothing.
    assert coach.send(goal, **changed) == PLAN
    assert "She spoke first." in coach.open(PLAN)
    clash = coach.here.post(goal, **{**changed, "outcome": "From another window."})
    assert clash.status_code == 409
    assert "She spoke first." in clash.text
    assert "From another window." in clash.text
    revision = re.search(r'name="revision" value="(\d+)"', clash.text)
    assert revision
    coach.send(goal, **{**changed, "outcome": "From another window.", "revision": revision[1]})
    assert "From another window." in coach.open(goal)

    assert coach.send(f"{goal}/delete") == PLAN
    assert coach.here.get(goal).status_code == 404
    assert count(coach.here, Goal) == 0


def test_a_goal_that_cannot_be_kept_comes_back_with_its_words(coach):
    for fields, said in (
        ({"behavior": " ", "how_known": "by her words"}, "Say in a sentence"),
        ({"behavior": "I ask.", "how_known": "by her words", "by": "31.3.27"}, "year, month, day"),
        ({"behavior": "x" * 2001, "how_known": "by her words"}, "takes 2000 characters"),
    ):
        answer = coach.here.post(f"{PLAN}/new", **fields)
        assert answer.status_code == 422, fields
        assert said in answer.text
        assert "by her words" in answer.text
    assert coach.here.post(f"{PLAN}/new", behavior="I ask.", competency="Z9").status_code == 400
    assert coach.here.post(f"{PLAN}/new", behavior="I ask.", state="won").status_code == 400
    assert coach.here.post(f"{PLAN}/new", behavior="I ask.", revision="x").status_code == 400
    assert count(coach.here, Goal) == 0


def test_a_goal_saves_itself_and_once_more_is_still_one(app, coach):
    """What the page's script sends: a new goal has the script's id, for an answer that is lost on the way."""
    made = str(UUID(int=7))
    sent = {"behavior": "I ask", "revision": "0", "made": made}
    first = coach.save(f"{PLAN}/new", **sent)
    assert first.status_code == 200
    kept = first.json()
    assert (kept["path"], kept["revision"], kept["saved_at"]) == (f"{PLAN}/{made}", 1, "2026-11-22T14:03:00+00:00")
    assert coach.save(f"{PLAN}/new", **sent).json() == kept
    assert coach.save(f"{PLAN}/new", **{**sent, "behavior": "I ask first."}).json()["revision"] == 2
    assert coach.send(f"{PLAN}/new", **{**sent, "behavior": "I ask first."}) == PLAN
    assert count(coach.here, Goal) == 1
    assert "I ask first." in coach.open(kept["path"])

    clash = coach.save(kept["path"], behavior="Of an older window.", revision="1")
    assert (clash.status_code, clash.json()["revision"]) == (409, 2)
    assert clash.json()["fields"] == {
        "behavior": "I ask first.", "with_whom": "", "how_known": "", "support": "", "outcome": "",
        "competency": "", "by": "", "state": "planned",
    }  # fmt: skip
    for fields, said in (({"behavior": " "}, "Say in a sentence"), ({"behavior": "x", "by": "soon"}, "2027-03-31")):
        refused = coach.save(kept["path"], **fields, revision="2")
        assert refused.status_code == 422
        assert said in refused.json()["problem"]
    assert "I ask first." in coach.open(kept["path"])


def test_an_id_of_the_script_opens_nobody_elses_goal(app, coach):
    coach.save(f"{PLAN}/new", behavior="I ask first.", made=str(UUID(int=7)))
    for other in (sign_in(app, sub="other"), sign_in(app, institution="Elsewhere")):
        answer = Assessor(other).save(f"{PLAN}/new", behavior="Mine now.", made=str(UUID(int=7)))
        assert answer.status_code == 400
        assert "I ask first." not in answer.text
        assert Assessor(other).save(f"{PLAN}/new", behavior="Mine.", made="7").status_code == 400
    assert "I ask first." in coach.open(PLAN)


def test_the_profile_suggests_the_next_sentence_of_an_item(coach):
    assert "suggestions from it stand here" in coach.open(PLAN)
    targets = {f"target/{domain}": "4" for domain in "PRSTD"}
    coach.take_baseline(lambda item: "1" if item == "S1.2" else "4", {**targets, "importance/S1": "3"})
    html = coach.open(PLAN)
    step = "At least once I noticed the advice coming and asked a question in its place."
    assert step in html
    form = coach.open(f"{PLAN}/new?competency=S1")
    assert step in form
    assert '<option value="S1" selected>' in form
    assert "/modules/m3-" in form
    coach.add_goal(**GOAL)
    assert step not in coach.open(PLAN)
    assert coach.open(f"{PLAN}/new?competency=nonsense").count("selected") == 0


def test_the_calendar_gives_nothing_away(coach):
    goal = coach.add_goal(**GOAL)
    answer = coach.here.get(f"{goal}/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "DTSTART;VALUE=DATE:20270131\r\n" in answer.text
    assert "I ask first" not in answer.text
    assert "intern" not in answer.text
    without = coach.add_goal(behavior="I wait.")
    assert coach.here.get(f"{without}/calendar.ics").status_code == 404


def test_lines_of_a_calendar_are_escaped_and_folded(clock):
    text = write_calendar(UUID(int=1), date(2027, 2, 28), clock.now, title="a, b; c\\d", text="ä" * 80)
    assert "SUMMARY:a\\, b\\; c\\\\d\r\n" in text
    assert "DTEND;VALUE=DATE:20270301" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "ä" * 80 in text.replace("\r\n ", "")


def test_a_plan_is_nobody_elses(app, coach):
    goal = coach.add_goal(**GOAL)
    for other in (sign_in(app, sub="other"), sign_in(app, institution="Elsewhere"), sign_in(app, is_masqueraded=True)):
        for path in (goal, f"{goal}/calendar.ics"):
            assert other.get(path).status_code in {403, 404}
        assert other.post(goal, behavior="Mine now.").status_code in {403, 404}
        assert other.post(f"{goal}/delete").status_code in {403, 404}
        assert "I ask first." not in other.get(PLAN).text
    assert "I ask first." in coach.open(PLAN)
