"""Posted forms become answers and drafts, or a clear refusal."""

import pytest

from app.learning.forms import LONGEST_TEXT, TextTooLong, read_answer, read_drafts, read_placed
from app.web.errors import BadForm
from app.web.forms import Form
from modules import Library


@pytest.fixture(scope="module")
def interactions():
    library, _problems = Library.load()
    return {lesson.interaction.kind: lesson.interaction for lesson in library.get_module("m0").lessons}


def form(**fields: str) -> Form:
    return Form({name.replace("_", "-"): (value,) for name, value in fields.items()})


@pytest.mark.parametrize("text", ["", "twelve", "-1", "1.5", "1e3", "\uff19", "1" * 40])
def test_a_guess_that_is_no_number_is_no_answer(interactions, text):
    assert read_answer(interactions["predict"], form(answer=text)) is None


def test_a_guess_is_a_number(interactions):
    assert read_answer(interactions["predict"], form(answer=" 12 ")) == 12


def test_a_sorting_with_an_open_row_is_no_answer_and_keeps_what_was_chosen(interactions):
    rows = [row.id for row in interactions["sort"].rows]
    half = Form({f"row-{row}": ("coach",) for row in rows[1:]})
    assert read_answer(interactions["sort"], half) is None
    assert read_placed(interactions["sort"], half) == {f"row-{row}": "coach" for row in rows[1:]}


def test_a_draft_takes_only_the_boxes_that_were_sent():
    drafts = read_drafts("m0/r", ["p1", "p2"], form(text_p2="words", revision_p2="3", revision_p1="1"))
    assert [(draft.key, draft.text, draft.revision) for draft in drafts] == [("m0/r/p2", "words", 3)]


def test_line_ends_are_those_of_the_page():
    (draft,) = read_drafts("k", ["b"], form(text_b="one\r\ntwo\rthree"))
    assert draft.text == "one\ntwo\nthree"


def test_blanks_alone_are_no_text():
    (draft,) = read_drafts("k", ["b"], form(text_b=" \r\n\t"))
    assert draft.text == ""


def test_a_text_of_the_longest_size_is_taken_and_one_more_is_not():
    (draft,) = read_drafts("k", ["b"], form(text_b="é" * LONGEST_TEXT))
    assert len(draft.text) == LONGEST_TEXT
    with pytest.raises(TextTooLong, match="b"):
        read_drafts("k", ["b"], form(text_b="é" * (LONGEST_TEXT + 1)))


@pytest.mark.parametrize("revision", ["x", "-1", "1.0", "٣", "9" * 30])
def test_a_revision_that_is_no_small_number_is_refused(revision):
    with pytest.raises(BadForm):
        read_drafts("k", ["b"], form(text_b="t", revision_b=revision))
