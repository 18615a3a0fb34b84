"""Errors 10 and 12: the shape of a lesson's body, and its list of sources."""

import re
from collections import Counter
from collections.abc import Iterator

from competencies.problems import Problem
from competencies.text import ID_PATTERN
from modules.body import Fault, Heading, InteractionMark, list_headings, split_body
from modules.folder import Folder
from modules.marks import list_citation_marks
from modules.model import Lesson
from modules.prose import count_words

HOOK_WORDS, IDEA_WORDS, TITLE_WORDS = 60, 25, 6
LAST = "try-this-week"


def check_lessons(folder: Folder) -> Iterator[Problem]:
    """Check each lesson's shape."""
    for lesson in folder.lessons:
        where = folder.where(f"lessons/{lesson.id}.md")
        for field, text in _faults_of(lesson):
            yield Problem(f"{where}: {field}", text)


def _faults_of(lesson: Lesson) -> Iterator[tuple[str, str]]:
    if count_words(lesson.title) > TITLE_WORDS or ":" in lesson.title:
        yield "title", f"at most {TITLE_WORDS} words and no colon"
    if count_words(lesson.idea) > IDEA_WORDS:
        yield "idea", f"has {count_words(lesson.idea)} words; at most {IDEA_WORDS}"
    yield from _faults_of_blocks(lesson)
    yield from _faults_of_headings(list_headings(lesson.body))
    hook = count_words(lesson.body.partition("\n## ")[0])
    if hook > HOOK_WORDS:
        yield "body", f"the hook before the first ## has {hook} words; at most {HOOK_WORDS}"
    cited = list(dict.fromkeys(mark.source for mark in list_citation_marks(lesson.body)))
    if list(lesson.sources) != cited:
        yield "sources", f"must be those cited in the body, in order of first use: [{', '.join(cited)}]"


def _faults_of_blocks(lesson: Lesson) -> Iterator[tuple[str, str]]:
    segments = split_body(lesson.body)
    for fault in (one for one in segments if isinstance(one, Fault)):
        yield "body", f"line {fault.line}: {fault.text}"
    places = sum(isinstance(one, InteractionMark) for one in segments)
    if places != 1:
        yield "body", f"`{{{{interaction}}}}` stands {places} times on a line of its own; it needs exactly one"


def _faults_of_headings(headings: tuple[Heading, ...]) -> Iterator[tuple[str, str]]:
    for heading in headings:
        if heading.level == 1:
            yield "body", f"line {heading.line}: nothing stands above ##; the title is the # heading"
        elif not re.match(ID_PATTERN, heading.anchor):
            yield "body", f"line {heading.line}: end the heading with an anchor of its own, like {{#say-where}}"
    for anchor, count in Counter(heading.anchor for heading in headings if heading.anchor).items():
        if count > 1:
            yield "body", f"the anchor {{#{anchor}}} stands on {count} headings"
    if not headings or headings[-1].anchor != LAST:
        yield "body", f"the last section is always {{#{LAST}}}"
