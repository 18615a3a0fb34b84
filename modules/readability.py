"""Reading ease and grade of a text, by the two formulas that everybody knows, with a small count of syllables.

Ease: Flesch 1948, 206.835 - 1.015 words a sentence - 84.6 syllables a word; higher is easier, 60 is plain English.
Grade: Kincaid 1975, 0.39 words a sentence + 11.8 syllables a word - 15.59; a US school grade.
Syllables are counted by rule and not by dictionary: groups of vowels, without the silent endings of English ("hoped"
has one, "needed" two). Single words come out wrong ("idea"), a lesson's mean hardly. It is a thermometer and no judge:
nobody chops sentences to please it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from modules.marks import without_marks
from modules.prose import split_sentences

WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
VOWELS = re.compile(r"[aeiouy\u00e0-\u00ff]+")
# "hope", "hoped", "hopes" have one syllable; "table", "needed", "wishes", "going" have two.
SILENT = re.compile(r"(?<=[^aeiouy])(?<![^aeiouy]l)e$|(?<=[^aeioutdy])ed$|(?<=[^aeiouyszxgc])(?<!sh|ch)es$")
HIATUS = re.compile(r"(?<=[aeiouy])ing\b")


@dataclass(frozen=True)
class Readability:
    """Of one text: its words and sentences, its reading ease, and its grade. Empty text is ease 100, grade 0."""

    words: int
    sentences: int
    ease: float
    grade: float


def count_syllables(word: str) -> int:
    """Count the syllables of an English word as said; at least one."""
    plain = word.lower().replace("\u2019", "'").removesuffix("'s")
    found = len(VOWELS.findall(SILENT.sub("", plain))) + len(HIATUS.findall(plain))
    return max(1, found)


def measure(paragraphs: Iterable[str]) -> Readability:
    """Measure prose, given as paragraphs; marks and numbers are not counted."""
    sentences = [one for paragraph in paragraphs for one in split_sentences(without_marks(paragraph))]
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    if not words:
        return Readability(0, 0, 100.0, 0.0)
    length = len(words) / len(sentences)
    syllables = sum(map(count_syllables, words)) / len(words)
    ease = 206.835 - 1.015 * length - 84.6 * syllables
    grade = 0.39 * length + 11.8 * syllables - 15.59
    return Readability(len(words), len(sentences), round(ease, 1), round(grade, 1))
