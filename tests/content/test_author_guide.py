"""The guide for authors: its first lesson works as told, its examples fit their kinds, and its commands exist."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from typer.testing import CliRunner

from app.cli.commands import cairn
from competencies import has_errors
from competencies.yaml_tree import parse_yaml
from modules import CONTENT, check_all
from modules.model import Interaction, Item, ModuleSheet, Node, Reflection, Source, Task
from modules.model.figure import FigureText
from modules.survey import survey_folder
from modules.translated import parse_translation

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "author.md").read_text("utf-8")
KINDS: dict[str, Any] = {
    "module": ModuleSheet,
    "interaction": Interaction,
    "node": Node,
    "item": Item,
    "reflection": Reflection,
    "task": Task,
    "figure": FigureText,
    "source": Source,
}


def example(label: str) -> str:
    found = re.search(rf"^```{label}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found, label
    return found[1]


@pytest.mark.parametrize("kind", KINDS)
def test_each_example_fits_its_kind(kind: str):
    assert TypeAdapter(KINDS[kind]).validate_python(parse_yaml(example(f"yaml {kind}")))


def test_the_translation_fits_its_kind():
    found, problems = parse_translation(example("yaml translation"), None, path="reflection.es.yaml", where="here")
    assert problems == ()
    assert found is not None
    reflection = Reflection.model_validate(parse_yaml(example("yaml reflection")))
    assert {f"prompts.{prompt.id}.text" for prompt in reflection.prompts} <= set(found.texts)


def test_the_first_lesson_works_as_the_guide_tells_it(tmp_path: Path):
    def say() -> list[str]:
        return [str(problem) for problem in survey_folder(tmp_path, "m1-process").problems]

    shutil.copytree(CONTENT / "m1-process", tmp_path / "m1-process")
    assert say() == []
    (tmp_path / "m1-process" / "lessons" / "06-four-seconds.md").write_text(example("markdown lesson"), "utf-8")
    quoted = re.findall(r"^> (m1-process/.*)$", GUIDE, re.MULTILINE)
    assert [line for line in say() if "minutes" not in line] == quoted

    sheet = tmp_path / "m1-process" / "module.yaml"
    text = sheet.read_text("utf-8")
    text = text.replace("  - 05-following-up-and-closing\n", "  - 05-following-up-and-closing\n  - 06-four-seconds\n")
    sheet.write_text(text, "utf-8")
    (left,) = say()
    wanted = re.search(r"module\.yaml: minutes: says (\d+); lessons, check and reflection make (\d+)$", left)
    assert wanted, left
    assert int(wanted[2]) - int(wanted[1]) == 5
    sheet.write_text(text.replace(f"minutes: {wanted[1]}", f"minutes: {wanted[2]}"), "utf-8")
    assert say() == []
    assert not has_errors(check_all(CONTENT, tmp_path))


def test_every_command_named_in_the_guide_exists():
    named = set(re.findall(r"\./dev cairn (report [a-z]+|[a-z-]+)[^`\n]*?(?:--([a-z]+))?[`\n]", GUIDE))
    assert {words for words, _ in named} >= {"check", "preview", "report content", "report coverage", "schema"}
    assert ("check", "accept") in named
    for words, option in sorted(named):
        shown = CliRunner().invoke(cairn, [*words.split(), "--help"], env={"COLUMNS": "200"})
        assert shown.exit_code == 0, words
        plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.stdout)  # some machines ask for colors
        assert not option or f"--{option}" in plain, (words, option)


def test_every_message_in_the_table_is_one_that_the_checker_has():
    """The words before the first blank to fill in stand in the code of the checks."""
    code = "\n".join(
        file.read_text("utf-8") for room in ("modules", "competencies") for file in (ROOT / room).rglob("*.py")
    )
    rows = re.findall(r"^\| `(.*?)` \|", GUIDE, re.MULTILINE)
    assert len(rows) > 10
    said = [part for row in rows for part in row.split("`, `")]
    longest = {one: max(re.split(r"…|\d+|\"|\.\.\.|@", one), key=len).strip(" `[];,?") for one in said}
    assert {one: words for one, words in longest.items() if words not in code} == {}
