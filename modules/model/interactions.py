"""The one thing that a lesson asks its reader to do; nothing here is scored."""

from typing import Annotated, Literal

from pydantic import Field

from competencies.text import Entry, Id, Spoken, Text
from modules.model.parts import Ids, Option, Row, SourceMark, SpeakerLine


class VignetteInteraction(Entry):
    """Go through a vignette of the module."""

    kind: Literal["vignette"]
    vignette: Id


class ChooseInteraction(Entry):
    """Choose what you would say or do; each choice is answered."""

    kind: Literal["choose"]
    situation: Text
    ask: Text
    options: tuple[Option, ...]


class PredictInteraction(Entry):
    """Guess a count, then see it: `answer` of `of`, from a figure of a source."""

    kind: Literal["predict"]
    ask: Text
    answer: int
    of: int
    cite: SourceMark
    after: Text


class SpotInteraction(Entry):
    """Point at the line of a conversation where something happens."""

    kind: Literal["spot"]
    stem: Text
    ask: Text
    lines: tuple[SpeakerLine, ...]
    key: Id
    near: Ids = ()
    whys: dict[str, Text]


class SortInteraction(Entry):
    """Sort sentences into categories."""

    kind: Literal["sort"]
    ask: Text
    categories: dict[str, Text]
    rows: tuple[Row, ...]


class Model(Entry):
    """One good answer of several, and its temper."""

    say: Spoken
    note: Text


class WriteCompareInteraction(Entry):
    """Write your own words, then lay them beside two or three models."""

    kind: Literal["write-compare"]
    ask: Text
    rows: Annotated[int, Field(ge=1, le=20)]
    look_for: tuple[Text, ...]
    models: tuple[Model, ...]


Interaction = Annotated[
    VignetteInteraction
    | ChooseInteraction
    | PredictInteraction
    | SpotInteraction
    | SortInteraction
    | WriteCompareInteraction,
    Field(discriminator="kind"),
]
