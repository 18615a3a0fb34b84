"""S54: whatever stands in a cell, a spreadsheet reads text as text and numbers as numbers."""

import csv
import io

import pytest

from app.web.sheets import BYTE_ORDER_MARK, defuse, write_csv


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("|calc", "'|calc"),
        ("%0A=1", "'%0A=1"), ("  =1", "  '=1"), ("\"'=1", "\"''=1"), ("\t=1", " '=1"), ("\r\n=1", " '=1"),
        ("a;=1", "a;'=1"), ("a, =1", "a, '=1"), ("\uff1d1", "'\uff1d1"), ("a=1", "a=1"), ("P1 - then", "P1 - then"),
    ],
)  # fmt: skip
def test_nothing_begins_a_formula(text, harmless):
    assert defuse(text) == harmless


def test_a_sheet_reads_back_as_it_was_written():
    text = write_csv([("Level", "Coaches"), ('"strong", or above', 12), ("=cmd", -3), ("مريم", 0)])
    assert text.startswith(BYTE_ORDER_MARK)
    rows = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))
    assert rows == [["Level", "Coaches"], ['"strong", or above', "12"], ["'=cmd", "-3"], ["مريم", "0"]]
    assert '"\'=cmd",-3' in text
