"""The profile: sentences first, then the plot with its table, and a change only beyond the answers' own error."""

import re

import pytest

from app.assessment.models import ScaleSum
from tests.assessment_kit import PROFILE, Assessor, cycle
from tests.functional.learning_kit import do_training
from tests.lti_kit import sign_in

TARGETS = {f"target/{domain}": "4" for domain in "PRSTD"}


@pytest.fixture
def coach(app) -> Assessor:
    return Assessor(sign_in(app))


def only(level: str, domain: str, otherwise: str):
    return lambda item: level if item.startswith(domain) else otherwise


def read(html: str) -> str:
    """The page's words alone."""
    body = html.split("<main")[1].split("</main>", maxsplit=1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("\u00a0", " ").split())


def test_one_date_shows_where_somebody_stands_and_nothing_is_compared(coach):
    assert "Nothing handed in yet" in read(coach.open(PROFILE))
    more = {**TARGETS, "importance/S1": "3", "importance/R1": "1"}
    coach.take_baseline(only("4", "P", "2"), more)
    words = read(coach.open(PROFILE))
    assert "Highest now: Coaching process and structure, strong. Lowest: Coach development, building." in words
    assert "Furthest from your own target: Relational skills, by 2.0." in words
    assert "nothing is compared" in words
    assert "Asks before advising , 2.0 below your target" in words
    assert words.index("Asks before advising") < words.index("Makes it possible to speak")
    assert "unclear" not in words
    assert "Each of these rests on two or three answers" in coach.open(f"{PROFILE}/competencies")


def test_a_change_is_shown_only_where_it_is_clear_and_then_is_kept_apart(app, coach):
    coach.take_baseline(only("2", "S", "3"), TARGETS)
    do_training(app, coach.here)
    now = lambda item: {"S": "4", "R": "2"}.get(item[0], "3")  # noqa: E731
    coach.take_post(now, then=only("1", "S", "2"))
    html = coach.open(PROFILE)
    words = read(html)
    assert "The clearest change is in Coaching skills, from 2.0 to 4.0." in words
    assert "Clearly lower: Relational skills." in words
    assert (
        "No clear change: Coaching process and structure, Coaching theories and models and Coach development." in words
    )
    assert "3.0 to 3.0, unclear" in words
    assert "rule of thumb, until 30 people here have answered" in words
    # From then to now stands in a figure of its own: 1 to 4.
    assert html.count('role="img"') == html.count("The same as a table") == 2
    assert "1.0 to 4.0" in words
    assert "you now put your former self lower than you did at the time" in words


def test_no_clear_change_is_said_to_be_usual(coach):
    coach.take_baseline(cycle("2", "3"))
    path = coach.begin("on-demand")
    coach.answer(path, "now", cycle("2", "3"))
    coach.hand_in(path)
    words = read(coach.open(PROFILE))
    assert "expect to see this often. It is not a failure." in words


def test_what_is_missing_is_named_and_never_compared(coach):
    coach.take_baseline(only("N", "T", "3"))
    path = coach.begin("on-demand")
    coach.answer(path, "now", cycle("3", "4"))
    coach.hand_in(path)
    html = coach.open(PROFILE)
    row = re.search(r'<th scope="row">Coaching theories and models</th>(.*?)</tr>', html)
    assert row
    assert re.findall(r">([^<]+)</td>", row[1]) == ["none", "3.5", "not enough answers"]
    other = Assessor(sign_in(coach.here.client.app, sub="other"))
    other.take_baseline(lambda item: "N" if item[0] != "P" else "2")
    assert "Without a score, for too few answers: Makes it possible to speak" in read(other.open(PROFILE))


def test_from_thirty_baselines_on_the_institutions_own_error_decides(app, coach):
    """Thirty people, whose added scores spread as their answers do; one more institution has none."""
    coach.take_baseline(cycle("2", "3"))
    path = coach.begin("on-demand")
    coach.answer(path, "now", cycle("3", "4"))
    coach.hand_in(path)
    assert "The clearest change is" in read(coach.open(PROFILE))
    with coach.here.house.database.writing() as db:
        for row in db.query(ScaleSum):
            # Each item 1 or 5 with equal chance and by itself: alpha is near 0, and the bound above one level.
            row.n, row.total, row.squares = (30, 90, 390) if row.item else (30, 540, 10_440)
    words = read(coach.open(PROFILE))
    assert "from the first answers of 30 people here" in words
    assert "rule of thumb" not in words
    assert "It is not a failure." in words
    elsewhere = Assessor(sign_in(app, institution="Elsewhere"))
    assert "from the first answers" not in elsewhere.open(PROFILE)


def test_three_dates_are_drawn_over_time_and_a_shape_needs_every_corner(coach):
    """With fewer dates, or a domain without a score, the page says what is missing and draws nothing."""
    over_time, shape = f"{PROFILE}/over-time", f"{PROFILE}/shape"
    assert "Not enough for a shape" in coach.open(shape)
    coach.take_baseline(only("N", "D", "3"))
    assert "Not enough for a shape" in coach.open(shape)
    assert "You have handed in one self-assessment." in coach.open(over_time)
    for level in ("3", "4"):
        path = coach.begin("on-demand")
        coach.answer(path, "now", only(level, "D", "2"))
        coach.hand_in(path)
    html = coach.open(shape)
    # The baseline has no score for one domain, so only the last date has a shape.
    assert "area-now" in html
    assert "area-then" not in html
    html = coach.open(over_time)
    assert html.count('role="img"') == 5
    row = re.search(r'<th scope="row">Coach development</th>(.*?)</tr>', html)
    assert row
    assert re.findall(r">([^<]+)</td>", row[1]) == ["none", "3.0", "4.0"]
