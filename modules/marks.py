"""The marks inside a text: citations `[@source#figure]` and tokens `{{referral.urgent}}`."""

import re
from dataclasses import dataclass

TOKENS = frozenset({"referral.urgent", "referral.office", "program.name"})
CITATION = re.compile(r"\[@([a-z0-9]+(?:-[a-z0-9]+)*)(?:#([a-z0-9]+(?:-[a-z0-9]+)*))?\]")
TOKEN = re.compile(r"\{\{\s*([a-z.]+)\s*\}\}")


@dataclass(frozen=True)
class CitationMark:
    """A mark in a text: the source, and the figure of it or None."""

    source: str
    figure: str | None

    def __str__(self) -> str:
        return f"{self.source}#{self.figure}" if self.figure else self.source


def list_citation_marks(text: str) -> tuple[CitationMark, ...]:
    """List the citations of a text in order, repeats included."""
    return tuple(CitationMark(found.group(1), found.group(2)) for found in CITATION.finditer(text))


def list_tokens(text: str) -> tuple[str, ...]:
    """List the tokens of a text, known or not."""
    return tuple(re.findall(r"\{\{\s*(.*?)\s*\}\}", text))


def without_marks(text: str) -> str:
    """Return the text without citations and tokens, as it is read aloud."""
    return re.sub(r"\s*\[@[^\]]*\]", "", TOKEN.sub("", text))
