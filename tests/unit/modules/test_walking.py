"""A vignette walked by choices alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import PathDoesNotFit, draw_path_map, expected_decisions, speaker_name, walk
from modules.minutes import sum_paths
from tests.unit.modules.activities import VIGNETTE


def test_a_walk_begins_at_the_start():
    here = walk(VIGNETTE, ())
    assert here.node is not None
    assert here.node.id == "one"
    assert not here.is_over


def test_choices_lead_from_node_to_node_and_to_an_ending():
    here = walk(VIGNETTE, ("c0", "c2", "c1"))
    assert [step.node.id for step in here.steps] == ["one", "two", "six"]
    assert here.ending is not None
    assert here.ending.id == "dear"
    assert here.is_over


@pytest.mark.parametrize("path", [("c9",), ("c0", "c0", "c0", "c0"), ("c0", "")])
def test_a_choice_that_does_not_stand_there_is_refused(path: tuple[str, ...]):
    with pytest.raises(PathDoesNotFit):
        walk(VIGNETTE, path)


def test_the_expected_number_of_decisions_is_known_from_the_start():
    assert expected_decisions(VIGNETTE) == (3, 3)


def test_sums_over_all_paths_agree_with_walking_them():
    paths = [(a, b, c) for a in "012" for b in "012" for c in "012"]
    assert all(walk(VIGNETTE, [f"c{at}" for at in path]).is_over for path in paths)
    assert (sum_paths(VIGNETTE).paths, sum_paths(VIGNETTE).decisions) == (27, 81)


def test_the_map_shows_what_was_taken_and_what_else_could_have_been():
    rows = draw_path_map(VIGNETTE, ("c0", "c0", "c1"))
    assert [row.node.id for row in rows] == ["one", "two", "five"]
    assert [choice.taken for choice in rows[0].choices] == [True, False, False]
    assert [choice.on_expert_path for choice in rows[2].choices] == [True, False, False]
    assert [choice.leads_to for choice in rows[2].choices] == ["So it went"] * 3
    assert rows[0].choices[0].leads_to is None


def test_there_is_no_map_before_the_end():
    with pytest.raises(PathDoesNotFit):
        draw_path_map(VIGNETTE, ("c0",))


@given(st.lists(st.sampled_from(["c0", "c1", "c2"]), max_size=3))
def test_every_beginning_of_a_path_stands_somewhere(path: list[str]):
    here = walk(VIGNETTE, path)
    assert (here.node is None) == here.is_over == (len(path) == 3)


def test_a_speaker_is_called_by_name():
    assert speaker_name(VIGNETTE, "maya") == "Maya Lind"
    assert speaker_name(VIGNETTE, "you") is None
    assert speaker_name(VIGNETTE, "narrator") is None


def test_a_title_does_not_end_the_name():
    titled = VIGNETTE.model_copy(update={"cast": {"you": "You.", "okoye": "Dr. Ruth Okoye, program director. Fair."}})
    assert speaker_name(titled, "okoye") == "Dr. Ruth Okoye"
