"""Fingerprints change with the meaning and with nothing else; what was stored can be shown again."""

import json
import textwrap
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies.reading import parse_model
from modules import FORMAT, UnknownActivity, canonical_json, digest_of, kind_of, lesson_digest, load_activity
from modules.digest import Activity
from modules.library import Library
from modules.model import Check, Reflection
from tests.unit.modules import sample
from tests.unit.modules.activities import CHECK, REFLECTION, ROLE_SET, TASK, VIGNETTE, build
from tests.unit.modules.test_drawing_and_views import INTERACTIONS

STORED = Path(__file__).parent / "stored"
ACTIVITIES: list[Activity] = [CHECK, VIGNETTE, ROLE_SET, REFLECTION, TASK, *INTERACTIONS]


@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda one: type(one).__name__)
def test_what_is_stored_becomes_the_same_activity_again(activity: Activity):
    again = load_activity(kind_of(activity), FORMAT, canonical_json(activity))
    assert again == activity
    assert digest_of(again) == digest_of(activity)


@pytest.mark.parametrize("file", sorted(STORED.glob("format-1/*.json")), ids=lambda file: file.stem)
def test_what_an_older_version_stored_is_still_read(file: Path):
    stored = json.loads(file.read_text("utf-8"))
    activity = load_activity(stored["kind"], stored["format"], stored["activity"])
    assert kind_of(activity) == stored["kind"]
    assert digest_of(activity) == stored["digest"]


def test_there_is_a_stored_sample_of_every_kind():
    assert {json.loads(file.read_text("utf-8"))["kind"] for file in STORED.glob("format-1/*.json")} == {
        "check",
        "vignette",
        "role-set",
        "reflection",
        "task",
        "interaction",
    }


def reflection_written(intro: str, width: int) -> Reflection:
    block = textwrap.indent(textwrap.fill(intro, width, break_long_words=False, break_on_hyphens=False), "  ")
    text = sample.dump({**sample.reflection(), "intro": "HERE"}).replace("intro: HERE", f"intro: >-\n{block}")
    found, problems = parse_model(text, Reflection, where="x")
    assert found is not None, problems
    return found


@given(
    st.lists(st.from_regex(r"[A-Za-zé][a-zé,.']{0,12}", fullmatch=True), min_size=1, max_size=30), st.integers(10, 120)
)
def test_wrapping_a_text_differently_changes_nothing(words: list[str], width: int):
    intro = " ".join(words)
    assert digest_of(reflection_written(intro, width)) == digest_of(reflection_written(intro, 200))


def test_composed_and_decomposed_letters_are_one():
    composed, decomposed = (
        {**sample.reflection(), "intro": unicodedata.normalize(f, "Zoé asks.")} for f in ("NFC", "NFD")
    )
    assert composed != decomposed
    assert digest_of(build(composed, Reflection)) == digest_of(build(decomposed, Reflection))


def test_one_comma_changes_the_digest():
    with_comma = build({**sample.reflection(), "intro": "Think, of three."}, Reflection)
    assert digest_of(with_comma) != digest_of(REFLECTION)


def test_the_order_of_fields_changes_nothing():
    tree = sample.check()
    turned = {"schema": tree["schema"], "id": tree["id"], **dict(reversed(tree.items()))}
    assert digest_of(build(turned, Check)) == digest_of(CHECK)


def test_an_empty_optional_list_is_as_if_left_out():
    tree = sample.check()
    del tree["items"][5]["near"]
    empty = sample.check()
    empty["items"][5]["near"] = []
    assert digest_of(build(tree, Check)) == digest_of(build(empty, Check))


def test_status_and_review_are_not_part_of_what_a_module_is(content: Path, tmp_path: Path):
    files = sample.whole()
    files["m0-door/module.yaml"].update(status="published", review={"content": "done", "safety": "done"})
    before = Library.load((content,))[0].get_module("m0").sheet
    after = Library.load((sample.write(tmp_path / "other", files),))[0].get_module("m0").sheet
    assert before != after
    assert digest_of(before) == digest_of(after)


def lesson_digest_after(folder: Path, name: str, old: str, new: str) -> str:
    files = sample.whole()
    path = sample.write(folder, files) / "m0-door" / name
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    module = Library.load((folder,))[0].get_module("m0")
    return lesson_digest(module, module.lessons[0])


@pytest.mark.parametrize(
    ("name", "old", "new", "same"),
    [
        ("lessons/01-at-the-door.md", "stops at the door", "stops\nat the   door", True),
        ("lessons/01-at-the-door.md", "stops at the door", "stops by the door", False),
        ("figures/two-roads.yaml", "Two roads part", "Three roads part", False),
        ("vignettes/by-the-lift.yaml", "A minute.", "Five minutes.", False),
        ("check.yaml", "Six questions", "Seven questions", True),
    ],
)
def test_a_lesson_covers_what_it_names(tmp_path: Path, name: str, old: str, new: str, *, same: bool):
    whole = lesson_digest_after(tmp_path / "a", name, "nothing to replace", "")
    assert old in (tmp_path / "a" / "m0-door" / name).read_text("utf-8")
    assert (lesson_digest_after(tmp_path / "b", name, old, new) == whole) is same


@pytest.mark.parametrize(("kind", "stored_format"), [("poem", 1), ("check", 0), ("check", FORMAT + 1)])
def test_an_unknown_kind_or_format_is_refused(kind: str, stored_format: int):
    with pytest.raises(UnknownActivity):
        load_activity(kind, stored_format, canonical_json(CHECK))


def test_an_old_form_is_brought_up_step_by_step():
    today = json.loads(canonical_json(REFLECTION))
    oldest = {key: value for key, value in today.items() if key not in {"notice", "intro"}} | {
        "opening": today["intro"]
    }
    upgrades = {
        ("reflection", 1): lambda tree: {"intro": tree["opening"], **{k: v for k, v in tree.items() if k != "opening"}},
        ("reflection", 2): lambda tree: {**tree, "notice": "standard-privacy"},
    }
    stored = json.dumps(oldest)
    assert load_activity("reflection", 1, stored, upgrades=upgrades, current=3) == REFLECTION
    unchanged = load_activity("check", 1, canonical_json(CHECK), upgrades=upgrades, current=3)
    assert unchanged == CHECK
