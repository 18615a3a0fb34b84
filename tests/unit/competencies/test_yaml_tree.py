"""YAML as authors expect it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies.yaml_tree import NotReadable, parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("7:40", "7:40"),
        ("2018-01-01", "2018-01-01"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("1e5", "1e5"),
        ("16", 16),
        ("-3", -3),
        ("5.1", 5.1),
        ('"16"', "16"),
        ("'no'", "no"),
        ("null", None),
        ("", None),
        ("9" * 5000, "9" * 5000),
        ("[a, b]", ("a", "b")),
        (">-\n  one\n  two", "one two"),
    ],
)
def test_a_value_is_what_it_looks_like(text: str, value: object):
    assert parse_yaml(f"a: {text}\n") == {"a": value}


def test_field_names_are_always_words():
    assert parse_yaml("1: one\nno: none\n") == {"1": "one", "no": "none"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3: `a` stands here twice"),
        ("a:\n  b: 1\n  b: 2\n", "line 3: `b` stands here twice"),
        ("a: &x 1\nb: *x\n", "line 1: anchors and aliases"),
        ("a: !!python/object/apply:os.system [ls]\n", "line 1: tags (!)"),
        ("a: !!binary aGk=\n", "line 1: tags (!)"),
        ("? [a]\n: b\n", "a field name is one plain word"),
        ("a: one: two\n", "line 1: "),
        ("a: 1\n---\nb: 2\n", "line 2: a second `---`"),
        ("a: \x00\n", "a character that should not be there"),
        ("[" * 100_000, "nested too deeply"),
        ("- " * 50_000 + "a", "nested too deeply"),
        ("{a: " * 50_000, "nested too deeply"),
    ],
)
def test_what_would_be_read_otherwise_than_meant_is_refused(text: str, reason: str):
    with pytest.raises(NotReadable, match=reason.replace("(", r"\(").replace(")", r"\)")):
        parse_yaml(text)


def test_a_bomb_of_aliases_is_refused():
    with pytest.raises(NotReadable):
        parse_yaml("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")


PIECES = st.sampled_from(
    ["a", ":", " ", "\n", "- ", "&", "*", "!", "|", ">-", "[", "]", "{", "}", '"', "'", "#", "\t", "%", "?", "---"]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_no_text_raises_anything_else(text: str):
    with contextlib.suppress(NotReadable):
        parse_yaml(text)
