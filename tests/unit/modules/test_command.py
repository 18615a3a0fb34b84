"""`python -m modules check`: problems and exit 1, or what was verified and exit 0."""

from pathlib import Path

import pytest

from modules.__main__ import main
from tests.unit.modules import sample


def test_a_clean_folder_lists_what_was_verified(content: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(content)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "verified: m0-door (review): 2 lessons, each as long as it says, 26 minutes in all" in said
    assert "verified: m0-door/by-the-lift: 27 paths of 3 to 3 decisions, each to an ending" in said


def test_our_own_content_is_verified(capsys: pytest.CaptureFixture[str]):
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert "verified: framework coaching-competencies 1.0: 15 competencies" in said
    assert "decisions, each to an ending" in said


def test_every_problem_is_printed_and_the_exit_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    files = sample.whole()
    files["m0-door/check.yaml"]["intr"] = files["m0-door/check.yaml"].pop("intro")
    assert main(["check", str(sample.write(tmp_path, files))]) == 1
    said = capsys.readouterr().out.splitlines()
    assert "m0-door/check.yaml: intr: unknown field; did you mean `intro`?" in said
    assert "m0-door/check.yaml: intro: this field is missing; add it" in said


@pytest.mark.parametrize("arguments", [[], ["chekc"]])
def test_anything_else_says_how_to_use_it(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(arguments) == 2
    assert "usage: python -m modules check" in capsys.readouterr().err
