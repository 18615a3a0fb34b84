"""The self-assessment as a coach takes it: begun, kept answer by answer, handed in, and never changed afterward."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.assessment.models import Assessment, AssessmentAnswer, ScaleSum
from app.progress.rules import FactKind
from tests.assessment_kit import HOME, PROFILE, Assessor, always, cycle
from tests.every_page import strip_varying
from tests.functional.learning_kit import count, do_training, read_facts, ten_at_once
from tests.lti_kit import sign_in

SCRIPT = "one thing that I said"


@pytest.fixture
def coach(app) -> Assessor:
    return Assessor(sign_in(app))


def train(app, coach) -> None:
    do_training(app, coach.here)


def test_a_baseline_is_answered_page_by_page_and_stays_as_it_was_handed_in(app, coach):
    """Begun, gone through, resumed in another browser, looked over, handed in, immutable."""
    assert "Begin, about" in coach.open(HOME)
    path = coach.begin()
    assert coach.begin() == path
    first = coach.send(f"{path}/now/p", go="on", **{"now/P1.1": "2", "importance/P1": "3", "target/P": "4"})
    assert first == f"{path}/now/r"
    assert coach.send(f"{path}/now/r", go="back") == f"{path}/now/p"
    assert coach.send(f"{path}/now/p", go="back") == HOME

    elsewhere = Assessor(sign_in(app))
    html = elsewhere.open(f"{path}/now/p")
    chosen = re.findall(r'name="([^"]+)" value="([^"]+)" checked', html)
    assert chosen == [("now/P1.1", "2"), ("importance/P1", "3"), ("target/P", "4")]
    assert "1 of 6" in html.replace("\u00a0", " ")

    elsewhere.send(f"{path}/now/p", **{"now/P1.1": "3", "example/P": SCRIPT})
    assert SCRIPT in coach.open(f"{path}/now/p")
    elsewhere.send(f"{path}/now/p", **{"example/P": " "})
    assert SCRIPT not in coach.open(f"{path}/now/p")

    review = coach.open(f"{path}/review")
    assert "29 questions have no answer" in review
    coach.answer(path, "now", cycle("2", "3", "N"))
    assert "Every question has an answer" in coach.open(f"{path}/review")
    assert coach.hand_in(path) == PROFILE
    assert (FactKind.SUBMITTED, "self-assessment/baseline") in read_facts(coach.here)

    before = coach.open(path)
    assert "2: I did it at least once" in before
    assert coach.send(f"{path}/now/p", **{"now/P1.1": "5"}) == path
    assert coach.save(f"{path}/now/p", **{"now/P1.1": "5"}).status_code == 409
    assert coach.hand_in(path) == path
    assert strip_varying(coach.open(path)) == strip_varying(before)
    for closed in (f"{path}/now/p", f"{path}/review"):
        assert coach.here.get(closed).headers["location"] == path
    assert coach.send(f"{HOME}/begin", point="baseline") == HOME


def test_then_is_asked_only_after_now_is_fixed(app, coach):
    path = None
    assert coach.send(f"{HOME}/begin", point="post") == HOME
    train(app, coach)
    path = coach.begin("post")
    assert coach.here.get(f"{path}/then/p").headers["location"] == path
    assert coach.send(f"{path}/then/p", **{"then/P1.1": "1"}) == path
    # A field that the page does not ask is never looked at.
    coach.send(f"{path}/now/p", **{"now/P1.1": "4", "then/P1.1": "1"})
    coach.answer(path, "now", cycle("3", "4"))
    assert "look back" in coach.open(f"{path}/review")
    assert count(coach.here, AssessmentAnswer, AssessmentAnswer.key.startswith("then/")) == 0

    assert coach.hand_in(path) == path
    assert coach.here.get(path).headers["location"] == f"{path}/then/p"
    assert coach.here.get(f"{path}/now/p").headers["location"] == path
    assert coach.send(f"{path}/now/p", **{"now/P1.1": "5"}) == path
    html = coach.open(f"{path}/then/p")
    assert "before you started this course" in html
    assert "target" not in html
    # The form of the first stage, sent again, hands in nothing.
    assert coach.hand_in(path, "now") == path
    coach.answer(path, "then", cycle("1", "2"))
    assert coach.hand_in(path, "then") == PROFILE
    assert "Before:" in coach.open(path)


def test_equal_answers_are_asked_about_once(coach):
    path = coach.begin()
    assert coach.hand_in(path) == f"{path}/review"
    assert "Nothing is answered yet" in coach.open(f"{path}/review")
    coach.answer(path, "now", always("3"))
    assert "all the same" not in coach.open(f"{path}/review")
    assert coach.hand_in(path) == f"{path}/review"
    assert "all the same" in coach.open(f"{path}/review")
    assert coach.hand_in(path) == PROFILE
    assert "All domains stand at 3.0" in coach.open(PROFILE)


def test_an_answer_saves_itself_and_odd_ones_are_refused(coach):
    path = coach.begin()
    page = f"{path}/now/p"
    kept = coach.save(page, **{"now/P1.1": "2"})
    assert kept.status_code == 200
    assert kept.json()["count"].replace("\u00a0", " ") == "1 of 6"
    assert coach.save(page, **{"now/P1.1": "6"}).status_code == 400
    assert coach.save(page, **{"importance/P1": "N"}).status_code == 400
    long = "x" * 2001
    assert coach.save(page, **{"example/P": long}).status_code == 422
    refused = coach.here.post(page, go="on", **{"example/P": long})
    assert refused.status_code == 422
    assert long in refused.text
    assert "takes 2000 characters" in refused.text
    # An item of another domain or of the long form is no question of this page.
    coach.send(page, **{"now/R1.1": "4", "now/P1.3": "4"})
    assert count(coach.here, AssessmentAnswer) == 1
    assert coach.here.post(f"{HOME}/begin", point="nonsense").status_code == 400
    assert coach.here.post(f"{HOME}/begin", point="baseline", form="huge").status_code == 400
    assert coach.here.get(f"{path}/now/x").status_code == 404
    assert coach.here.get(f"{path}/later/p").status_code == 404


def test_follow_ups_open_with_time_and_others_whenever_wished(app, coach, clock):
    coach.take_baseline()
    assert "Opens when all parts" in coach.open(HOME)
    long = coach.begin("on-demand", "long")
    assert coach.open(f"{long}/now/p").count("<fieldset") == 9
    # While one is begun no other is ready.
    assert coach.open(HOME).count(f'action="{HOME}/begin"') == 0
    coach.answer(long, "now", cycle("2", "3"), form="long")
    coach.hand_in(long)
    train(app, coach)
    coach.take_post()
    for point, days in (("follow-up-3", 91), ("follow-up-12", 275)):
        assert coach.send(f"{HOME}/begin", point=point) == HOME
        clock.now += timedelta(days=days)
        coach.here = sign_in(app)
        path = coach.begin(point)
        coach.answer(path, "now", cycle("3", "4"))
        assert coach.hand_in(path) == PROFILE
    assert coach.begin("on-demand") != long
    assert count(coach.here, Assessment) == 6


def test_nobody_else_and_nobody_in_their_name_opens_it(app, coach):
    path = coach.take_baseline(more={"example/P": SCRIPT})
    others = [
        sign_in(app, sub="other"),
        sign_in(app, sub="staff", is_staff=True),
        sign_in(app, sub="learner-1", institution="Elsewhere"),
        sign_in(app, sub="learner-1", is_masqueraded=True),
    ]
    for other in others:
        for page in (path, f"{path}/review", f"{path}/now/p"):
            answer = other.get(page)
            assert answer.status_code in {403, 404}, page
            assert SCRIPT not in answer.text
        assert other.post(f"{path}/delete").status_code in {403, 404}
    actor = others[-1]
    for page in (HOME, PROFILE, f"{PROFILE}/competencies"):
        assert actor.get(page).status_code == 403
    assert count(coach.here, Assessment) == 1


def test_deleting_leaves_nothing_but_the_record(app, coach):
    other = Assessor(sign_in(app, sub="other"))
    other.take_baseline(level := cycle("1", "3"))
    before = read_sums(coach)
    path = coach.take_baseline(level)
    assert read_sums(coach) == {key: tuple(2 * value for value in sums) for key, sums in before.items()}
    assert coach.send(f"{path}/delete") == HOME
    assert coach.here.get(path).status_code == 404
    assert read_sums(coach) == before
    assert count(coach.here, AssessmentAnswer, AssessmentAnswer.user_id == coach.here.user.id) == 0
    assert (FactKind.SUBMITTED, "self-assessment/baseline") in read_facts(coach.here)
    coach.take_baseline()


def read_sums(coach: Assessor) -> dict[tuple[str, str], tuple[int, int, int]]:
    with coach.here.house.database.reading() as db:
        return {(row.scale, row.item): (row.n, row.total, row.squares) for row in db.scalars(select(ScaleSum))}


def test_many_at_once_begin_one_and_add_up(app, coach):
    paths = ten_at_once(coach.begin)
    assert len(set(paths)) == 1
    ten_at_once(lambda: coach.send(f"{paths[0]}/now/p", **{"now/P1.1": "2"}))
    assert count(coach.here, AssessmentAnswer) == 1
    coach.answer(paths[0], "now", cycle("1", "2"))
    assert PROFILE in ten_at_once(lambda: coach.hand_in(paths[0]))
    assert {sums[0] for sums in read_sums(coach).values()} == {1}
    assert len(read_sums(coach)) == 35


def test_beside_the_items_about_danger_stands_where_to_turn_once(coach):
    path = coach.begin()
    html = coach.open(f"{path}/now/d")
    assert html.count("If one of your learners worries you now") == 1
    assert "Calling is never the wrong choice here." in html
    assert 'href="/modules/m5-development/job-aid">Referral map and a year&#39;s plan' in html
    # After the second of the items that it belongs to, before the next competency.
    places = [html.index(piece) for piece in ('name="now/D1.2"', "If one of your learners", 'name="now/D2.1"')]
    assert places == sorted(places)
    assert "worries you now" not in coach.open(f"{path}/now/p")
