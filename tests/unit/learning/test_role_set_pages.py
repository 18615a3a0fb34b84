"""Whose choice is called first, by the state of the keys."""

import pytest

from app.learning.role_set_pages import name_roles, praise_role
from app.web.words import NO_BREAK
from modules import Library

ROLE_SET = Library.load()[0].get_module("m0").find_role_set("role-set-a")
SCENARIO = ROLE_SET.scenarios[0]
PANEL = ROLE_SET.model_copy(update={"keys": ROLE_SET.keys.model_copy(update={"state": "panel", "panel_size": 9})})
VOTED = SCENARIO.model_copy(update={"panel_votes": {"advise": 8, "coach": 1}})


@pytest.mark.parametrize(
    ("role_set", "scenario", "words"),
    [
        (ROLE_SET, SCENARIO, "the authors\u2019 first choice"),
        (ROLE_SET, VOTED, "the authors\u2019 first choice"),
        (PANEL, VOTED, "chosen by 8 of 9 on the panel"),
    ],
)
def test_the_keys_are_called_what_they_are(role_set, scenario, words):
    assert praise_role(role_set, scenario, "advise").replace(NO_BREAK, " ") == words


def test_a_role_has_a_short_name_and_a_meaning():
    names = name_roles(ROLE_SET)
    assert [one.name for one in names] == ["Advise", "Coach", "Mentor", "Refer", "Step aside"]
    assert all(one.meaning.endswith(".") for one in names)
