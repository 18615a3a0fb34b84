"""What `cairn report` counts: words, minutes, ease, keys, competencies, sources, figures; and what it finds outside."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from competencies import load_framework
from modules.checks.coverage import check_coverage, is_whole
from modules.coverage import cover, write_table
from modules.key_balance import weigh_keys
from modules.readability import count_syllables, measure
from modules.report import ContentReport, make_report
from modules.survey import survey
from tests.unit.modules import sample
from tests.unit.modules.test_linter_errors import put

FIRST = "m0-door/lessons/01-at-the-door.md"


@pytest.fixture
def report_after(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], object]], ContentReport]:
    def make(change: Callable[[dict[str, Any]], object]) -> ContentReport:
        files = sample.whole()
        change(files)
        return make_report(survey((sample.write(tmp_path / "content", files),)))

    return make


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("coach", 1), ("hoped", 1), ("needed", 2), ("wishes", 2), ("hopes", 1), ("table", 2), ("going", 2), ("the", 1),
     ("resident's", 3), ("don't", 1), ("little", 2), ("medicine", 3), ("PGY", 1)],
)  # fmt: skip
def test_syllables_are_counted_by_rule(word: str, syllables: int):
    assert count_syllables(word) == syllables


def test_ease_and_grade_are_those_of_the_formulas():
    found = measure(["The coach asks. Then she waits [@survey-2020].", "21 of 25."])
    # Seven words of one syllable each in three sentences.
    assert (found.words, found.sentences) == (7, 3)
    assert found.ease == round(206.835 - 1.015 * 7 / 3 - 84.6, 1)
    assert found.grade == round(0.39 * 7 / 3 + 11.8 - 15.59, 1)
    hard = measure(["Institutional prioritization necessitates organizational reconceptualization."])
    assert hard.ease < 0
    assert hard.grade > 20
    assert measure([]).ease == 100


def test_a_whole_module_in_numbers(content: Path):
    report = make_report(survey((content,)))
    (module,) = report.modules
    assert report.list_excesses() == ()
    assert (module.id, module.minutes, module.items) == ("m0", 26, 6)
    assert [(one.minutes.stated, one.minutes.computed, one.interactions) for one in module.lessons] == [(8, 8, 1)] * 2
    assert [one.interaction for one in module.lessons] == ["vignette", "choose"]
    assert module.words == sum(one.words for one in module.lessons) > 1200
    assert {one.longest_paragraph for one in module.lessons} == {60}
    assert [(one.id, one.nodes, one.paths) for one in module.vignettes] == [("by-the-lift", 6, 27)]
    assert module.items_by_competency == {"P1": 6}
    assert (module.figures, module.figures_with_twin) == (1, 1)
    assert module.sources == {"from-memory": 1, "verified": 1}
    assert report.from_memory == ("book-2011",)
    assert report.uncited == ()


def test_keys_are_weighed_by_place_length_and_verdict(content: Path):
    keys = weigh_keys(survey((content,)).folders)
    assert (keys.keyed, keys.places) == (2, {"1": 1, "2": 1})
    assert (keys.longest, keys.shortest) == (2, 2)  # all options of the sample are of one length
    assert keys.picks == (2, 4)
    assert keys.verdicts == {"not-measured": 1}
    assert keys.roles == {"coach": 11, "refer": 1}


def _replace_words(name: str, old: str, new: str) -> Callable[[dict[str, Any]], None]:
    def change(files: dict[str, Any]) -> None:
        files[name]["body"] = files[name]["body"].replace(old, new)

    return change


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (put(FIRST, "front", "minutes", 14), "m0/01-at-the-door: says 14 minutes; its words take 8"),
        (put("m0-door/vignettes/by-the-lift.yaml", "minutes", 9), "m0/by-the-lift: says 9 minutes; its words take 2"),
        (put("m0-door/check.yaml", "minutes", 1), "m0 check: says 1 minutes; its words take 7"),
        (_replace_words(FIRST, "Ask once more.", sample.words(91)), "m0/01-at-the-door: a paragraph of 91 words"),
        (_replace_words(FIRST, "Ask once more.", "{{interaction}}"), "m0/01-at-the-door: 2 interactions; exactly one"),
        (_replace_words(FIRST, ". ", " and institutionally "), "grade "),
    ],
)
def test_what_lies_outside_the_bounds_is_named(change, line: str, report_after):
    excesses = report_after(change).list_excesses()
    assert [one for one in excesses if line in one], excesses


def test_a_vignette_that_goes_in_a_circle_has_no_minutes_and_stops_nothing(report_after):
    nodes = ("m0-door/vignettes/by-the-lift.yaml", "nodes", 5, "choices", 0, "goto", "one")
    assert report_after(put(*nodes)).modules[0].vignettes == ()


def test_coverage_follows_lessons_vignettes_tasks_and_through_items_the_role_set_and_reflection(content: Path):
    framework, _ = load_framework()
    assert framework is not None
    found = survey((content,))
    first, second, *_ = cover(framework, found.folders)
    assert first.lessons == ("m0/01-at-the-door", "m0/02-at-the-door")
    assert first.practice == ("m0/by-the-lift", "m0/role-set-a", "m0-task", "m0-reflection")
    assert first.items == tuple(f"m0-q{number}" for number in range(1, 7))
    assert first.missing == ()
    assert second.missing == ("taught", "practiced", "checked")
    lines = write_table((first, second)).splitlines()
    assert lines[-2].startswith("| **P1** Explains what coaching is | m0/01-at-the-door<br>")
    assert lines[-1].endswith("| nothing yet | nothing yet | nothing yet |")


def test_a_competency_in_no_module_is_an_error_once_all_six_stand(content: Path):
    framework, _ = load_framework()
    assert framework is not None
    (folder,) = survey((content,)).folders
    assert folder.sheet is not None
    assert not is_whole([folder])
    problems = list(check_coverage(framework, [folder]))
    assert {problem.severity for problem in problems} == {"warning"}
    assert len(problems) == 14
    six = [replace(folder, sheet=folder.sheet.model_copy(update={"order": place})) for place in range(6)]
    assert is_whole(six)
    problems = list(check_coverage(framework, six))
    assert {problem.severity for problem in problems} == {"error"}
    assert str(problems[0]).endswith("competencies.P2: is not taught and not practiced and not checked in any module")
