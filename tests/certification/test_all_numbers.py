"""All 98 cases of our list (lti.md 2) are tried by their numbers, each on both databases."""

import re

from tests.collected import list_tests
from tests.faults.processes import ROOT

CASES = set(range(1, 99))
DATABASES = ("sqlite", "postgresql")
FILES = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests" / "certification").glob("test_*.py"))


def read_numbers(test: str) -> set[int]:
    """From the name, one or a range; a test over a table has the number of each case in its parameters."""
    name, _, parameters = test.partition("[")
    found = re.match(r"test_(\d\d)_(?:to_(\d\d)_)?", name)
    if found:
        return set(range(int(found[1]), int(found[2] or found[1]) + 1))
    return {
        int(number)
        for number in re.findall(r"(?:^|-)(\d\d)(?= [A-Za-z]|-(?!sqlite|postgresql)[a-z])", parameters.rstrip("]"))
    }


def test_every_number_is_tried_on_both_databases(request):
    tests = [test.partition("::")[2] for test in list_tests(request.session, FILES)]
    for database in DATABASES:
        here = [read_numbers(test) for test in tests if re.search(rf"[\[-]{database}[\]-]", test)]
        assert sorted(CASES - set().union(*here)) == [], database


def test_a_number_is_read_where_it_stands_and_nowhere_else():
    assert read_numbers("test_39_to_42_members[moodle-sqlite]") == {39, 40, 41, 42}
    assert read_numbers("test_58_exp_past_is_accepted[sqlite-59]") == {58}
    assert read_numbers("test_bad_payload_is_refused[sqlite-01 No KID Sent in JWT header]") == {1}
    assert read_numbers("test_negative_is_refused[sqlite-44-alg none]") == {44}
    assert read_numbers("test_staff[sqlite-79 administrator of the institution]") == {79}
    assert read_numbers("test_times[59-sqlite]") == set()
    assert read_numbers("test_real_claims_open_a_page[sqlite-moodle-4.5-learner]") == set()
