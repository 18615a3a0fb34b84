"""What an instrument names in the modules exists."""

import pytest

from competencies import load_instruments
from modules.checks.instruments import check_instrument_names, list_instrument_sources
from modules.survey import survey

FOUND = survey()
OURS = load_instruments()[0][0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"basis": ("nobody-1900",)}, "basis: there is no source `nobody-1900`"),
        ({"honesty": "It is so [@davis-2006#no-figure]."}, "honesty: the mark of `davis-2006` leads nowhere"),
        ({"intro": "This unlocks your journey."}, "intro: `unlocks` is a phrase that we do not use"),
    ],
)
def test_a_name_that_leads_nowhere_is_said(change, said):
    problems = check_instrument_names([OURS.model_copy(update=change)], FOUND.folders, FOUND.citations)
    assert any(said in str(problem) for problem in problems)


def test_a_lesson_is_looked_for_where_its_module_exists():
    item = OURS.items[0].model_copy(update={"learn": ("m0/01", "m0/99", "m9/01")})
    changed = OURS.model_copy(update={"items": (item,)})
    problems = [str(one) for one in check_instrument_names([changed], FOUND.folders, FOUND.citations)]
    assert problems == [f"{OURS.name}: items.P1.1.learn: there is no lesson m0/99"]


def test_an_item_reads_at_grade_9_at_most():
    hard = "Institutional considerations necessitated interdisciplinary accommodation of complexity."
    item = OURS.items[0].model_copy(update={"stem": hard, "anchors": dict.fromkeys("12345", hard)})
    changed = OURS.model_copy(update={"items": (item,)})
    (problem,) = check_instrument_names([changed], FOUND.folders, FOUND.citations)
    assert "items.P1.1: reads at grade" in str(problem)


def test_its_sources_count_as_used():
    assert {*OURS.basis, "davis-2006"} <= list_instrument_sources([OURS])
    assert FOUND.instruments == (OURS,)
