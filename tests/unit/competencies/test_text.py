"""Texts are known by their type, and tidied as they are read."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from competencies import list_texts
from competencies.text import Entry, Id, Spoken, Text, tidy_text


class Inner(Entry):
    id: Id
    say: Spoken | None = None
    note: Text


class Outer(Entry):
    id: Id
    title: Text
    many: tuple[Text, ...]
    named: dict[str, Text]
    spoken: tuple[dict[str, Spoken], ...]
    inner: tuple[Inner, ...]


def test_every_text_is_found_by_its_type_and_no_id_is():
    outer = Outer(
        id="x",
        title="One",
        many=("Two", "Three"),
        named={"a": "Four"},
        spoken=({"maya": "Five"},),
        inner=(Inner(id="i", note="Six"), Inner(id="j", say="Seven", note="Eight")),
    )
    assert [(one.field, one.text, one.voice) for one in list_texts(outer)] == [
        ("title", "One", "text"),
        ("many.0", "Two", "text"),
        ("many.1", "Three", "text"),
        ("named.a", "Four", "text"),
        ("spoken.0.maya", "Five", "spoken"),
        ("inner.i.note", "Six", "text"),
        ("inner.j.say", "Seven", "spoken"),
        ("inner.j.note", "Eight", "text"),
    ]


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str):
    tidy = tidy_text(text)
    assert tidy_text(tidy) == tidy
    assert unicodedata.is_normalized("NFC", tidy)
    assert "  " not in tidy


def test_paragraphs_stay_and_wrapping_goes():
    assert tidy_text(" One  line.\n\n\nAnother\tone. \n") == "One line.\n\nAnother one."
