"""Marks of check items: exact points, bounds, reasons, and answers that do not fit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import AnswerDoesNotFit, mark_check, mark_item
from modules.marking import Mark
from tests.unit.modules.activities import CHECK

ITEMS = {item.kind: item for item in CHECK.items}
HALF = Fraction(1, 2)


def points(kind: str, answer: object) -> Fraction:
    return mark_item(ITEMS[kind], answer).points  # type: ignore[arg-type]


def test_the_best_answer_earns_the_point_and_another_none():
    assert points("best", "b") == 1
    assert points("best", "a") == 0


@pytest.mark.parametrize(("answer", "expected"), [("a", 1), ("b", Fraction(2, 3)), ("c", Fraction(1, 3)), ("d", 0)])
def test_a_judgment_earns_thirds(answer: str, expected: Fraction):
    assert points("sjt", answer) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(("a", "b"), 1), (("a",), HALF), (("a", "b", "c"), HALF), (("c", "d"), 0), (("a", "c"), 0)],
)
def test_several_answers_lose_two_shares_for_each_error(answer: tuple[str, ...], expected: Fraction):
    assert points("multiple", answer) == expected


def test_sorting_earns_the_mean_of_its_rows_with_half_for_also():
    right = {"r0": "rule", "r1": "open", "r2": "rule", "r3": "open"}
    assert points("classify", right) == 1
    assert points("classify", {**right, "r0": "none"}) == Fraction(7, 8)
    assert points("classify", {**right, "r0": "open"}) == Fraction(3, 4)


def test_a_claim_is_judged_by_its_verdict():
    assert points("claim", "not-measured") == 1
    assert points("claim", "supported") == 0


def test_the_line_before_it_earns_half():
    assert [points("spot", line) for line in ("l3", "l1")] == [1, HALF]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("best", "z"),
        ("best", ("a",)),
        ("sjt", {}),
        ("multiple", ()),
        ("multiple", ("a", "z")),
        ("multiple", "a"),
        ("classify", {"r0": "rule"}),
        ("classify", {f"r{at}": "gone" for at in range(4)}),
        ("classify", {f"r{at}": "rule" for at in range(5)}),
        ("claim", "perhaps"),
        ("spot", "l0"),
        ("spot", "l9"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(kind: str, answer: object):
    with pytest.raises(AnswerDoesNotFit):
        points(kind, answer)


def test_reasons_are_shown_for_the_chosen_and_the_best_and_kept_for_all():
    mark = mark_item(ITEMS["best"], "a")
    assert [(one.id, one.chosen, one.best) for one in mark.shown] == [("a", True, False), ("b", False, True)]
    assert len(mark.feedback) == 4
    assert all(one.why for one in mark.feedback)


def test_a_sorted_row_says_where_it_belongs():
    mark = mark_item(ITEMS["classify"], {f"r{at}": "none" for at in range(4)})
    assert (mark.feedback[0].category, mark.feedback[0].chosen_category) == ("A rule", "None")


ANSWERS = {
    "best": st.sampled_from("abcd"),
    "sjt": st.sampled_from("abcd"),
    "multiple": st.lists(st.sampled_from("abcd"), min_size=1).map(tuple),
    "classify": st.fixed_dictionaries({f"r{at}": st.sampled_from(["rule", "open", "none"]) for at in range(4)}),
    "claim": st.sampled_from(["supported", "contradicted", "not-measured"]),
    "spot": st.sampled_from(["l1", "l3"]),
}


@given(st.fixed_dictionaries(ANSWERS))
def test_every_mark_lies_between_nothing_and_one(answers: dict[str, object]):
    marks = [mark_item(ITEMS[kind], answer) for kind, answer in answers.items()]  # type: ignore[arg-type]
    assert all(0 <= mark.points <= mark.maximum for mark in marks)
    whole = mark_check(CHECK, marks)
    assert whole.points == sum(mark.points for mark in marks) / len(marks)
    assert whole.passed == (whole.points >= Fraction(8, 10))


@given(st.lists(st.fractions(0, 1), min_size=1, max_size=30))
def test_a_percent_is_never_rounded_up_over_the_bar(shares: list[Fraction]):
    mark = mark_check(CHECK, [Mark("m0-q1", share, ()) for share in shares])
    assert mark.passed == (mark.percent >= CHECK.pass_percent)
    assert 0 <= mark.percent <= 100


def test_eighty_percent_is_exactly_enough():
    tenths = [Fraction(1)] * 4 + [Fraction(0)]
    assert mark_check(CHECK, [Mark("m0-q1", share, ()) for share in tenths]).passed


def test_a_check_without_answers_has_no_mark():
    with pytest.raises(AnswerDoesNotFit):
        mark_check(CHECK, [])
