"""Processes of Cairn for tests that kill them: each its own, forked from one that has read the code and the content.

To read both takes seconds, which every process of every such test paid anew. What forks has neither threads nor
connections, and opens no database.
"""

import os
import sys
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parent.parent
_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.forked_ready"])


class Forked:
    """A process as `subprocess.Popen` would show it."""

    def __init__(self, run: Callable[[], None], args: tuple[str, ...], env: Mapping[str, str]) -> None:
        self._process = _context.Process(target=_be, args=(run, args, dict(env)))
        self._process.start()
        self.pid = self._process.pid or 0

    def poll(self) -> int | None:
        """The exit code, a killed one's as minus the signal; None while it lives."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        """The exit code once it has ended; raises TimeoutError."""
        self._process.join(seconds)
        code = self._process.exitcode
        if code is None:
            message = f"it lives on after {seconds} seconds"
            raise TimeoutError(message)
        return code

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _be(run: Callable[[], None], args: tuple[str, ...], env: dict[str, str]) -> None:
    """In the new process: as if it had been started with these arguments and this environment, and says nothing."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    sys.argv = ["cairn", *args]
    run()
