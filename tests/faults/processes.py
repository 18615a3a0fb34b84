"""Real processes of Cairn for tests that kill them: `cairn serve` and `cairn worker`, with a point at which to die."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator

from app.cli import main
from tests.forked import ROOT as ROOT
from tests.forked import Forked

PATIENCE = 90


def start(*command: str, settings: dict[str, str], die_at: str = "") -> Forked:
    """`cairn …` with these CAIRN_ settings; it dies by SIGKILL at the named point."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")} | settings
    if die_at:
        env["CAIRN_TEST_KILL_AT"] = die_at
    return Forked(main, command, env)


@contextlib.contextmanager
def running(*command: str, settings: dict[str, str]) -> Iterator[Forked]:
    """A process that is stopped in the end, by SIGTERM as an operator would."""
    process = start(*command, settings=settings)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_until_killed(process: Forked, *, seconds: float = PATIENCE) -> None:
    """Returns when the process has died at its point; fails if it lives on, or ends in any other way."""
    try:
        assert process.wait(seconds) == -signal.SIGKILL
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.1)
    return condition()
