"""Warnings about sentences and paragraphs that a tired reader gives up on."""

from collections.abc import Iterator

from competencies.problems import Problem
from modules.checks.passages import list_all_passages
from modules.folder import Folder
from modules.prose import count_words, split_sentences

SENTENCE_WORDS = 32
PARAGRAPH_WORDS = 90


def check_lengths(folder: Folder) -> Iterator[Problem]:
    """Warn of sentences over 32 and paragraphs over 90 words."""
    for passage in list_all_passages(folder):
        if passage.text.startswith("|"):
            continue
        for paragraph in passage.text.split("\n\n"):
            words = count_words(paragraph)
            if words > PARAGRAPH_WORDS and passage.field.rpartition(".")[2] != "commentary":
                yield Problem(passage.where, f"a paragraph of {words} words; at most {PARAGRAPH_WORDS}", "warning")
            for sentence in split_sentences(paragraph):
                if count_words(sentence) > SENTENCE_WORDS:
                    text = f'a sentence of {count_words(sentence)} words ("{sentence[:40]}…"); at most {SENTENCE_WORDS}'
                    yield Problem(passage.where, text, "warning")
