"""The instrument: what must hold in each item, and that a published version stays as it was answered."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from competencies import Instrument, check_instrument, check_instrument_lock, load_framework, load_instruments
from competencies.__main__ import main
from competencies.instrument_loader import INSTRUMENTS, find_current
from competencies.instrument_lock import accept_instruments, digest_of
from competencies.yaml_tree import parse_yaml

OURS = INSTRUMENTS / "coaching-self-assessment" / "v1.yaml"
FRAMEWORK, _ = load_framework()


def tree() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(parse_yaml(OURS.read_text(encoding="utf-8"))))
    return found


def load(folder: Path, content: dict[str, Any], file: str = "v1.yaml") -> tuple[tuple[Instrument, ...], list[str]]:
    place = folder / "coaching-self-assessment"
    place.mkdir(exist_ok=True)
    (place / file).write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    instruments, problems = load_instruments(folder)
    assert FRAMEWORK is not None
    for one in instruments:
        problems += check_instrument(one, FRAMEWORK)
    return instruments, [str(problem) for problem in problems]


def test_our_instrument_asks_about_every_competency_and_has_no_fault(tmp_path: Path):
    (ours,), problems = load(tmp_path, tree())
    assert problems == []
    assert digest_of(ours) == digest_of(load_instruments()[0][0])
    assert FRAMEWORK is not None
    for code in FRAMEWORK.codes:
        assert len(list(ours.items_of(code, "core"))) == 2
        assert len(list(ours.items_of(code, "long"))) == 3
    assert len(ours.list_items("core")) == 30
    assert "Pilot" in ours.label
    assert [ours.name_band(score) for score in (1, 2, 2.99, 3, 4, 5)] == [
        "starting", "building", "building", "dependable", "strong", "strong",
    ]  # fmt: skip
    assert ours.get_point("post").asks == ("now", "then")
    first = ours.items[0]
    assert first.tell_added(2) == first.anchors["2"]
    assert first.tell_added(4).startswith("I fitted")
    with pytest.raises(KeyError):
        ours.get_point("never")


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("stem", "I open with a question and sum up.", "S1.1.stem: asks about two things"),
        ("stem", "I usually open with a question.", "S1.1.stem: `usually` measures nothing"),
        ("stem", f"I {'really ' * 25}ask.", "S1.1.stem: 27 words; at most 25"),
        ("1", "I don't do this.", "S1.1.anchors.1: is not built like the others"),
        ("2", "I did it now and then.", "S1.1.anchors.2: is not built like the others"),
        ("3", "I did it in most of them.", "S1.1.anchors.3: is not built like the others"),
        ("4", "I changed the question. I can say why.", "S1.1.anchors.4: is not built like the others"),
        ("5", "As 4, and I have used it to teach.", "S1.1.anchors.5: is not built like the others"),
        ("4", f"As 3, and I {'ask ' * 30}. I can say why.", "warning: coaching-self-assessment/v1.yaml: items.S1.1"),
        ("2", "I opened this way at least once, in at least two of the three, without a note.", "differs from 3"),
    ],
)  # fmt: skip
def test_each_fault_of_an_item_is_said_at_its_place(tmp_path: Path, field, text, said):
    content = tree()
    item = next(one for one in content["items"] if one["id"] == "S1.1")
    if field == "stem":
        item["stem"] = text
    else:
        item["anchors"][field] = text
    if said == "differs from 3":
        item["anchors"]["3"] = "I opened this way in at least two of the three, without a note, at least."
        item["anchors"]["2"] = "I opened this way in at least once of the three, without a note, at least."
        said = "S1.1.anchors.3: differs from 2 by one word"
    assert any(said in problem for problem in load(tmp_path, content)[1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["items"].pop(0), "P1 has 1 core items; it needs 2"),
        (lambda c: c["items"].append(deepcopy(c["items"][0])), "items.P1.1: is given twice"),
        (lambda c: c["items"][0]["anchors"].pop("3"), "P1.1.anchors: are 1 to 5"),
        (lambda c: c["items"][0].update(competency="P2"), "P1.1.competency: an item of P2"),
        (lambda c: c.update(framework="other/1.0"), "there is no framework `other/1.0`"),
        (lambda c: c["scale"]["levels"].reverse(), "scale.levels: are 1 to 5"),
        (lambda c: c["scoring"]["bands"].pop(), "the last reaches beyond 5"),
        (lambda c: c["administration"].append(deepcopy(c["administration"][0])), "administration: names a point twice"),
        (lambda c: c.update(version=2), "holds version 2"),
        (lambda c: c["items"][0].update(stm="x"), "did you mean `stem`"),
    ],
)
def test_each_fault_of_the_whole_is_said(tmp_path: Path, change, said):
    content = tree()
    change(content)
    assert any(said in problem for problem in load(tmp_path, content)[1])


def test_a_published_version_is_frozen_and_a_new_wording_is_a_new_version(tmp_path: Path):
    lock = tmp_path / "instruments.lock"
    content = tree()
    instruments, _ = load(tmp_path, content)
    assert [str(one) for one in check_instrument_lock(instruments, lock)] == [
        "coaching-self-assessment/v1.yaml: status: is missing from instruments.lock; run check --accept"
    ]
    assert accept_instruments(instruments, lock) == 1
    assert check_instrument_lock(instruments, lock) == ()

    # Lessons to read on are no part of what was answered.
    content["items"][0]["learn"] = ["m0/02"]
    assert check_instrument_lock(load(tmp_path, content)[0], lock) == ()
    content["items"][0]["stem"] = "I tell a new learner what a coach does."
    changed, _ = load(tmp_path, content)
    assert "is frozen" in str(check_instrument_lock(changed, lock)[0])
    assert accept_instruments(changed, lock) == 0
    assert "is frozen" in str(check_instrument_lock(changed, lock)[0])
    assert "bring it back" in str(check_instrument_lock((), lock)[0])

    load(tmp_path, tree())
    content["version"] = 2
    both, problems = load(tmp_path, content, "v2.yaml")
    assert problems == []
    assert accept_instruments(both, lock) == 1
    assert check_instrument_lock(both, lock) == ()
    assert find_current(both) is both[1]
    assert find_current(()) is None


def test_the_command_reads_the_instrument_too(capsys):
    assert main(["check"]) == 0
    assert "45 items" in capsys.readouterr().out
    assert main(["check", "--all"]) == 2
