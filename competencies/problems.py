"""What is wrong with a content file, said to its author."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One fault. `where` is `file` or `file: field`, `text` says what to do about it."""

    where: str
    text: str
    severity: Severity = "error"

    def __str__(self) -> str:
        line = f"{self.where}: {self.text}"
        return line if self.severity == "error" else f"warning: {line}"


def has_errors(problems: Iterable[Problem]) -> bool:
    """Say whether any of these stops a release; warnings do not."""
    return any(problem.severity == "error" for problem in problems)
