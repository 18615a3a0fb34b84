"""A file becomes a model or located problems; an author's mistake never raises."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from competencies.messages import fields_at
from competencies.reading import SourceFile, parse_model, read_marked_up, read_text, read_yaml
from competencies.text import Entry, Id, Text


class Pear(Entry):
    kind: Literal["pear"]
    id: Id
    juice: Text


class Plum(Entry):
    kind: Literal["plum"]
    id: Id
    stone: bool


class Basket(Entry):
    schema_: Literal["basket/1"] = Field(alias="schema")
    id: Id
    label: Text | None = None
    fruit: tuple[Annotated[Pear | Plum, Field(discriminator="kind")], ...] = ()
    notes: dict[str, Text] = Field(default_factory=dict)


def problems(text: str) -> list[str]:
    return [str(one) for one in parse_model(text, Basket, where="b.yaml")[1]]


WRONG_FORM = "b.yaml: id: `My Id` has the wrong form; ids are lower-case words with hyphens, like `first-meeting`"
HEAD = "schema: basket/1\nid: mine\n"


def test_a_right_file_becomes_a_model():
    found, faults = parse_model(HEAD + "fruit:\n  - {kind: plum, id: one, stone: true}\n", Basket, where="b.yaml")
    assert faults == ()
    assert found is not None
    assert found.fruit[0].id == "one"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD + "lable: x\n", "b.yaml: lable: unknown field; did you mean `label`?"),
        (HEAD + "zzzzzz: x\n", "b.yaml: zzzzzz: unknown field; known are schema, id, label, fruit, notes"),
        (HEAD + "label: 7\n", "b.yaml: label: write text here; put a number or a bare word in quotes"),
        (HEAD + "label: ''\n", "b.yaml: label: this is empty; write it or leave the field out"),
        (HEAD + "fruit: x\n", "b.yaml: fruit: write a list here, each line beginning with `- `"),
        (HEAD + "notes: x\n", "b.yaml: notes: write fields here, each as `name: value`"),
        (HEAD + "notes: {a: 1}\n", "b.yaml: notes.a: write text here; put a number or a bare word in quotes"),
        ("schema: basket/2\nid: mine\n", "b.yaml: schema: write one of 'basket/1'"),
        ("schema: basket/1\n", "b.yaml: id: this field is missing; add it"),
        ("schema: basket/1\nid: My Id\n", WRONG_FORM),
        (HEAD + "fruit: [{id: one}]\n", "b.yaml: fruit.one: say which `kind` this is"),
        (HEAD + "fruit: [{kind: fig, id: one}]\n", "b.yaml: fruit.one: write one of 'pear', 'plum'"),
        (HEAD + "fruit: [{kind: plum, id: one, stone: no}]\n", "b.yaml: fruit.one.stone: write true or false"),
        (HEAD + "fruit: [{kind: pear, id: one, juic: x}]\n",
         "b.yaml: fruit.one.juic: unknown field; did you mean `juice`?"),
        (HEAD + "fruit: [{kind: plum}]\n", "b.yaml: fruit.0.id: this field is missing; add it"),
        ("id: mine\nschema: basket/1\n", "b.yaml: schema: the first field is `schema`, the second `id`; move them up"),
        ("- a\n", "b.yaml: a file begins with fields, the first of them `schema: kind/1`"),
        ("", "b.yaml: a file begins with fields, the first of them `schema: kind/1`"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(text: str, problem: str):
    assert problem in problems(text)


def test_every_mistake_is_told_at_once():
    assert len(problems(HEAD + "lable: x\nnotes: 3\nfruit: [{kind: plum, id: A, stone: no}]\n")) == 4


def test_a_file_without_a_mistake_elsewhere_is_not_called_short():
    assert not [line for line in problems(HEAD + "fruit: [{kind: plum}]\n") if line.startswith("b.yaml: fruit:")]


def test_the_fields_of_a_place_are_those_of_its_kind():
    assert fields_at(Basket, ("fruit", 0, "pear")) == ("kind", "id", "juice")
    assert fields_at(Basket, ("nowhere", 0)) == ()


NAMES = st.sampled_from(["schema", "id", "label", "fruit", "notes", "kind", "stone", "0"])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just("basket/1"), st.just("plum")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


@given(VALUES)
def test_no_tree_whatever_raises(tree: object):
    import yaml  # noqa: PLC0415 - only here is a file written

    found, faults = parse_model(yaml.safe_dump(tree), Basket, where="b.yaml")
    assert found is not None or faults


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise(tmp_path_factory: pytest.TempPathFactory, content: bytes):
    folder = tmp_path_factory.mktemp("bytes")
    (folder / "b.yaml").write_bytes(content)
    found, faults = read_yaml(SourceFile(folder, "b.yaml"), Basket)
    assert found is None
    assert faults


@pytest.mark.parametrize(
    "name", ["gone.yaml", "folder", "../outside.yaml", "/etc/hostname", "nul\x00.yaml", "link.yaml"]
)
def test_what_is_no_file_of_the_folder_is_refused(tmp_path: Path, name: str):
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text(HEAD)
    (root / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    text, faults = read_text(SourceFile(root, name))
    assert text is None
    assert len(faults) == 1


def test_a_link_between_root_and_file_is_refused(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.yaml").write_text(HEAD)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "sub").symlink_to(tmp_path / "elsewhere")
    assert read_text(SourceFile(tmp_path / "root", "sub/b.yaml"))[0] is None


def test_a_huge_file_is_refused(tmp_path: Path):
    (tmp_path / "b.yaml").write_text("#" * 2_000_001)
    _, faults = read_yaml(SourceFile(tmp_path, "b.yaml"), Basket)
    assert [str(one) for one in faults] == ["b.yaml: larger than 2 MB; split it"]


def test_lines_may_end_as_on_windows(tmp_path: Path):
    (tmp_path / "l.md").write_bytes(b"---\r\nid: x\r\n---\r\nBody.\r\n")
    assert read_marked_up(SourceFile(tmp_path, "l.md"))[0] == ("id: x", "Body.\n")


def test_a_lesson_without_fences_is_told_how_to_begin(tmp_path: Path):
    (tmp_path / "l.md").write_text("---\nid: x\n")
    assert "begin with `---`" in str(read_marked_up(SourceFile(tmp_path, "l.md"))[1][0])
