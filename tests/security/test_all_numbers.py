"""Each number that launches and services are held by (security.md, sections 5 and 6) is stated by a test.

A test states a number by its name (`test_s44_s45_no_packet_leaves`), at the head of its docstring (`R3, R4: ...`), or
by an attack among its parameters (`S1-44-alg-none`). A number that asks for a time is stated twice: a test states what
is done, and a bench, which begins with the number, measures the time: no timed assertion stands in the suite.
"""

import ast
import re
from collections.abc import Iterable
from functools import cache

from tests.collected import list_tests
from tests.faults.processes import ROOT

SECURITY = (*range(1, 37), *range(38, 42), *range(44, 52), 58, 60, 61, 63)
RELIABILITY = (*range(1, 13), 30, 31, 32)
NUMBERS = {*(f"S{number}" for number in SECURITY), *(f"R{number}" for number in RELIABILITY)}
# About addresses and connections alone: no database is asked.
WITHOUT_DATABASE = {"S45", "S46", "S47"}
# Of a kind of test that runs on SQLite alone; its clauses on both databases stand elsewhere.
LEFT_OUT = ("browser", "bench", "unit/competencies", "unit/modules")
# Which numbers have a clause of time that only a measurement can answer.
TIMED = {"S51", "S60", "R10"}
_NUMBERS = r"[SR]\d+(?:(?:, | and )[SR]\d+)*"


def read_name(name: str) -> set[str]:
    found = re.match(r"test_((?:[sr]\d+_)+)", name)
    return {number.upper() for number in found[1].rstrip("_").split("_")} if found else set()


def read_docstring(text: str | None) -> set[str]:
    found = re.match(rf"({_NUMBERS})(?=[.:, ])", text or "")
    return set(re.findall(r"[SR]\d+", found[1])) if found else set()


def read_parameters(parameters: str) -> set[str]:
    """The numbers of attacks; other parameters hold none."""
    return set(re.findall(r"(?:^|-)([SR]\d+)(?=-[\w-]*[a-z])", parameters))


@cache
def read_files() -> dict[str, dict[str, set[str]]]:
    """For each file of tests the functions that state numbers."""
    found = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        if str(file.relative_to(ROOT / "tests")).startswith(LEFT_OUT):
            continue
        functions = [node for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
        stated = {one.name: read_name(one.name) | read_docstring(ast.get_docstring(one)) for one in functions}
        if any(stated.values()) or file.name in {"test_attack_table.py", "test_additional_cases.py"}:
            found[str(file.relative_to(ROOT))] = stated
    return found


def read_test(test: str) -> set[str]:
    file, _, called = test.partition("::")
    name, _, parameters = called.rstrip("]").partition("[")
    stated = read_files().get(file, {}).get(name, set())
    return (
        stated | read_parameters(parameters) if file.startswith(("tests/security", "tests/certification")) else stated
    )


def missing_in(tests: Iterable[str], wanted: set[str]) -> list[str]:
    stated: set[str] = set().union(*map(read_test, tests))
    return sorted(wanted - stated, key=lambda number: (number[0], int(number[1:])))


def test_every_number_is_stated_by_a_test(request):
    assert missing_in(list_tests(request.session, read_files()), NUMBERS) == []


def test_every_number_that_asks_the_database_is_stated_on_both(request):
    for kind in ("sqlite", "postgresql"):
        here = [test for test in list_tests(request.session, read_files()) if re.search(rf"[\[-]{kind}[\]-]", test)]
        assert missing_in(here, NUMBERS - WITHOUT_DATABASE) == [], kind


def test_every_clause_of_time_is_measured_by_a_bench_and_the_rest_stated_by_a_test():
    benches = (ROOT / "tests" / "bench").glob("*.py")
    measured = set().union(*(read_docstring(ast.get_docstring(ast.parse(file.read_text("utf-8")))) for file in benches))
    assert measured == TIMED
    assert TIMED <= NUMBERS


def test_a_number_is_read_where_it_stands_and_nowhere_else():
    assert read_name("test_s44_s45_no_packet_leaves") == {"S44", "S45"}
    assert read_name("test_r32_a_name_server") == {"R32"}
    assert read_name("test_s") == read_name("test_secrets_s1_x") == set()
    assert read_docstring("R3, R4, R5: right scores") == {"R3", "R4", "R5"}
    assert read_docstring("R8. Moodle takes nothing.") == read_docstring("R8 at length") == {"R8"}
    assert read_docstring("As S8 says: so") == read_docstring("S8b: so") == read_docstring(None) == set()
    assert read_parameters("sqlite-S1-44-alg-none") == read_parameters("S1-alg-nOnE-postgresql") == {"S1"}
    assert read_parameters("sqlite-S10-aud-number") == {"S10"}
    assert read_parameters("moodle-sqlite-44-alg-none") == read_parameters("SUM-S1") == set()


def test_a_number_without_a_test_would_be_missed():
    assert missing_in([], {"S10", "S9", "R1"}) == ["R1", "S9", "S10"]
