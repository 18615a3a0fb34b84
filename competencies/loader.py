"""The framework file on disk becomes a Framework, or problems."""

from pathlib import Path

from competencies.model import Framework
from competencies.problems import Problem
from competencies.reading import SourceFile, read_yaml

FRAMEWORKS = Path(__file__).parent / "framework"
CURRENT = "coaching-competencies-1.0.yaml"


def load_framework(folder: Path = FRAMEWORKS, name: str = CURRENT) -> tuple[Framework | None, tuple[Problem, ...]]:
    """Read one framework file; faults inside it are found by `checks`."""
    return read_yaml(SourceFile(folder, name), Framework)
