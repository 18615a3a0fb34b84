"""The small parts that several kinds of file share."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from competencies.text import Entry, Id, Spoken, Text

Minutes = Annotated[int, Field(ge=1, le=240)]
SourceMark = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+#[a-z0-9-]+$")]
LessonPlace = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+#[a-z0-9-]+$")]
Ids = tuple[Id, ...]


class Worded(Entry):
    """Something that is either said aloud (`say`) or written (`text`)."""

    id: Id
    say: Spoken | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _is_said_or_written(self) -> Self:
        if (self.say is None) == (self.text is None):
            message = "write either `say` (spoken words) or `text`, one of the two"
            raise ValueError(message)
        return self

    @property
    def words(self) -> str:
        """The words, spoken or written."""
        return self.say or self.text or ""


class Option(Worded):
    """An answer to choose, and what is right and missing in it."""

    why: Text


class Row(Worded):
    """One line to sort into a category."""

    key: Id
    why: Text


class SpeakerLine(Entry):
    """One line of a conversation that can be pointed at."""

    id: Id
    speaker: Text
    text: Spoken
