"""The run with second implementations is not part of the suite; what it stands on is."""

import re

import pytest

from tests.faults.processes import ROOT
from tests.interop.run import SECONDS, install
from tests.interop.served_lms import ANSWERS, Asked, Course, Link, answer
from tests.interop.table import Row, is_good, write_table

FOLDER = ROOT / "tests" / "interop"
GOOD = Row("an LMS", "a launch", accepted=True, understood=True)


class RefusesAll:
    """A library to which nothing is right."""

    def __getattr__(self, name) -> None:
        raise ValueError(f"no {name} here")


@pytest.mark.parametrize(("accepted", "understood"), [(False, False), (False, True), (True, False)])
def test_one_message_that_is_refused_or_misread_spoils_the_run(accepted, understood):
    assert is_good([GOOD, GOOD])
    assert not is_good([GOOD, Row("an LMS", "a launch", accepted=accepted, understood=understood)])


def test_a_run_that_tried_nothing_is_no_good_run():
    assert not is_good([])


def test_the_table_says_what_was_wrong():
    rows = [GOOD, Row("another LMS", "a score", accepted=True, understood=False, why="NotSo: other score")]
    assert write_table(rows).splitlines() == [
        "platform    | message  | accepted | understood",
        "------------+----------+----------+-----------",
        "an LMS      | a launch | yes      | yes",
        "another LMS | a score  | yes      | NO",
        "    NotSo: other score",
    ]


@pytest.mark.parametrize("second", SECONDS, ids=lambda second: second.module)
def test_each_implementation_is_pinned_and_has_its_module(second):
    assert re.fullmatch(r"[a-z0-9-]+==[\d.]+", second.package)
    assert second.name == second.package.replace("==", " ")
    compile((FOLDER / f"{second.module}.py").read_text(), second.module, "exec")


def test_an_implementation_that_cannot_be_installed_is_a_row_with_its_reason(monkeypatch, tmp_path):
    tool = tmp_path / "uv"
    tool.write_text("#!/bin/sh\necho 'No solution found' >&2\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setattr("tests.interop.run.UV", tool)
    assert install(SECONDS[0]) == Row(
        SECONDS[0].name, "installation", accepted=False, understood=False, why="No solution found"
    )


@pytest.mark.parametrize("path", sorted(set(ANSWERS) - {"/seen", "/begin"}))
def test_what_a_library_refuses_is_noted_with_its_reason(path):
    course = Course("http://lms.test", RefusesAll(), {"home": Link("1", "http://tool.test", {})})
    asked = Asked(path, {"JWT": "x", "scope": "y"}, "", {"Authorization": "Bearer t"})
    assert answer(course, asked).status == 400
    (noted,) = course.seen[ANSWERS[path][0]]
    assert (noted["ok"], " here" in noted["why"]) == (False, True)


def test_an_address_that_the_lms_does_not_have_is_noted():
    course = Course("http://lms.test", RefusesAll(), {})
    assert answer(course, Asked("/elsewhere", {}, "", {})).status == 404
    assert course.seen == {"unknown": [{"ok": False, "why": "/elsewhere"}]}
