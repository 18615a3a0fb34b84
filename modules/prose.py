"""Prose as a reader meets it: words, sentences and paragraphs."""

import re
from collections.abc import Iterator
from functools import lru_cache

from modules.marks import without_marks

WORD = re.compile(r"[^\W_]+(?:['\u2019.:,/-][^\W_]+)*")
NOT_THE_END = re.compile(r"\b(Dr|Mr|Ms|Mrs|Prof|St|vs|al|e\.g|i\.e|No)\.")
SENTENCE_END = re.compile(r"(?<=[.!?\u2026])[\"')\]]*\s+(?=[\"'(\[*]*[A-Z0-9])")
HELD = "\x00"
# More sentences than all modules have: several checks ask for the same ones, and an author saves one text at a time.
REMEMBERED = 8192


@lru_cache(maxsize=REMEMBERED)
def count_words(text: str) -> int:
    """Count the words of a text, marks left out; `7:40` and `fast-paced` are one word each."""
    return len(WORD.findall(without_marks(text)))


@lru_cache(maxsize=REMEMBERED)
def split_sentences(text: str) -> tuple[str, ...]:
    """Cut a paragraph into sentences; "Dr." ends none, and a mark before the full stop stays with its sentence."""
    held = NOT_THE_END.sub(rf"\1{HELD}", text)
    parts = (part.replace(HELD, ".").strip() for part in SENTENCE_END.split(held))
    return tuple(part for part in parts if part)


def split_paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs and list entries of Markdown; headings, tables and fences are none."""
    for block in re.split(r"\n\s*\n", text):
        kept = [line.strip() for line in block.split("\n") if line.strip()]
        if not kept or kept[0].startswith(("#", "|", ":::", "{{")):
            continue
        yield from _split_entries(kept)


def _split_entries(lines: list[str]) -> Iterator[str]:
    """Yield each entry of a list on its own; a plain paragraph is one."""
    entry = ""
    for line in lines:
        if re.match(r"([-*]|\d+[.)])\s", line) and entry:
            yield entry
            entry = ""
        entry = f"{entry} {line}".strip()
    yield entry
