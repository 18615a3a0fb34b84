"""The texts of one page as HTML, with one numbering of its sources."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any, Literal

from markdown_it import MarkdownIt

from modules.body import (
    Dialogue,
    DialogueLine,
    FigureMark,
    Heading,
    InteractionMark,
    Prose,
    Segment,
    list_headings,
    split_body,
)
from modules.folder import find_by_id
from modules.markdown import QUOTES, Html, make_parser, render_blocks, sanitise
from modules.model import Citations, Figure, Lesson, Source
from modules.svg import render_svg

COUNT = re.compile(r"\b(\d+) of (\d+)\b")


@dataclass(frozen=True)
class Note:
    """A numbered source at the foot of a page."""

    number: int
    source: Source

    @property
    def anchor(self) -> str:
        """The id that the mark in the text points to."""
        return f"source-{self.number}"


@dataclass(frozen=True)
class ProseBlock:
    """A run of prose."""

    html: Html
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True)
class FigureBlock:
    """A drawing with its words."""

    name: str
    svg: Html
    alt: str
    long: Html
    caption: Html
    kind: Literal["figure"] = "figure"


Block = ProseBlock | FigureBlock


@dataclass(frozen=True)
class Run:
    """Some words of a paragraph on paper, emphasized or not."""

    text: str
    emphasis: bool


@dataclass(frozen=True)
class RenderedLesson:
    """A lesson around its interaction."""

    before: tuple[Block, ...]
    after: tuple[Block, ...]
    headings: tuple[Heading, ...]


@cache
def _parser(locale: str, *, blocks: bool, spoken: bool) -> MarkdownIt:
    outer_open, outer_close, inner_open, inner_close = QUOTES.get(locale[:2], QUOTES["en"])
    inner = inner_open + inner_close
    return make_parser(quotes=(inner if spoken else outer_open + outer_close) + inner, blocks=blocks)


def keep_together(text: str) -> str:
    """Hold "21 of 25" on one line."""
    return COUNT.sub("\\1\u00a0of\u00a0\\2", text)


@dataclass
class PageText:
    """Renders the texts of one page; numbers each source where it is first cited."""

    citations: Citations
    tokens: Mapping[str, str]
    source_label: str = "Source {number}"
    locale: str = "en"
    _numbers: dict[str, int] = field(default_factory=dict)

    def inline(self, text: str) -> Html:
        """Render a YAML text without a paragraph around it."""
        return sanitise("<br>".join(self._inline(part) for part in text.split("\n\n")))

    def paragraphs(self, text: str) -> Html:
        """Render a YAML text, each paragraph in its own element."""
        return sanitise("".join(f"<p>{self._inline(part)}</p>" for part in text.split("\n\n")))

    def runs(self, text: str) -> tuple[tuple[Run, ...], ...]:
        """Cut a YAML text into its paragraphs and those into runs, for paper: plain words, citations left out."""
        return tuple(tuple(self._cut(part)) for part in text.split("\n\n"))

    def spoken(self, words: str) -> Html:
        """Render spoken words inside the quotation marks of the reader's language."""
        opening, closing, _, _ = QUOTES.get(self.locale[:2], QUOTES["en"])
        return sanitise(f"{opening}{self._inline(words, spoken=True)}{closing}")

    def lesson(self, lesson: Lesson, *, figures: Iterable[Figure]) -> RenderedLesson:
        """Render a lesson's body in two parts, before and after its interaction."""
        segments = split_body(lesson.body)
        mark = next((n for n, one in enumerate(segments) if isinstance(one, InteractionMark)), len(segments))
        blocks = _LessonBlocks(self, lesson, tuple(figures))
        before, after = blocks.render(segments[:mark]), blocks.render(segments[mark + 1 :])
        return RenderedLesson(before, after, list_headings(lesson.body))

    @property
    def sources(self) -> tuple[Note, ...]:
        """The sources cited so far, in the order of their numbers."""
        found = ((number, self.citations.find_source(source)) for source, number in self._numbers.items())
        return tuple(Note(number, source) for number, source in found if source)

    def cite(self, source_id: str) -> int | None:
        """Return the number of a source on this page; None for one that does not exist."""
        if self.citations.find_source(source_id) is None:
            return None
        return self._numbers.setdefault(source_id, len(self._numbers) + 1)

    def environment(self, table_label: str = "") -> dict[str, Any]:
        """What the Markdown renderer needs to know of this page."""
        number_of: Callable[[str], int | None] = self.cite
        return {
            "number_of": number_of,
            "source_label": self.source_label,
            "tokens": self.tokens,
            "table_label": table_label,
        }

    def _inline(self, text: str, *, spoken: bool = False) -> str:
        return str(
            _parser(self.locale, blocks=False, spoken=spoken).renderInline(keep_together(text), self.environment())
        )

    def _cut(self, text: str) -> Iterator[Run]:
        parser = _parser(self.locale, blocks=False, spoken=False)
        (whole,) = parser.parseInline(keep_together(text), self.environment())
        depth = 0
        for token in whole.children or ():
            depth += token.nesting
            words = {"text": token.content, "softbreak": " ", "token": self.tokens.get(token.meta.get("name", ""), "")}
            if words.get(token.type):
                yield Run(words[token.type], emphasis=depth > 0)

    def said(self, line: DialogueLine) -> str:
        """Write one line of a dialogue, not yet sanitised."""
        if line.speaker is None:
            return f"<p>{self._inline(line.words)}</p>"
        return f'<blockquote class="said"><cite>{escape(line.speaker)}</cite>{self.spoken(line.words)}</blockquote>'


@dataclass
class _LessonBlocks:
    """Collects the segments of a lesson into runs of prose and figures."""

    page: PageText
    lesson: Lesson
    figures: tuple[Figure, ...]
    section: str = ""

    def render(self, segments: Iterable[Segment]) -> tuple[Block, ...]:
        blocks: list[Block] = []
        run = ""
        for segment in segments:
            if isinstance(segment, FigureMark):
                blocks += [*_prose(run), *self._figure(segment)]
                run = ""
            else:
                run += self._markup(segment)
        return (*blocks, *_prose(run))

    def _markup(self, segment: Segment) -> str:
        if isinstance(segment, Dialogue):
            return "".join(self.page.said(line) for line in segment.lines)
        if not isinstance(segment, Prose):
            return ""
        self.section = next((one.title for one in reversed(list_headings(segment.text))), self.section)
        parser = _parser(self.page.locale, blocks=True, spoken=False)
        return render_blocks(
            parser, keep_together(segment.text), self.page.environment(self.section or self.lesson.title)
        )

    def _figure(self, mark: FigureMark) -> tuple[FigureBlock, ...]:
        figure = find_by_id(self.figures, mark.name)
        if figure is None:
            return ()
        drawing = render_svg(figure.svg, name=figure.id, alt=figure.alt)
        long = self.page.paragraphs(figure.long)
        return (FigureBlock(figure.id, drawing, figure.alt, long, self.page.inline(figure.caption)),)


def _prose(run: str) -> tuple[ProseBlock, ...]:
    return (ProseBlock(sanitise(run)),) if run else ()
