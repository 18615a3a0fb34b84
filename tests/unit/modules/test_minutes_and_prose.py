"""Minutes by our working rates, and the words, sentences and paragraphs they rest on."""

from pathlib import Path

import pytest

from modules.minutes import check_minutes, lesson_minutes, round_half_up, sum_paths, vignette_minutes
from modules.prose import count_words, split_paragraphs, split_sentences
from modules.survey import survey
from tests.unit.modules.activities import CHECK, VIGNETTE


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One two three.", 3),
        ("Tuesday, 7:40 a.m.", 3),
        ("It's fast-paced.", 2),
        ("So it is [@survey-2020#no-assess].", 3),
        ("Call {{referral.urgent}} now.", 2),
        ("*One* two", 2),
        ("", 0),
    ],
)
def test_words_are_counted_as_read(text: str, count: int):
    assert count_words(text) == count


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("Dr. Okoye waits. So do you.", ["Dr. Okoye waits.", "So do you."]),
        ("At 7:40 a.m. she calls.", ["At 7:40 a.m. she calls."]),
        ("21 of 25 do [@survey-2020#x]. Four do not.", ["21 of 25 do [@survey-2020#x].", "Four do not."]),
        ('"Again?" I guess. "Yes."', ['"Again?', "I guess.", '"Yes."']),
        ("A potassium of 6.8 is high.", ["A potassium of 6.8 is high."]),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, sentences: list[str]):
    assert list(split_sentences(text)) == sentences


def test_paragraphs_and_list_entries_are_told_apart():
    text = "## Head {#h}\n\nOne\nline.\n\n- first\n  goes on\n- second\n\n| a |\n|---|\n\n1. third\n"
    assert list(split_paragraphs(text)) == ["One line.", "- first goes on", "- second", "1. third"]


def test_a_half_is_rounded_up():
    assert [round_half_up(value) for value in (8.49, 8.5, 9.5)] == [8, 9, 10]


def test_a_lesson_takes_its_words_its_interaction_and_a_minute(content: Path):
    folder = survey((content,)).folders[0]
    assert [lesson_minutes(lesson, folder) for lesson in folder.lessons] == [8, 8]


def test_a_check_takes_70_seconds_an_item_and_90_a_sorting():
    assert check_minutes(CHECK) == 7
    drawn = CHECK.model_copy(
        update={"draw": {"best": 1, "sjt": 1, "multiple": 1, "classify": 1, "claim": 1, "spot": 1}}
    )
    assert check_minutes(drawn) == 7
    two_of_ten = CHECK.model_copy(update={"items": CHECK.items[:1] * 10, "draw": {"best": 2}})
    assert check_minutes(two_of_ten) == 2


def test_a_vignette_takes_its_mean_path_rounded_up():
    sums = sum_paths(VIGNETTE)
    assert vignette_minutes(VIGNETTE) == -(-(sums.words / sums.paths / 160 + 1) // 1)
