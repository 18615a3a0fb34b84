"""What a learner sees before answering: a stable order, and nothing that gives an answer away."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import draw_items, view_interaction, view_item, view_node, view_scenario
from modules.drawing import shuffle
from modules.model import (
    ChooseInteraction,
    PredictInteraction,
    SortInteraction,
    SpotInteraction,
    WriteCompareInteraction,
)
from tests.unit.modules import sample
from tests.unit.modules.activities import CHECK, ROLE_SET, VIGNETTE, build

ROOT = Path(__file__).parents[3]
WHY = "the reason that comes afterwards"
KEYED = (
    "why",
    "whys",
    "key",
    "near",
    "points",
    "pick",
    "also",
    "cue",
    "trap",
    "goto",
    "note",
    "reply",
    "move",
    "after",
)
CHOOSE = {"kind": "choose", "situation": "s", "ask": "a", "options": [{"id": "a", "say": "x", "why": WHY}]}
PREDICT = {"kind": "predict", "ask": "a", "answer": 16, "of": 25, "cite": "survey-2020#no-assess", "after": WHY}
SPOT = {"kind": "spot", "stem": "s", "ask": "a", "lines": sample.lines(), "key": "l1", "whys": {"l1": WHY}}
SORT = {"kind": "sort", "ask": "a", "categories": {"b": "B"}, "rows": [{"id": "r", "say": "x", "key": "b", "why": WHY}]}
WRITE = {"kind": "write-compare", "ask": "a", "rows": 3, "look_for": [WHY, WHY], "models": [{"say": WHY, "note": WHY}]}
INTERACTIONS = [
    build(CHOOSE, ChooseInteraction),
    build(PREDICT, PredictInteraction),
    build(SPOT, SpotInteraction),
    build(SORT, SortInteraction),
    build(WRITE, WriteCompareInteraction),
]


def field_names(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for part in value.values() for name in field_names(part)}
    return {name for part in value for name in field_names(part)} if isinstance(value, list | tuple) else set()


@pytest.mark.parametrize("item", CHECK.items, ids=lambda item: item.kind)
def test_an_item_is_shown_without_its_key(item):
    view = asdict(view_item(item, "someone:1"))
    assert not field_names(view) & set(KEYED)
    shown = json.dumps(view)
    assert "It leaves one thing out." not in shown
    assert "There is a rule." not in shown
    assert "No outcome was measured." not in shown


@pytest.mark.parametrize("interaction", INTERACTIONS, ids=lambda one: one.kind)
def test_an_interaction_is_shown_without_its_answer(interaction):
    view = asdict(view_interaction(interaction, "someone"))
    assert not field_names(view) & {*KEYED, "answer", "models", "look_for"}
    assert WHY not in json.dumps(view)
    assert view["kind"] == interaction.kind


def test_a_node_is_shown_without_what_follows():
    view = asdict(view_node(VIGNETTE.nodes[0]))
    assert not field_names(view) & set(KEYED)
    assert view["lines"] == (("maya", "Have you a minute?"), ("narrator", "She waits."))
    assert [choice["id"] for choice in view["choices"]] == ["c0", "c1", "c2"]


def test_a_scenario_is_shown_without_its_points():
    view = asdict(view_scenario(ROLE_SET, ROLE_SET.scenarios[0], "someone:1"))
    assert not field_names(view) & set(KEYED)
    assert "Because." not in json.dumps(view)
    assert [role for role, _ in view["roles"]] == ["advise", "coach", "mentor", "refer", "evaluate"]


def test_lines_rows_and_verdicts_keep_their_order():
    views = {item.kind: view_item(item, "someone:1") for item in CHECK.items}
    assert [line.id for line in views["spot"].lines] == ["l0", "l1", "l2", "l3"]
    assert [line.id for line in views["spot"].lines if line.selectable] == ["l1", "l3"]
    assert [row.id for row in views["classify"].rows] == ["r0", "r1", "r2", "r3"]
    assert [option.id for option in views["claim"].options] == ["supported", "contradicted", "not-measured"]


@given(st.text())
def test_a_shuffle_loses_nothing_and_repeats_itself(seed: str):
    options = CHECK.items[0].options  # type: ignore[union-attr]
    assert shuffle(options, seed=seed) == shuffle(options, seed=seed)
    assert sorted(one.id for one in shuffle(options, seed=seed)) == ["a", "b", "c", "d"]


def test_seeds_give_different_orders():
    orders = {tuple(one.id for one in view_item(CHECK.items[0], f"person:{n}").options) for n in range(200)}
    assert len(orders) > 15


def test_every_process_shuffles_alike():
    code = (
        "from tests.unit.modules.activities import CHECK; from modules import view_item; "
        "print(*(o.id for o in view_item(CHECK.items[0], 'person:1').options))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hashed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hashed in ("1", "2")
    }
    assert runs == {" ".join(one.id for one in view_item(CHECK.items[0], "person:1").options) + "\n"}


def test_a_check_without_a_number_is_drawn_whole():
    assert draw_items(CHECK, "person:1") == tuple(item.id for item in CHECK.items)


def test_a_number_per_kind_is_drawn_in_the_order_of_the_file():
    items = [
        sample.item(number, "best", options=sample.options(a={}, b={"key": True}, c={}, d={})) for number in range(9)
    ]
    check = build(
        {**sample.check(), "draw": {"best": 4}, "items": [*items, sample.check()["items"][1] | {"id": "last"}]},
        type(CHECK),
    )
    drawn = draw_items(check, "person:1")
    assert len(drawn) == 5
    assert list(drawn) == [*sorted(drawn[:4]), "last"]
    assert len({draw_items(check, f"person:{n}") for n in range(50)}) > 5
