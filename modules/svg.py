"""Drawings by an allow-list: shapes, text and local references; no script, no style, nothing from outside."""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from modules.markdown import Html

SHAPES = "svg g path circle ellipse rect line polyline polygon text tspan defs marker"
ELEMENTS = frozenset(SHAPES.split())
GEOMETRY = "d x y x1 y1 x2 y2 cx cy r rx ry dx dy width height points transform viewBox refX refY orient"
MARKERS = "markerWidth markerHeight markerUnits marker-end marker-start"
LINES = "fill stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin text-anchor dominant-baseline"
ATTRIBUTES = frozenset(f"id class {GEOMETRY} {MARKERS} {LINES}".split())
COLORS = frozenset({"fill", "stroke"})
LOCAL = re.compile(r"^url\(#([A-Za-z0-9_-]+)\)$")
NAMESPACE = re.compile(r"^\{http://www\.w3\.org/2000/svg\}")
ROOT_ONLY = frozenset({"role", "aria-label", "aria-labelledby", "lang"})


class NotDrawable(ValueError):  # noqa: N818 - errors are sentences here
    """The file is not an SVG that we show."""


def parse_svg(svg: str) -> ET.Element:
    """Read a drawing; raises NotDrawable for broken XML, entities, document types and instructions."""
    if "<!DOCTYPE" in svg or "<!ENTITY" in svg or re.search(r"<\?(?!xml\s)", svg):
        message = "no document type, entity or instruction; begin with <svg"
        raise NotDrawable(message)
    try:
        root = ET.fromstring(svg)  # noqa: S314 - entities and document types are refused above
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise NotDrawable(str(error)) from error
    if _name(root) != "svg":
        message = "the first element must be <svg>"
        raise NotDrawable(message)
    return root


def list_svg_faults(svg: str) -> tuple[str, ...]:
    """Say what the allow-list would drop, and which text has no id for its translator."""
    try:
        root = parse_svg(svg)
    except NotDrawable as error:
        return (str(error),)
    missing = () if "viewBox" in root.attrib else ("<svg> needs a viewBox, so that it can shrink",)
    return (*missing, *dict.fromkeys(fault for element in root.iter() for fault in _faults_of(element)))


def _faults_of(element: ET.Element) -> Iterator[str]:
    name = _name(element)
    if name not in ELEMENTS:
        yield f"<{name}> is not allowed"
        return
    for attribute, value in element.attrib.items():
        if not _is_allowed(attribute, value) and not (name == "svg" and attribute in ROOT_ONLY):
            yield f'{attribute}="{value[:40]}" on <{name}> is not allowed; colors come from classes'
    if name == "text" and "id" not in element.attrib:
        yield "each <text> needs an id, so that it can be translated"
    if name not in {"text", "tspan"} and ((element.text or "").strip() or any((c.tail or "").strip() for c in element)):
        yield f"words stand in <text>, not in <{name}>"


def _is_allowed(attribute: str, value: str) -> bool:
    if attribute not in ATTRIBUTES:
        return False
    if attribute in COLORS:
        return value in {"none", "currentColor"}
    return ("url(" not in value and ":" not in value) or LOCAL.match(value) is not None


def list_labels(svg: str) -> dict[str, str]:
    """Name the words in a drawing by the id of their <text>; empty for one that cannot be drawn."""
    try:
        root = parse_svg(svg)
    except NotDrawable:
        return {}
    found = {element.attrib.get("id", ""): "".join(element.itertext()).strip() for element in _list_texts(root)}
    return {name: words for name, words in found.items() if name}


def put_labels(svg: str, labels: Mapping[str, str]) -> str:
    """Write other words into a drawing, by the id of their <text>."""
    root = parse_svg(svg)
    for element in _list_texts(root):
        if words := labels.get(element.attrib.get("id", "")):
            for child in list(element):
                element.remove(child)
            element.text = words
    return ET.tostring(root, encoding="unicode")


def _list_texts(root: ET.Element) -> Iterator[ET.Element]:
    return (element for element in root.iter() if _name(element) == "text")


def render_svg(svg: str, *, name: str, alt: str) -> Html:
    """Write the drawing anew from what is allowed; ids get the figure's name, `alt` becomes its label."""
    root = parse_svg(svg)
    view = f" viewBox={quoteattr(root.attrib['viewBox'])}" if "viewBox" in root.attrib else ""
    inner = escape((root.text or "").strip()) + "".join(_write(child, name) for child in root)
    return Html(f'<svg class="plot"{view} role="img" aria-label={quoteattr(alt)}>{inner}</svg>')


def _write(element: ET.Element, name: str) -> str:
    tag = _name(element)
    tail = escape(element.tail or "")
    if tag not in ELEMENTS or tag == "svg":
        return tail
    kept = ((key, value) for key, value in element.attrib.items() if _is_allowed(key, value))
    attributes = "".join(f" {key}={quoteattr(_own_id(key, value, name))}" for key, value in kept)
    inner = escape(_curl_quotes(element.text or "")) + "".join(_write(child, name) for child in element)
    return f"<{tag}{attributes}>{inner}</{tag}>{tail}"


def _curl_quotes(text: str) -> str:
    return re.sub(r'"([^"]*)"', "\u201c\\1\u201d", text).replace("'", "\u2019")


def _own_id(attribute: str, value: str, name: str) -> str:
    if attribute == "id":
        return f"{name}-{value}"
    local = LOCAL.match(value)
    return f"url(#{name}-{local.group(1)})" if local else value


def _name(element: ET.Element) -> str:
    return NAMESPACE.sub("", element.tag) if isinstance(element.tag, str) else "?"
