"""The body of a lesson, cut into prose, dialogues, figures and the place of the interaction."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

INTERACTION = "{{interaction}}"
HEADING = re.compile(r"^(#{1,6})\s+(.*?)(?:\s*\{#([^}]*)\})?\s*$")
OPENING = re.compile(r"^:::\s*(\S+)\s*(\S*)\s*$")
SAID = re.compile(r"^([^:()\[\]]{1,60}):\s+(.+)$")
DONE = re.compile(r"^[(\[](.+)[)\]]$")


@dataclass(frozen=True)
class Prose:
    """Markdown without blocks of our own; `line` is its first line in the body, from 1."""

    text: str
    line: int


@dataclass(frozen=True)
class DialogueLine:
    """Words and their speaker, or (speaker None) what somebody does."""

    speaker: str | None
    words: str


@dataclass(frozen=True)
class Dialogue:
    """A conversation."""

    lines: tuple[DialogueLine, ...]
    line: int


@dataclass(frozen=True)
class FigureMark:
    """The place of a figure."""

    name: str
    line: int


@dataclass(frozen=True)
class InteractionMark:
    """The place of the interaction."""

    line: int


@dataclass(frozen=True)
class Fault:
    """A block that cannot be read, and why."""

    text: str
    line: int


Segment = Prose | Dialogue | FigureMark | InteractionMark | Fault


@dataclass(frozen=True)
class Heading:
    """A section's title and its anchor; `level` counts the hashes, anchor is empty where there is none."""

    level: int
    title: str
    anchor: str
    line: int


def split_body(body: str) -> tuple[Segment, ...]:
    """Cut a body into its segments, in order."""
    return tuple(_cut(body.split("\n")))


def _cut(lines: list[str]) -> Iterator[Segment]:
    start = at = 0
    while at < len(lines):
        segment, after = _read_block(lines, at)
        if segment is None:
            at += 1
            continue
        yield from _prose(lines, start, at)
        yield segment
        start = at = after
    yield from _prose(lines, start, at)


def _prose(lines: list[str], start: int, end: int) -> Iterator[Prose]:
    if any(line.strip() for line in lines[start:end]):
        yield Prose("\n".join(lines[start:end]), start + 1)


def _read_block(lines: list[str], at: int) -> tuple[Segment | None, int]:
    if lines[at].strip() == INTERACTION:
        return InteractionMark(at + 1), at + 1
    if not lines[at].startswith(":::"):
        return None, at
    closing = next((n for n in range(at + 1, len(lines)) if lines[n].startswith(":::")), None)
    if closing is None or lines[closing].strip() != ":::":
        return Fault("this block is not closed; end it with `:::`", at + 1), at + 1
    return _make_block(lines[at], lines[at + 1 : closing], at + 1), closing + 1


def _make_block(opening: str, inner: list[str], line: int) -> Segment:
    named = OPENING.match(opening)
    kind, name = named.groups() if named else ("", "")
    if kind == "dialogue":
        return _make_dialogue([one.strip() for one in inner if one.strip()], line)
    if kind == "figure" and name and not any(one.strip() for one in inner):
        return FigureMark(name, line)
    return Fault("write `::: dialogue` with lines, or `::: figure name` with none", line)


def _make_dialogue(inner: list[str], line: int) -> Dialogue | Fault:
    said = tuple(_read_said(one) for one in inner)
    whole = tuple(one for one in said if one)
    if len(whole) != len(said) or not whole:
        return Fault("a dialogue line is `Name: words`, or what somebody does in brackets", line)
    return Dialogue(whole, line)


def _read_said(line: str) -> DialogueLine | None:
    if found := DONE.match(line):
        return DialogueLine(None, found.group(1))
    found = SAID.match(line)
    return DialogueLine(found.group(1), found.group(2)) if found else None


def list_headings(body: str) -> tuple[Heading, ...]:
    """List the headings of a body."""
    found = ((HEADING.match(line), number) for number, line in enumerate(body.split("\n"), 1))
    return tuple(
        Heading(len(match.group(1)), match.group(2), match.group(3) or "", number) for match, number in found if match
    )


def list_figure_names(body: str) -> tuple[str, ...]:
    """Name the figures that a body shows."""
    return tuple(segment.name for segment in split_body(body) if isinstance(segment, FigureMark))


def plain_body(body: str) -> str:
    """The running words of a body: without headings, fences and the place of the interaction."""
    text = re.sub(r"^:::.*$", "", body, flags=re.MULTILINE).replace(INTERACTION, "")
    text = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    return re.sub(r"^[|\s:-]+$", "", text, flags=re.MULTILINE)
