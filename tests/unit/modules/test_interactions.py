"""A lesson's interaction answers every answer, and scores none."""

import pytest

from modules import AnswerDoesNotFit
from modules.interaction_marking import answer_interaction
from tests.unit.modules.test_drawing_and_views import INTERACTIONS, WHY

CHOOSE, PREDICT, SPOT, SORT, WRITE = INTERACTIONS


def test_a_choice_gets_its_reason():
    assert [one.why for one in answer_interaction(CHOOSE, "a").shown] == [WHY]


def test_a_guess_gets_the_count_and_its_source():
    found = answer_interaction(PREDICT, 20)
    assert (found.guess, found.answer, found.of, found.cite) == (20, 16, 25, "survey-2020#no-assess")


def test_a_line_gets_its_reason():
    assert [(one.id, one.best) for one in answer_interaction(SPOT, "l1").shown] == [("l1", True)]


def test_a_sorting_gets_a_reason_for_each_row():
    assert [(one.category, one.best) for one in answer_interaction(SORT, {"r": "b"}).feedback] == [("B", True)]


def test_own_words_get_models_to_lay_beside_them():
    found = answer_interaction(WRITE, "Go on.")
    assert (found.words, found.look_for, len(found.models)) == ("Go on.", (WHY, WHY), 1)


@pytest.mark.parametrize(
    ("interaction", "answer"),
    [
        (CHOOSE, "z"),
        (CHOOSE, 1),
        (PREDICT, 26),
        (PREDICT, -1),
        (PREDICT, "16"),
        (SPOT, "l0"),
        (SORT, {}),
        (SORT, {"r": "z"}),
        (SORT, "r"),
        (WRITE, "   "),
        (WRITE, 3),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(interaction, answer):
    with pytest.raises(AnswerDoesNotFit):
        answer_interaction(interaction, answer)
