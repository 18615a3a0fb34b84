"""What a log line must be, whatever somebody wrote: one JSON object, printable by any terminal."""

import json


def assert_log_lines(printed: str) -> list[dict[str, object]]:
    """Every line is one object of plain characters. Gives them back."""
    lines = printed.splitlines()
    assert "".join(f"{line}\n" for line in lines) == printed, "an odd line end splits a line"
    for line in lines:
        assert line.isascii(), line
        assert line.isprintable(), line
    found = [json.loads(line) for line in lines]
    assert all(isinstance(one, dict) and "event" in one for one in found), lines
    return found
