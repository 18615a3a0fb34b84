"""Prints at the end of a run how many of the tried attacks got in, and how the lies of hostile platforms ended."""

from collections import Counter
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


def list_lies(reporter: Any) -> Iterator[tuple[str, str, bool]]:
    """Each lie that was told: its name, what should come of it, and whether that came."""
    for reports in reporter.stats.values():
        for report in reports:
            noted = dict(getattr(report, "user_properties", ()))
            if "lie" in noted and getattr(report, "when", "") == "call":
                yield *noted["lie"], bool(noted.get("lie ended well"))


def _print_lies(reporter: Any) -> None:
    lies = list(list_lies(reporter))
    if not lies:
        return
    reporter.write_sep("-", "lies of a hostile platform")
    table = {name: state for name, state, _is_well in lies}
    if reporter.verbosity > 0:
        width = max(map(len, table))
        for name, state in table.items():
            reporter.write_line(f"{name:{width}}  {state}")
    states = ", ".join(f"{state} {count}" for state, count in Counter(table.values()).most_common())
    through = sum(not is_well for _name, _state, is_well in lies)
    reporter.write_line(f"lies that got through: {through} of {len(table)} ({len(lies)} tries; {states})")


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: Any) -> None:
    _print_lies(terminalreporter)
    tries = list(list_tries(terminalreporter))
    if tries:
        accepted = sum(is_accepted for _name, is_accepted in tries)
        attacks = len({name for name, _is_accepted in tries})
        terminalreporter.write_sep("-", "attacks on launch and login")
        terminalreporter.write_line(
            f"attacks accepted: {accepted} of {attacks} ({len(tries)} tries on SQLite and PostgreSQL)"
        )
