"""Ports that tests tell processes to listen on."""

import socket

from app.practice_lms.live import hold_port

_held: list[socket.socket] = []


def free_port() -> int:
    """One that nobody else is given as long as this process lives, also while nobody listens there."""
    _held.append(hold_port())
    return int(_held[-1].getsockname()[1])
