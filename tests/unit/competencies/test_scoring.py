"""Scores are means of what was answered; what is missing is named, never guessed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies import load_framework, load_instruments
from competencies.scoring import (
    is_all_equal,
    keep_shared,
    list_priorities,
    score_competency,
    score_domains,
    tell_gap,
)

OURS = load_instruments()[0][0]
FRAMEWORK = load_framework()[0]
assert FRAMEWORK is not None
IDS = [item.id for item in OURS.items]
ANSWERS = st.dictionaries(st.sampled_from(IDS), st.sampled_from([1, 2, 3, 4, 5, "N"]))
FORMS = st.sampled_from(["core", "long"])


def score(answers, form="core"):
    return {one.id: one for one in score_domains(OURS, FRAMEWORK, form, answers)}


@pytest.mark.parametrize(
    ("form", "answers", "value"),
    [
        ("core", {}, None),
        ("core", {"S1.1": "N", "S1.2": "N"}, None),
        ("core", {"S1.1": 4}, 4),
        ("core", {"S1.1": 4, "S1.2": "N"}, 4),
        ("core", {"S1.1": 4, "S1.2": 1}, Fraction(5, 2)),
        ("core", {"S1.1": 4, "S1.3": 1}, 4),
        ("long", {"S1.1": 4}, None),
        ("long", {"S1.1": 4, "S1.3": 1}, Fraction(5, 2)),
        ("long", {"S1.1": 4, "S1.2": 4, "S1.3": 1}, 3),
    ],
)
def test_a_competency_is_the_mean_of_enough_answers(form, answers, value):
    assert score_competency(OURS, "S1", form, answers).value == value


def test_what_is_missing_is_named():
    one = score_competency(OURS, "S1", "long", {"S1.1": 4, "S1.2": "N"})
    assert (one.answered, one.not_yet, one.unanswered) == (("S1.1",), ("S1.2",), ("S1.3",))
    domain = score({"S1.1": 4, "S2.1": 2})["S"]
    assert (domain.value, domain.missing) == (3, ("S3",))
    assert score({"S1.1": 4})["S"].value is None
    assert tell_gap(None, 4) is tell_gap(Fraction(2), None) is None
    assert tell_gap(Fraction(5, 2), 4) == Fraction(3, 2)


def test_priorities_weigh_the_gap_by_what_matters():
    domains = score_domains(
        OURS, FRAMEWORK, "core", {"P1.1": 2, "P2.1": 1, "P3.1": 3, "R1.1": 4, "R2.1": 1, "S1.1": 1, "T1.1": 1}
    )
    found = list_priorities(domains, {"P": 4, "R": 4, "T": 3}, {"P1": 3, "P2": 1, "P3": 3, "R1": 3, "T1": 1})
    # R1 is where it should be; R2's importance was not said; S has no target.
    assert [(one.code, one.gap, one.weight) for one in found] == [
        ("P1", 2, 6), ("P2", 3, 3), ("P3", 1, 3), ("T1", 2, 2), ("R2", 3, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "asks"),
    [
        ({}, False),
        ({"P1.1": 3}, False),
        ({"P1.1": 3, "P1.2": 3}, True),
        ({"P1.1": "N", "P1.2": "N"}, True),
        ({"P1.1": 3, "P1.2": "N"}, False),
    ],
)
def test_equal_answers_are_asked_about(answers, asks):
    assert is_all_equal(answers) is asks


@given(ANSWERS, FORMS)
def test_scores_lie_between_the_answers_and_every_item_is_accounted_for(answers, form):
    for domain in score(answers, form).values():
        levels = [level for one in domain.competencies for level in (answers.get(item) for item in one.answered)]
        if domain.value is not None:
            assert min(levels) <= domain.value <= max(levels)
        for one in domain.competencies:
            items = {item.id for item in OURS.items_of(one.code, form)}
            assert {*one.answered, *one.not_yet, *one.unanswered} == items
            assert len(one.answered) + len(one.not_yet) + len(one.unanswered) == len(items)


@given(ANSWERS, FORMS, st.sampled_from(IDS))
def test_a_higher_answer_never_lowers_a_score(answers, form, item):
    low, high = score({**answers, item: 2}, form), score({**answers, item: 4}, form)
    for name in low:
        assert (low[name].value is None) == (high[name].value is None)
        assert (low[name].value or 0) <= (high[name].value or 0)


@given(ANSWERS, FORMS)
def test_no_chance_yet_scores_like_no_answer(answers, form):
    without = {item: level for item, level in answers.items() if level != "N"}
    assert [one.value for one in score(answers, form).values()] == [one.value for one in score(without, form).values()]


@given(ANSWERS, ANSWERS)
def test_a_change_is_read_from_items_answered_both_times(first, second):
    one, other = keep_shared(first, second)
    assert set(one) == set(other)
    assert "N" not in {*one.values(), *other.values()}
    assert all(one[item] == first[item] and other[item] == second[item] for item in one)
    assert keep_shared(one, other) == (one, other)


@given(ANSWERS, st.dictionaries(st.sampled_from("PRSTD"), st.integers(1, 5)))
def test_priorities_are_gaps_only_and_in_order(answers, targets):
    importance = {"P1": 3, "R2": 2, "S3": 1, "T1": 3, "D1": 2}
    found = list_priorities(tuple(score(answers).values()), targets, importance)
    assert all(one.gap > 0 for one in found)
    weights = [one.weight for one in found if one.weight is not None]
    assert weights == sorted(weights, reverse=True)
    assert all(one.weight is None for one in found[len(weights) :])
