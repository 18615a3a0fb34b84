"""How a move is said, and how many decisions are left."""

import pytest

from app.learning.vignette_pages import describe_move, expect_decisions
from modules import Library, walk

VIGNETTES = Library.load()[0].get_module("m0").vignettes


@pytest.mark.parametrize(
    ("move", "before", "words"),
    [
        ("coaching", None, "stayed in coaching"),
        ("coaching", "coaching", "stayed in coaching"),
        ("coaching", "advising", "came back to coaching"),
        ("advising", "coaching", "moved into advising"),
        ("assessing", None, "moved into assessing"),
        ("holding", "assessing", "held the line"),
        ("waiting", None, "put it off"),
        ("mentoring", None, "moved into mentoring"),
        ("referring", None, "went beyond coaching"),
    ],
)
def test_a_move_is_said_in_words(move, before, words):
    assert describe_move(move, before) == words


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda one: one.id)
def test_the_number_of_decisions_left_lies_between_the_shortest_and_the_longest_way(vignette):
    lengths = {node.id: lengths_from(vignette, node.id) for node in vignette.nodes}
    for node, (shortest, longest) in lengths.items():
        assert shortest <= expect_decisions(vignette, node) <= longest


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda one: one.id)
def test_no_decision_is_left_at_an_ending(vignette):
    ending = walk(vignette, vignette.after.expert_path).ending
    assert expect_decisions(vignette, ending.id) == 0


def lengths_from(vignette, node_id):
    """The shortest and the longest way to an ending, by walking all of them."""
    node = vignette.find_node(node_id)
    if node is None:
        return 0, 0
    ways = [lengths_from(vignette, choice.goto) for choice in node.choices]
    return 1 + min(way[0] for way in ways), 1 + max(way[1] for way in ways)
