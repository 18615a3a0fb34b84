"""Errors 8 and 9: counts are printed as n of N with their source, and nobody claims what was not measured."""

import re
from collections.abc import Iterator

from competencies.problems import Problem
from modules.checks.banned import find_banned, find_uncited_claims
from modules.checks.passages import list_all_passages
from modules.checks.shelf import Passage, Shelf
from modules.folder import Folder
from modules.marks import CitationMark, list_citation_marks
from modules.model import Citations
from modules.prose import split_sentences

CLAIM = "claim"
PERCENT = re.compile(r"%|\bpercent of\b", re.IGNORECASE)
MARKUP = re.compile(r"</?[a-z][^>]*>|\]\(|https?://|&[a-z]+;", re.IGNORECASE)
CURLY = re.compile("[\u2018\u2019\u201c\u201d]")


def check_claims(folder: Folder, shelf: Shelf) -> Iterator[Problem]:
    """Check every text of a module; the `claim` of an item may say what is wrong."""
    yield from _check_guesses(folder, shelf.citations)
    for passage in list_all_passages(folder):
        yield from _check_form(passage)
        if passage.field.rpartition(".")[2] == CLAIM:
            continue
        for sentence in split_sentences(passage.text):
            yield from _check_sentence(passage, sentence, shelf.citations)


def _check_guesses(folder: Folder, citations: Citations) -> Iterator[Problem]:
    """A guessed count is the count of its source."""
    for lesson in folder.lessons:
        if lesson.interaction.kind != "predict":
            continue
        name, _, figure_id = lesson.interaction.cite.partition("#")
        source = citations.find_source(name)
        figure = source.find_figure(figure_id) if source else None
        if figure and (lesson.interaction.answer, lesson.interaction.of) != (figure.n, figure.of):
            where = f"{folder.where(f'lessons/{lesson.id}.md')}: interaction.answer"
            yield Problem(where, f"{lesson.interaction.cite} says {figure.n} of {figure.of}")


def _check_form(passage: Passage) -> Iterator[Problem]:
    if MARKUP.search(passage.text):
        yield Problem(passage.where, "no HTML, no links: *emphasis*, citations and tokens are all there is")
    if CURLY.search(passage.text):
        yield Problem(passage.where, "write straight quotes; the page sets curly ones")


def _check_sentence(passage: Passage, sentence: str, citations: Citations) -> Iterator[Problem]:
    marks = list_citation_marks(sentence)
    for mark in marks:
        yield from _check_count(passage, sentence, mark, citations)
    if marks and passage.spoken:
        yield Problem(passage.where, "spoken words carry no citation; say it in the note or the why")
    if PERCENT.search(sentence):
        yield Problem(passage.where, "print the count, n of N, in place of a percentage")
    for phrase in () if marks else find_uncited_claims(sentence):
        yield Problem(passage.where, f'"{phrase}" needs a citation in its sentence; or say what was counted')
    for phrase in find_banned(sentence):
        text = f'"{phrase}" is banned (writing.md 1); say who does what'
        yield Problem(passage.where, text, "warning" if passage.spoken else "error")


def _check_count(passage: Passage, sentence: str, mark: CitationMark, citations: Citations) -> Iterator[Problem]:
    source = citations.find_source(mark.source)
    figure = source.find_figure(mark.figure) if source and mark.figure else None
    if source is None or figure is None:
        return
    if not re.search(rf"\b{figure.n} of (?:[a-z]+ ){{0,3}}{figure.of}\b", sentence.replace(",", "")):
        yield Problem(passage.where, f'the sentence with [@{mark}] must print "{figure.n} of {figure.of}"')
    if source.state == "from-memory":
        yield Problem(passage.where, f"[@{mark}]: a source from memory carries no figure")
