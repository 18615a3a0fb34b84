"""Which tests a run holds, for the tests that ask whether every number of a list is tried."""

import subprocess
import sys
from collections.abc import Iterable
from functools import cache

import pytest

from tests.faults.processes import ROOT


def list_tests(session: pytest.Session, files: Iterable[str]) -> list[str]:
    """The tests of those files without what only the long runs do, as pytest names them: of this run, or, where it is
    only a part of the suite, collected for the purpose."""
    wanted = frozenset(files)
    here = [item for item in session.items if item.nodeid.partition("::")[0] in wanted]
    if wanted <= {item.nodeid.partition("::")[0] for item in here}:
        return [item.nodeid for item in here if item.get_closest_marker("soak") is None]
    return list(_collect(wanted))


@cache
def _collect(files: frozenset[str]) -> tuple[str, ...]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", "-m", "not soak"]
    shown = subprocess.run([*command, *sorted(files)], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(line for line in shown.splitlines() if "::" in line)
