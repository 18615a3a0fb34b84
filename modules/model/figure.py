"""A figure: its words beside the drawing."""

from typing import Literal

from pydantic import Field

from competencies.text import Entry, Id, Locale, Text
from modules.model.parts import Ids


class FigureText(Entry):
    """`figures/name.yaml`: what the drawing shows, and the same content as text."""

    schema_: Literal["figure/1"] = Field(alias="schema")
    id: Id
    locale: Locale
    alt: Text
    long: Text
    caption: Text
    sources: Ids = ()


class Figure(FigureText):
    """A figure whole: words and the SVG as the author drew it (sanitised when rendered)."""

    svg: str
