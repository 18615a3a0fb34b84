"""Histories of ids as platforms write them, and as nobody should."""

import pytest

from app.lti.histories import MOST_IDS, read_history
from app.lti.texts import LONGEST_ID


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", ()),
        ("b,a", ("b", "a")),
        (" b , a ,", ("b", "a")),
        ("b,a,truncated", ("b", "a")),
        ("b,timed out", ("b",)),
        ("b,timed%20out", ("b",)),
        ("b,b,a,b", ("b", "a")),
        ("4%2C5,a%20b", ("4,5", "a b")),
        ("b%2Ca%2ctruncated", ("b", "a")),
        ("caf%C3%A9,%FF%FE,a", ("café", "a")),
        ("%00,a%0Ab,c", ("c",)),
        ("%FF%2C", ()),
        (",,,", ()),
        ("x" * (LONGEST_ID + 1) + ",a", ("a",)),
    ],
)
def test_a_history_is_read_newest_first_and_leaves_out_what_is_no_id(text, ids):
    assert read_history(text) == ids


def test_a_huge_history_is_cut_at_its_newest_end():
    assert read_history(",".join(str(one) for one in range(10_000))) == tuple(str(one) for one in range(MOST_IDS))
    assert read_history("," * 60_000 + "a") == ()
