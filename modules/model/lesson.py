"""A lesson: the fields between the `---` lines, and its body in Markdown."""

from typing import Annotated, Literal

from pydantic import Field

from competencies.text import Code, Entry, Id, Locale, Text
from modules.model.interactions import Interaction
from modules.model.parts import Ids, Minutes


class LessonFront(Entry):
    """The front matter of `lessons/NN-name.md`."""

    schema_: Literal["lesson/1"] = Field(alias="schema")
    id: Annotated[Id, Field(pattern=r"^[0-9]{2}-")]
    locale: Locale
    title: Text
    minutes: Minutes
    objectives: Ids
    competencies: tuple[Code, ...]
    idea: Text
    interaction: Interaction
    sources: Ids


class Lesson(LessonFront):
    """A lesson whole: front matter and Markdown body."""

    body: str
