"""Lets a test kill this process at a named point. Without the variable, and always in production, it does nothing."""

import os
import signal

_left: dict[str, int] = {}


def die_at(point: str) -> None:
    """SIGKILL to ourselves when CAIRN_TEST_KILL_AT names this point: `after-send`, or `after-send:3` the third time."""
    wanted = os.environ.get("CAIRN_TEST_KILL_AT")
    if wanted is None or os.environ.get("CAIRN_ENV") != "development":
        return
    name, _, nth = wanted.partition(":")
    if name != point:
        return
    _left[name] = _left.get(name, int(nth or 1)) - 1
    if _left[name] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
