"""The role set: points, index, safety, and what was called for against what was chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import ROLES, AnswerDoesNotFit, count_confusions, mark_scenario, role_clarity_index
from modules.role_marking import ScenarioMark
from tests.unit.modules.activities import ROLE_SET

FIRST = ROLE_SET.scenarios[0]
SAFETY = ROLE_SET.scenarios[11]


def mark(role: str, opening: str, scenario=FIRST) -> ScenarioMark:
    return mark_scenario(ROLE_SET, scenario, role, opening)


@pytest.mark.parametrize(
    ("role", "opening", "index"),
    [("coach", "o3", 100), ("coach", "o0", 60), ("evaluate", "o3", 40), ("mentor", "o2", 66), ("evaluate", "o0", 0)],
)
def test_role_counts_sixty_and_opening_forty(role: str, opening: str, index: int):
    assert mark(role, opening).index == index


def test_a_wrong_safety_answer_is_asked_again():
    assert mark("coach", "o3", SAFETY).ask_again
    assert mark("refer", "o2", SAFETY).ask_again
    assert not mark("refer", "o3", SAFETY).ask_again


def test_an_ordinary_answer_is_not_asked_again():
    assert not mark("evaluate", "o0").ask_again


def test_every_role_and_opening_is_explained():
    found = mark("mentor", "o2")
    assert [one.role for one in found.role_feedback] == list(ROLES)
    assert [one.role for one in found.role_feedback if one.best] == ["coach"]
    assert [one.id for one in found.opening_feedback if one.chosen] == ["o2"]
    assert found.cue == "She stays."


@pytest.mark.parametrize(("role", "opening"), [("judge", "o3"), ("coach", "o9"), ("", "")])
def test_what_the_scenario_does_not_have_is_refused(role: str, opening: str):
    with pytest.raises(AnswerDoesNotFit):
        mark(role, opening)


def test_confusions_count_called_for_against_chosen():
    marks = [mark("coach", "o3"), mark("advise", "o3"), mark("advise", "o1"), mark("refer", "o3", SAFETY)]
    counted = [(one.called_for, one.chosen, one.count) for one in count_confusions(marks)]
    assert counted == [("coach", "advise", 2), ("coach", "coach", 1), ("refer", "refer", 1)]


def test_either_of_two_best_roles_counts_as_called_for():
    both = SAFETY.role_answers.model_copy(update={"evaluate": SAFETY.role_answers.refer})
    scenario = SAFETY.model_copy(update={"role_answers": both})
    assert mark("evaluate", "o3", scenario).called_for == "evaluate"
    assert mark("coach", "o3", scenario).called_for == "refer"


def test_there_is_no_index_before_the_first_answer():
    assert role_clarity_index([]) is None


@given(st.lists(st.tuples(st.sampled_from(ROLES), st.sampled_from(["o0", "o1", "o2", "o3"])), min_size=1))
def test_the_index_lies_between_0_and_100_and_every_answer_is_counted(answers: list[tuple[str, str]]):
    marks = [mark(role, opening) for role, opening in answers]
    index = role_clarity_index(marks)
    assert index is not None
    assert 0 <= index <= 100
    assert sum(one.count for one in count_confusions(marks)) == len(marks)
