"""The sample module on disk, whole or broken in one place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from competencies import Problem
from modules.survey import survey
from tests.unit.modules import sample

Breaker = Callable[[dict[str, Any]], object]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content root with the sample module in it."""
    return sample.write(tmp_path / "content", sample.whole())


@pytest.fixture
def problems_after(tmp_path: Path) -> Callable[[Breaker], list[str]]:
    """Break the sample, and return what the linter then says, line by line."""

    def find(breaker: Breaker) -> list[str]:
        files = sample.whole()
        breaker(files)
        found: tuple[Problem, ...] = survey((sample.write(tmp_path / "broken", files),)).problems
        return [str(problem) for problem in found]

    return find
