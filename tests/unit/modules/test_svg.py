"""Drawings: rewritten from an allow-list, whatever stands in the file."""

import pytest

from modules.svg import NotDrawable, list_svg_faults, parse_svg, render_svg
from tests.unit.modules import sample


def drawn(inner: str) -> str:
    return render_svg(sample.SVG.replace("</svg>", f"{inner}</svg>"), name="fig", alt='A "map"')


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        "<style>*{}</style>",
        '<image href="https://example.org/a.png"/>',
        '<use href="https://example.org/a.svg#b"/>',
        '<a href="javascript:alert(1)"><text id="x">x</text></a>',
        "<foreignObject><iframe/></foreignObject>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<g onload="alert(1)"/>',
        '<path style="background:url(//example.org)" d="M0 0"/>',
        '<path fill="url(https://example.org/a)" d="M0 0"/>',
        '<path fill="#ff0000" d="M0 0"/>',
        '<path marker-end="url(https://example.org/a)" d="M0 0"/>',
        '<set xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/>',
        '<svg onload="alert(1)"/>',
    ],
)
def test_what_is_not_on_the_list_is_named_and_dropped(inner: str):
    whole = sample.SVG.replace("</svg>", f"{inner}</svg>")
    assert list_svg_faults(whole)
    shown = drawn(inner)
    for harm in ("script", "style", "href", "iframe", "onload", "example.org", "#ff0000", "animate", "<set"):
        assert harm not in shown


def test_shapes_classes_and_local_references_stay():
    shown = drawn(
        '<defs><marker id="tip"><path class="tie" d="M0 0"/></marker></defs><line marker-end="url(#tip)" x1="0"/>'
    )
    assert '<marker id="fig-tip"><path class="tie" d="M0 0"></path></marker>' in shown
    assert 'marker-end="url(#fig-tip)"' in shown


def test_the_message_becomes_the_label():
    assert "aria-label='A \"map\"'" in drawn("")


def test_words_get_curly_quotes():
    shown = drawn("""<text id="t">"now", it's</text>""")
    assert '<text id="fig-t">\u201cnow\u201d, it\u2019s</text>' in shown


def test_text_is_escaped():
    assert '<text id="fig-t">1 &lt; 2 &amp; 3</text>' in drawn('<text id="t">1 &lt; 2 &amp; 3</text>')


@pytest.mark.parametrize(
    "svg",
    [
        "",
        "<svg",
        "<html/>",
        "not a drawing",
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
        '<?xml-stylesheet href="https://example.org/a.css"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "<svg>&undefined;</svg>",
        "<g>" * 100_000,
    ],
)
def test_what_cannot_be_drawn_is_refused(svg: str):
    with pytest.raises(NotDrawable):
        parse_svg(svg)
    assert list_svg_faults(svg)


def test_a_drawing_that_cannot_shrink_is_a_fault():
    assert list_svg_faults('<svg xmlns="http://www.w3.org/2000/svg"/>') == (
        "<svg> needs a viewBox, so that it can shrink",
    )


def test_the_sample_has_no_fault():
    assert list_svg_faults(sample.SVG) == ()
