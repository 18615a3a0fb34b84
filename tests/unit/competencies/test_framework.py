"""The framework: what must hold in it, and its command."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from competencies import Framework, Problem, check_framework, has_errors, load_framework
from competencies.__main__ import main


def tree() -> dict[str, Any]:
    letters = "PR"
    number = iter(range(1, 100))

    def uuid() -> str:
        return f"00000000-0000-4000-8000-{next(number):012}"

    domains = [{"id": letter, "uuid": uuid(), "title": "Domain", "promise": "A promise."} for letter in letters]
    competencies = [
        {
            "code": f"{letter}{at}",
            "uuid": uuid(),
            "domain": letter,
            "title": "Competency",
            "statement": "Does it.",
            "behaviors": ["One.", "Two."],
            "crosswalk": [{"framework": "ICF 2025", "title": "Agreements"}],
        }
        for letter in letters
        for at in (1, 2, 3)
    ]
    head = {"schema": "framework/1", "id": "coaching", "version": "1.0", "locale": "en", "title": "Coaching"}
    return {**head, "basis": ["a-2020"], "credit": "Ours.", "domains": domains, "competencies": competencies}


def load(folder: Path, content: dict[str, Any]) -> tuple[Framework | None, list[str]]:
    (folder / "f.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    framework, problems = load_framework(folder, "f.yaml")
    if framework:
        problems += check_framework(framework, where="f.yaml")
    return framework, [str(problem) for problem in problems]


def test_a_whole_framework_has_no_fault(tmp_path: Path):
    framework, problems = load(tmp_path, tree())
    assert problems == []
    assert framework is not None
    assert framework.codes == {"P1", "P2", "P3", "R1", "R2", "R3"}
    assert framework.find_competency("R2") is framework.competencies[4]
    assert framework.find_competency("Z9") is None


def change(content: dict[str, Any], *path: Any) -> dict[str, Any]:
    *way, key, value = path
    here: Any = content
    for step in way:
        here = here[step]
    here[key] = value
    return content


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        (("competencies", 1, "code", "P1"), "f.yaml: competencies: `P1` is given twice; each must be its own"),
        (("domains", 1, "id", "P"), "f.yaml: domains: `P` is given twice; each must be its own"),
        (("competencies", 1, "uuid", "00000000-0000-4000-8000-000000000001"), "f.yaml: uuid: `00000000-0000-4000-8000"),
        (("competencies", 0, "domain", "Z"), "f.yaml: competencies.P1.domain: there is no domain `Z`"),
        (("competencies", 0, "domain", "R"), "f.yaml: competencies.P1.code: begins with the letter of its domain, `R`"),
        (("competencies", 5, "domain", "P"), "f.yaml: domains.R: has 2 competencies; a domain has 3"),
        (("competencies", 0, "behaviors", ["One."]), "behaviors: needs at least 2 entries"),
        (("competencies", 0, "code", "p1"), "code: `p1` has the wrong form"),
        (("competencies", 0, "uuid", "not-one"), "f.yaml: competencies.0.uuid: "),
        (("version", 1.0), "f.yaml: version: write text here"),
        (("titel", "x"), "f.yaml: titel: unknown field; did you mean `title`?"),
    ],
)
def test_a_fault_is_told_at_its_place(tmp_path: Path, path: tuple[Any, ...], problem: str):
    _, problems = load(tmp_path, change(tree(), *path))
    assert [line for line in problems if problem in line], problems


def test_the_command_says_what_it_verified(capsys: pytest.CaptureFixture[str]):
    assert main(["check"]) == 0
    assert "5 domains, 15 competencies" in capsys.readouterr().out


def test_the_command_explains_itself(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_only_errors_stop_a_release():
    assert str(Problem("a.yaml: b", "mend it")) == "a.yaml: b: mend it"
    assert str(Problem("a.yaml: b", "look", "warning")) == "warning: a.yaml: b: look"
    assert has_errors([Problem("a", "b", "warning"), Problem("a", "b")])
    assert not has_errors([Problem("a", "b", "warning")])
