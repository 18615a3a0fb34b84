"""Prints at the end of a run how many of the tried attacks got in."""

from collections.abc import Iterator
from typing import Any

import pytest


def list_tries(reporter: Any) -> Iterator[tuple[str, bool]]:
    """Each try of an attack: its name, and whether it had any effect; one that broke off counts as one that got in."""
    for reports in reporter.stats.values():
        for report in reports:
            noted = dict(getattr(report, "user_properties", ()))
            if "attack" in noted and getattr(report, "when", "") == "call":
                yield str(noted["attack"]), bool(noted.get("attack accepted", True))


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: Any) -> None:
    tries = list(list_tries(terminalreporter))
    if tries:
        accepted = sum(is_accepted for _name, is_accepted in tries)
        attacks = len({name for name, _is_accepted in tries})
        terminalreporter.write_sep("-", "attacks on launch and login")
        terminalreporter.write_line(
            f"attacks accepted: {accepted} of {attacks} ({len(tries)} tries on SQLite and PostgreSQL)"
        )
