"""Alpha, the standard error and the reliable change, against an example worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies import load_framework, load_instruments
from competencies.change import (
    Change,
    Direction,
    ScaleSums,
    Sums,
    Yardstick,
    add_up,
    compare_domains,
    make_yardstick,
    tell_alpha,
    tell_rci,
    tell_sem,
    weigh_items,
    widen,
)
from competencies.scoring import score_domains

ROWS = ((2, 3, 3), (4, 4, 5), (1, 2, 1), (3, 3, 4), (5, 4, 4))
OURS = load_instruments()[0][0]
RULE = OURS.scoring.change
LEVEL = st.integers(1, 5)
TABLES = st.integers(2, 6).flatmap(
    lambda items: st.lists(st.lists(LEVEL, min_size=items, max_size=items), min_size=2, max_size=40)
)


def test_alpha_sem_and_rci_of_an_example_by_hand():
    """Five people, three items.

                 i1   i2   i3   added
        A         2    3    3     8
        B         4    4    5    13
        C         1    2    1     4
        D         3    3    4    10
        E         5    4    4    13
        mean      3   3.2  3.4   9.6
        squares  10   2.8  9.2  57.2   (of the deviations)
        variance 2.5  0.7  2.3  14.3   (divided by 5 - 1)

    alpha = 3/2 * (1 - (2.5 + 0.7 + 2.3) / 14.3) = 1.5 * 8.8 / 14.3 = 12/13 = 0.923
    SD of the mean of three = sqrt(14.3) / 3 = 1.2605
    SEM = 1.2605 * sqrt(1 - 12/13) = 0.3496   (its square is 11/90)
    standard error of a difference = 0.3496 * sqrt(2) = 0.4944
    RCI of a change from 2 to 3 = 1 / 0.4944 = 2.0226: more than 1.96, reliable
    """
    scale = add_up(ROWS)
    assert [item.variance for item in scale.items] == pytest.approx([2.5, 0.7, 2.3])
    assert scale.added.variance == pytest.approx(14.3)
    assert tell_alpha(scale) == pytest.approx(12 / 13)
    sem = tell_sem(scale)
    assert sem == pytest.approx((11 / 90) ** 0.5)
    assert tell_rci(1.0, 0.3496) == pytest.approx(2.0226, abs=1e-3)

    rule = RULE.model_copy(update={"reliable_from_n": 5})
    yardstick = make_yardstick(rule, scale)
    assert yardstick.item_error == pytest.approx(11 / 30)
    assert yardstick.bound == pytest.approx(widen(1.96, freedom=8) * 0.4944, abs=1e-3)
    # The mean of these three answers weighs each by a third; of one answer alone the error is larger.
    assert yardstick.threshold(weigh_items([3])) == pytest.approx(yardstick.bound)
    assert yardstick.threshold(weigh_items([1])) == pytest.approx(yardstick.bound * 3**0.5)


@pytest.mark.parametrize(("freedom", "table"), [(20, 2.086), (29, 2.045), (58, 2.002), (145, 1.976), (10_000, 1.960)])
def test_the_t_quantile_is_the_one_in_the_tables(freedom, table):
    assert widen(1.959964, freedom=freedom) == pytest.approx(table, abs=1e-3)


@pytest.mark.parametrize(
    "scale",
    [
        None,
        add_up(ROWS),
        add_up([(3, 3, 3)] * 40),
        add_up([(one,) for one in (1, 2, 3, 4, 5)] * 8),
        ScaleSums((), Sums(0, 0, 0)),
    ],
    ids=["no data", "five people", "all alike", "one item", "nothing"],
)
def test_without_enough_data_the_rule_of_thumb_stands_in(scale):
    yardstick = make_yardstick(RULE, scale)
    assert yardstick.is_rule_of_thumb
    assert yardstick.threshold(weigh_items([2, 2, 2])) == yardstick.bound == 0.75


def test_from_thirty_people_on_their_own_data_decide():
    assert make_yardstick(RULE, add_up(ROWS * 5 + ROWS[:4])).is_rule_of_thumb
    own = make_yardstick(RULE, add_up(ROWS * 6))
    assert (own.n, own.is_rule_of_thumb) == (30, False)


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [(2, 3, Direction.UP), (3, 2, Direction.DOWN), (2, 2.75, Direction.UNCLEAR), (2, 2, Direction.UNCLEAR)],
)
def test_a_change_must_exceed_the_threshold(before, after, direction):
    assert Change(before, after, 0.75).direction is direction


def test_domains_are_compared_where_both_have_a_score():
    framework = load_framework()[0]
    assert framework is not None
    before = score_domains(OURS, framework, "core", {"P1.1": 2, "P2.1": 2, "R1.1": 3})
    after = score_domains(OURS, framework, "core", {"P1.1": 4, "P2.1": 4, "R1.1": 3})
    change = compare_domains(before[0], after[0], Yardstick(0.75))
    assert change is not None
    assert (change.size, change.direction) == (2, Direction.UP)
    assert compare_domains(before[1], after[1], Yardstick(0.75)) is None


@given(TABLES, st.integers(-3, 3))
def test_alpha_is_at_most_one_and_does_not_move_with_the_level(rows, shift):
    alpha = tell_alpha(add_up(rows))
    moved = tell_alpha(add_up([[value + shift for value in row] for row in rows]))
    if alpha is None:
        assert moved is None
    else:
        assert alpha <= 1 + 1e-9
        assert moved == pytest.approx(alpha, abs=1e-6)


@given(TABLES, st.lists(st.integers(1, 3), min_size=2, max_size=3))
def test_more_answers_never_need_a_larger_change(rows, counts):
    yardstick = make_yardstick(RULE.model_copy(update={"reliable_from_n": 2}), add_up(rows))
    more = [count + 1 for count in counts]
    assert yardstick.threshold(weigh_items(more)) <= yardstick.threshold(weigh_items(counts))


@given(st.fractions(1, 5), st.fractions(1, 5), st.floats(0.01, 3))
def test_a_change_read_backward_says_the_opposite(before, after, threshold):
    opposite = {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP, Direction.UNCLEAR: Direction.UNCLEAR}
    forward = Change(before, after, threshold)
    assert Change(after, before, threshold).direction is opposite[forward.direction]
