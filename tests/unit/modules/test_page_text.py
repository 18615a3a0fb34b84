"""Authors' texts as HTML: what they mean, in the markup of the style sheet, and nothing that could harm."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import FigureBlock, Html, Library, PageText, ProseBlock
from modules.page_text import RenderedLesson
from tests.unit.modules import sample
from tests.unit.modules.activities import CITATIONS

TOKENS = {"referral.urgent": "Call 555 <now>", "referral.office": "Office", "program.name": "Coach & Co"}


def page() -> PageText:
    return PageText(CITATIONS, TOKENS)


def render(tmp_path: Path, body: str) -> tuple[RenderedLesson, PageText]:
    """Render the sample's second lesson with another body."""
    library, _ = Library.load((sample.write(tmp_path / "content", sample.whole()),))
    module = library.get_module("m0")
    text = page()
    return text.lesson(module.lessons[1].model_copy(update={"body": body}), figures=module.figures), text


def html_of(tmp_path: Path, body: str) -> str:
    rendered, _ = render(tmp_path, body)
    return "".join(block.html for block in rendered.before if isinstance(block, ProseBlock))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("It is *hers*.", "It is <em>hers</em>."),
        ('She says "yes".', "She says \u201cyes\u201d."),
        ("It's theirs.", "It\u2019s theirs."),
        ("So 21 of 25 do.", "So 21&nbsp;of&nbsp;25 do."),
        ("Call {{program.name}}.", "Call Coach &amp; Co."),
        ("{{referral.urgent}}", "Call 555 &lt;now&gt;"),
        ("One.\n\nTwo.", "One.<br>Two."),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_a_text_is_rendered_inline(text: str, html: str):
    assert page().inline(text) == html


def test_paragraphs_stand_in_elements_of_their_own():
    assert page().paragraphs("One.\n\nTwo.") == "<p>One.</p><p>Two.</p>"


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("Go on.", "\u201cGo on.\u201d"),
        ("'Get there.' So he isn't.", "\u201c\u2018Get there.\u2019 So he isn\u2019t.\u201d"),
        ('"Again?" I guess.', "\u201c\u2018Again?\u2019 I guess.\u201d"),
    ],
)
def test_spoken_words_get_the_marks_of_the_reader(words: str, html: str):
    assert page().spoken(words) == html


def test_citations_become_notes_numbered_by_first_use():
    text = page()
    first = text.inline("So it is [@book-2011]. And so [@survey-2020#no-assess].")
    again = text.inline("Once more [@book-2011].")
    assert first == (
        'So it is<sup><a href="#source-1" aria-label="Source 1">1</a></sup>. '
        'And so<sup><a href="#source-2" aria-label="Source 2">2</a></sup>.'
    )
    assert 'href="#source-1"' in again
    assert [(note.number, note.source.id, note.anchor) for note in text.sources] == [
        (1, "book-2011", "source-1"),
        (2, "survey-2020", "source-2"),
    ]


def test_the_label_of_a_note_is_handed_in():
    assert 'aria-label="Fuente 1"' in PageText(CITATIONS, TOKENS, source_label="Fuente {number}").inline(
        "x [@book-2011]"
    )


def test_a_source_that_is_not_there_leaves_no_mark():
    text = page()
    assert text.inline("So it is [@gone-2020].") == "So it is."
    assert text.sources == ()


def test_a_lesson_stands_around_its_interaction(tmp_path: Path):
    rendered, _ = render(tmp_path, "Before.\n\n{{interaction}}\n\nAfter.\n")
    assert rendered.before == (ProseBlock(Html("<p>Before.</p>\n")),)
    assert rendered.after == (ProseBlock(Html("<p>After.</p>\n")),)


def test_headings_carry_their_anchors(tmp_path: Path):
    rendered, _ = render(tmp_path, "Hook.\n\n## Say it {#say-it}\n\nx\n\n### More {#more}\n")
    assert '<h2 id="say-it">Say it</h2>' in rendered.before[0].html  # type: ignore[union-attr]
    assert [(one.level, one.anchor, one.title) for one in rendered.headings] == [
        (2, "say-it", "Say it"),
        (3, "more", "More"),
    ]


def test_a_dialogue_names_its_speakers(tmp_path: Path):
    html = html_of(tmp_path, "::: dialogue\nDr. Okoye: Walk with me?\n(She stops.)\n:::\n")
    assert (
        html == '<blockquote class="said"><cite>Dr. Okoye</cite>\u201cWalk with me?\u201d</blockquote><p>She stops.</p>'
    )


def test_a_figure_stands_between_two_runs_of_prose(tmp_path: Path):
    rendered, _ = render(tmp_path, "One.\n\n::: figure two-roads\n:::\n\nTwo.\n")
    kinds = [block.kind for block in rendered.before]
    figure = rendered.before[1]
    assert kinds == ["prose", "figure", "prose"]
    assert isinstance(figure, FigureBlock)
    assert figure.long == "<p>Two roads part.</p><p>One goes left.</p>"
    assert figure.svg.startswith('<svg class="plot" viewBox="0 0 10 10" role="img" aria-label="Two roads.">')
    assert '<text id="two-roads-left" x="1" y="2">Left</text>' in figure.svg


def test_a_table_can_turn_into_lists(tmp_path: Path):
    html = html_of(
        tmp_path,
        "## Two roles {#two}\n\n| | Coach | Mentor [@book-2011] |\n|---|---|---|\n| Leads | learner | *both* |\n",
    )
    assert '<div class="tbl tbl--stack"><table role="table" aria-label="Two roles">' in html
    assert '<th role="columnheader" scope="col">Coach</th>' in html
    assert '<th role="rowheader" scope="row">Leads</th>' in html
    assert '<td role="cell" data-of="Coach">learner</td>' in html
    assert '<td role="cell" data-of="Mentor"><em>both</em></td>' in html


def test_a_narrow_table_keeps_the_first_columns_name(tmp_path: Path):
    html = html_of(tmp_path, "## Two {#two}\n\n| You say | They hear |\n|---|---|\n| Fine | *no* |\n")
    assert '<th role="rowheader" scope="row" data-of="You say">Fine</th>' in html


def test_a_mark_stays_with_its_word_where_the_authors_line_ended(tmp_path: Path):
    html = html_of(tmp_path, "So it *is*\n[@book-2011]. And so on.\n")
    assert "<em>is</em><sup>" in html


def test_lists_are_lists(tmp_path: Path):
    assert html_of(tmp_path, "- one\n- two\n").replace("\n", "") == "<ul><li>one</li><li>two</li></ul>"
    assert html_of(tmp_path, "1. one\n2. two\n").replace("\n", "") == "<ol><li>one</li><li>two</li></ol>"


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "![x](https://example.org/x.png)",
    "<https://example.org>",
    "[x]: https://example.org\n\n[x]",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '## x {#a" onclick="alert(1)}',
    "::: dialogue\n<b onclick=x>Maya</b>: <script>1</script>\n:::",
    "| a <svg/onload=x> |\n|---|\n| <iframe src=//example.org></iframe> |",
    "<style>*{}</style>",
    "    <form action=//example.org>",
    "```\n<script>1</script>\n```",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_markup_of_an_author_never_becomes_markup_of_the_page(tmp_path: Path, attack: str):
    text = page()
    for html in (html_of(tmp_path, attack), text.inline(attack), text.spoken(attack), text.paragraphs(attack)):
        assert harmless(html), html


def harmless(html: str) -> bool:
    """Say whether all tags and attributes are those that our renderer makes."""
    tags = re.findall(r"<(/?)([a-zA-Z0-9]+)([^>]*)>", html)
    known = {"p", "em", "strong", "ul", "ol", "li", "h2", "h3", "sup", "a", "br", "div", "blockquote", "cite"}
    known |= {"table", "thead", "tbody", "tr", "th", "td"}
    attributes = {name for _, _, rest in tags for name in re.findall(r'([a-zA-Z-]+)="[^"]*"', rest)}
    links = re.findall(r'href="([^"]*)"', html)
    loose = [rest for _, _, rest in tags if re.sub(r'\s+[a-zA-Z-]+="[^"]*"', "", rest).strip()]
    return (
        {tag for _, tag, _ in tags} <= known
        and attributes <= {"id", "class", "href", "aria-label", "role", "scope", "data-of", "start"}
        and all(link.startswith("#") for link in links)
        and not loose
    )


PIECES = st.sampled_from(
    ["<", ">", '"', "'", "&", "*", "_", "[", "](", ")", "[@book-2011]", "{{program.name}}", "\n", "|", "#"]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=20).map("".join))
def test_no_text_whatever_makes_other_markup(text: str):
    for html in (page().inline(text), page().spoken(text), page().paragraphs(text)):
        assert isinstance(html, Html)
        assert harmless(html), html


def test_templates_print_it_as_it_is():
    html = page().inline("*x*")
    assert html.__html__() == "<em>x</em>"
