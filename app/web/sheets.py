"""Writes tables as CSV that a spreadsheet takes for what they are: no cell of text is ever a formula."""

import io
import re
from collections.abc import Iterable, Sequence
from csv import QUOTE_NONNUMERIC, writer

# Where a program may begin to read a formula: at the start, or after what another country's program takes as a border.
_BEGINS_FORMULA = re.compile(r"""(^|[;,|])([\s"']*)(?=[=+\-@|%\uff1d\uff0b\uff0d\uff20])""")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def write_csv(rows: Iterable[Sequence[str | int]]) -> str:
    """The rows as one file: text in quotation marks, numbers bare, with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    sheet = writer(out, quoting=QUOTE_NONNUMERIC)
    sheet.writerows([one if isinstance(one, int) else defuse(one) for one in row] for row in rows)
    return BYTE_ORDER_MARK + out.getvalue()


def defuse(text: str) -> str:
    """The same text on one line, with an apostrophe wherever a formula could begin."""
    return _BEGINS_FORMULA.sub(r"\1\2'", _CONTROLS.sub(" ", text))
