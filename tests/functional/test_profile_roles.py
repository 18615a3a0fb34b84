"""The role set's index before and after, beside the self-rating, for the coach alone; a note only where they differ."""

import re
from fractions import Fraction

import pytest

from app.assessment.rules import Differing, tell_difference
from tests.assessment_kit import HOME, PROFILE, Assessor, Level, cycle
from tests.functional.learning_kit import do_training, get_module
from tests.functional.test_profile import read
from tests.lti_kit import sign_in
from tests.practice_walk import put_module
from tests.walking import Walker

FIRST, SECOND = "role-set-a", "role-set-b"
PATH = "/modules/m0-roles/role-sets"
OVER_TIME = f"{PROFILE}/over-time"
DIFFER = "point different ways"


@pytest.fixture
def coach(app) -> Assessor:
    return Assessor(sign_in(app))


@pytest.fixture
def walker(app, coach) -> Walker:
    return Walker(coach.here, get_module(app))


def rated(level: str) -> Level:
    """That level for telling the roles apart, and anything for the rest."""
    return lambda item: level if item.startswith("P1") else cycle("2", "3")(item)


def read_rows(html: str) -> dict[str, list[str]]:
    """What the table says of before and after: index and rating."""
    section = html.split('id="roles-title"')[1].split("</section>", maxsplit=1)[0]
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>', section)
    return {
        title: [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td.*?</td>", cells)]
        for title, cells in rows
    }


def test_nothing_is_said_of_roles_until_a_form_was_gone_through_and_something_handed_in(coach, walker):
    walker.take_role_set(FIRST)
    assert "Telling the roles apart" not in coach.open(PROFILE)
    walker.here.post(f"{PATH}/{SECOND}/begin", after="0")
    coach.take_baseline(rated("3"))
    rows = read_rows(coach.open(PROFILE))
    assert rows["After the training"] == ["none yet", "none yet"]
    assert rows["Before the training"][0].startswith("100 of 100")
    assert rows["Before the training"][1].startswith("3.0")


def test_both_forms_stand_beside_the_ratings_of_their_time(app, coach, walker):
    coach.take_baseline(lambda item: "2" if item == "P1.1" else "3")
    walker.take_role_set(FIRST, well=False)
    assert "After the training new situations wait" in read(coach.open(PROFILE))
    do_training(app, coach.here)
    assert f'href="{PATH}/{SECOND}"' in coach.open(HOME)
    coach.take_post(now=rated("4"))
    assert f'href="{PATH}/{SECOND}"' in coach.open(PROFILE)
    walker.take_role_set(SECOND)
    html = coach.open(PROFILE)
    rows = read_rows(html)
    index = int(rows["Before the training"][0].split()[0])
    assert 0 < index < 50
    assert rows["Before the training"][1].startswith("2.5")
    assert rows["After the training"][0].startswith("100 of 100")
    assert rows["After the training"][1].startswith("4.0")
    words = read(html)
    assert "one of them can move it by about 8: read small differences as none" in words
    assert "Provisional: author keys, panel pending." in words
    assert DIFFER not in words

    over_time = read(coach.open(OVER_TIME))
    assert f"Which role first? {index} of 100" in over_time
    assert "Which role first, once more? 100 of 100" in over_time
    assert "Baseline 2.5" in over_time
    assert "After the training 4.0" in over_time


def test_only_the_first_way_through_counts_by_the_keys_that_it_was_answered_under(app, coach, walker):
    coach.take_baseline(rated("3"))
    walker.take_role_set(FIRST, well=False)
    rows = read_rows(coach.open(PROFILE))
    walker.send(f"{PATH}/{FIRST}/begin", after="1")
    form = get_module(app).role_sets[0]
    weights = form.weights.model_copy(update={"role": 90, "opening": 10})
    put_module(app, role_sets=(form.model_copy(update={"weights": weights}),))
    assert read_rows(coach.open(PROFILE)) == rows
    other = Walker(sign_in(app, sub="other"), get_module(app))
    other.take_role_set(FIRST, well=False)
    Assessor(other.here).take_baseline(rated("3"))
    assert read_rows(Assessor(other.here).open(PROFILE)) != rows


def test_who_rates_themselves_high_and_chose_otherwise_gets_a_note_that_blames_nobody(coach, walker):
    coach.take_baseline(rated("4"))
    walker.take_role_set(FIRST, well=False)
    words = read(coach.open(PROFILE))
    assert DIFFER in words
    assert "Before the training: you rated yourself at 4.0, and your role clarity was " in words
    assert "neither is the true one" in words
    assert f'href="{PATH}/{FIRST}">Your pattern' in coach.open(PROFILE)


def test_who_rates_themselves_low_and_chose_as_the_authors_would_gets_a_note_too(coach, walker):
    coach.take_baseline(rated("2"))
    walker.take_role_set(FIRST)
    words = read(coach.open(PROFILE))
    assert DIFFER in words
    assert "If you have not yet said it out loud" in words


def test_the_note_speaks_of_the_newest_pair_alone(app, coach, walker):
    coach.take_baseline(rated("4"))
    walker.take_role_set(FIRST, well=False)
    do_training(app, coach.here)
    coach.take_post(now=rated("4"))
    assert DIFFER in read(coach.open(PROFILE))
    walker.take_role_set(SECOND)
    assert DIFFER not in read(coach.open(PROFILE))


@pytest.mark.parametrize(
    ("rating", "index", "differing"),
    [
        ("4", 49, Differing.RATED_HIGHER), ("4", 50, None), ("7/2", 0, None), ("5", 75, None),
        ("2", 75, Differing.RATED_LOWER), ("2", 74, None), ("5/2", 100, None), ("1", 49, None),
    ],
)  # fmt: skip
def test_only_the_far_ends_are_set_against_each_other(rating, index, differing):
    assert tell_difference(Fraction(rating), index) is differing


def test_nobody_else_sees_it_and_content_without_two_forms_says_nothing(app, coach, walker):
    coach.take_baseline(rated("4"))
    walker.take_role_set(FIRST, well=False)
    other = Assessor(sign_in(app, sub="other"))
    other.take_baseline(rated("4"))
    assert "Telling the roles apart" not in other.open(PROFILE)
    assert sign_in(app, is_masqueraded=True).get(PROFILE).status_code == 403
    put_module(app, later_role_sets=())
    assert "Telling the roles apart" not in coach.open(PROFILE)


def test_the_second_form_is_offered_with_the_post_alone_and_only_to_whom_it_is_a_second(app, coach, walker):
    do_training(app, coach.here, but="m0")
    walker.take_role_set(FIRST)
    assert SECOND not in coach.open(HOME)
    do_training(app, coach.here)
    coach.take_baseline(rated("3"))
    assert f'href="{PATH}/{SECOND}">Which role first, once more?' in coach.open(HOME)
    walker.take_role_set(SECOND)
    assert SECOND not in coach.open(HOME)
