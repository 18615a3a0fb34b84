"""The quick environment says what Jinja would say, and escapes what Jinja would escape."""

import pytest
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from app.web.quick_jinja import QuickEnvironment

PARTS = '{% macro icon(name, turn=false) %}<i class="{{ name }}{% if turn %} turn{% endif %}"></i>{% endmacro %}'
SAFE = Markup("<b>&amp;</b>")


def render_both(source: str, **values: object) -> tuple[str, str]:
    """As the quick environment says it, and as Jinja does with the same macro imported by name."""
    quick = QuickEnvironment(
        foldable={"loud": str.upper}, loader=DictLoader({"parts.html": PARTS, "page": source}), autoescape=True
    )
    quick.share("parts.html")
    plain = Environment(loader=DictLoader({"page": PARTS + source}), autoescape=True)
    plain.globals["loud"] = quick.globals["loud"] = lambda text: Markup(text.upper())  # noqa: S704  as a constant is said
    return quick.get_template("page").render(values), plain.get_template("page").render(values)


@pytest.mark.parametrize(
    "source",
    [
        "{{ value }}",
        "{{ value|upper }} {{ safe }} {{ value ~ safe }}",
        '{{ icon("a") }}{{ icon("a", turn=true) }}{{ icon(value) }}{{ icon(value, true) }}{{ icon(safe) }}',
        '{% for one in [value, value] %}{{ icon(one) }}{{ loop.index }}{% endfor %}{{ icon(name="<b>") }}',
        '{{ loud("ab") }}{{ loud(value) }}',
        "{{ none }}{{ 7 }}{{ [value] }}",
    ],
)
def test_quick_and_plain_say_the_same(source):
    for value in ("<script>\"'&", "plain", "é"):
        quick, plain = render_both(source, value=value, safe=SAFE)
        assert quick == plain
        assert "<script>" not in quick


def test_a_remembered_component_keeps_kinds_of_text_apart():
    """`Markup("<")` equals `"<"`, but only one of them may be written as it is."""
    source = "{{ icon(safe) }}{{ icon(unsafe) }}"
    quick, plain = render_both(source, safe=SAFE, unsafe=str(SAFE))
    assert quick == plain
