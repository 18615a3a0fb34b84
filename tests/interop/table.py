"""The table of what second implementations sent us and we sent them, and whether it is good."""

from collections.abc import Sequence
from dataclasses import dataclass

HEAD = ("platform", "message", "accepted", "understood")


@dataclass(frozen=True)
class Row:
    """Accepted: nobody refused. Understood: the page, the answer or its validation shows what it should."""

    platform: str
    message: str
    accepted: bool
    understood: bool
    why: str = ""


def is_good(rows: Sequence[Row]) -> bool:
    """Whether everything that was tried, at least one message, went as it should."""
    return bool(rows) and all(row.accepted and row.understood for row in rows)


def write_table(rows: Sequence[Row]) -> str:
    """One line a row, and below it why it is not good."""
    said = {True: "yes", False: "NO"}
    cells = [HEAD, *((row.platform, row.message, said[row.accepted], said[row.understood]) for row in rows)]
    widths = [max(len(line[number]) for line in cells) for number in range(len(HEAD))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    whys = ["", *(row.why for row in rows)]
    told = [line if not why else f"{line}\n    {why}" for line, why in zip(lines, whys, strict=True)]
    return "\n".join([told[0], "-+-".join("-" * width for width in widths), *told[1:]])
