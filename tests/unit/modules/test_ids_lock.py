"""A published id is never lost and never becomes another kind of thing."""

from pathlib import Path
from typing import Any

from modules.ids_lock import accept_ids, check_lock, read_lock
from modules.survey import Survey, survey
from tests.unit.modules import sample


def surveyed(folder: Path, status: str = "published", **changes: Any) -> Survey:
    files = sample.whole()
    files["m0-door/module.yaml"].update(status=status, review={"content": "done", "safety": "done"})
    for name, change in changes.items():
        change(files[f"m0-door/{name}.yaml"])
    return survey((sample.write(folder, files),))


def test_what_is_in_review_needs_no_lock(tmp_path: Path):
    found = surveyed(tmp_path / "a", status="review")
    assert check_lock(found.folders, tmp_path / "ids.lock") == ()
    assert accept_ids(found.folders, tmp_path / "ids.lock") == 0


def test_published_ids_are_missing_until_they_are_accepted(tmp_path: Path):
    found, lock = surveyed(tmp_path / "a"), tmp_path / "ids.lock"
    assert "missing from ids.lock" in str(check_lock(found.folders, lock)[0])
    assert accept_ids(found.folders, lock) > 50
    assert check_lock(found.folders, lock) == ()
    locked, _ = read_lock(lock)
    assert locked["m0/m0-q1"] == "item best"
    assert locked["m0/by-the-lift/one/c0"] == "choice"
    assert locked["m0/role-set-a/a01"] == "scenario"
    assert locked["m0/01-at-the-door"] == "lesson"


def test_accepting_twice_changes_nothing(tmp_path: Path):
    found, lock = surveyed(tmp_path / "a"), tmp_path / "ids.lock"
    accept_ids(found.folders, lock)
    before = lock.read_text("utf-8")
    assert accept_ids(found.folders, lock) == 0
    assert lock.read_text("utf-8") == before


def test_a_published_id_that_is_gone_is_an_error(tmp_path: Path):
    lock = tmp_path / "ids.lock"
    accept_ids(surveyed(tmp_path / "a").folders, lock)
    later = surveyed(tmp_path / "b", check=lambda tree: tree["items"].pop())
    (problem,) = check_lock(later.folders, lock)
    assert problem.where == "ids.lock: m0/m0-q6"
    assert problem.text.startswith("this item spot was published and is gone; bring the id back, or name it under")
    accept_ids(later.folders, lock)
    assert len(check_lock(later.folders, lock)) == 1


def test_an_id_may_be_retired_and_is_then_given_to_nothing_else(tmp_path: Path):
    lock = tmp_path / "ids.lock"
    accept_ids(surveyed(tmp_path / "a").folders, lock)
    retire = {"module": lambda tree: tree.update(retired=["m0-q6", "by-the-lift/one"])}
    gone = surveyed(tmp_path / "b", check=lambda tree: tree["items"].pop(), **retire)
    said = [str(problem) for problem in check_lock(gone.folders, lock)]
    assert not [line for line in said if "m0-q6" in line]
    assert "ids.lock: m0/by-the-lift/one/c0: is retired in module.yaml and stands in the content; take a new id" in said


def test_a_retired_module_keeps_its_ids(tmp_path: Path):
    lock = tmp_path / "ids.lock"
    accept_ids(surveyed(tmp_path / "a").folders, lock)
    later = surveyed(tmp_path / "b", status="retired", check=lambda tree: tree["items"].pop())
    assert "m0/m0-q6" in str(check_lock(later.folders, lock)[0])


def test_an_id_that_comes_back_as_another_kind_is_an_error(tmp_path: Path):
    lock = tmp_path / "ids.lock"
    accept_ids(surveyed(tmp_path / "a").folders, lock)

    def turn(tree: dict[str, Any]) -> None:
        options = sample.options(a={"points": 3}, b={"points": 2}, c={"points": 1}, d={"points": 0})
        tree["items"][0] = sample.item(1, "sjt", options=options)

    later = surveyed(tmp_path / "b", check=turn)
    assert [str(problem) for problem in check_lock(later.folders, lock)] == [
        "ids.lock: m0/m0-q1: was published as item best and is now item sjt; take a new id"
    ]


def test_a_new_id_in_a_published_module_has_to_be_accepted(tmp_path: Path):
    lock = tmp_path / "ids.lock"
    accept_ids(surveyed(tmp_path / "a").folders, lock)
    new = sample.item(7, "best", options=sample.options(a={}, b={"key": True}, c={}, d={}))
    later = surveyed(tmp_path / "b", check=lambda tree: tree["items"].append(new))
    assert "1 published ids are missing from ids.lock (m0/m0-q7 …)" in str(check_lock(later.folders, lock)[0])
