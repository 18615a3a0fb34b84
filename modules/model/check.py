"""The knowledge check: a bank of items of six kinds."""

from typing import Annotated, Literal

from pydantic import Field

from competencies.text import Code, Entry, Id, Locale, Text
from modules.model.parts import Ids, LessonPlace, Minutes, Option, Row, SpeakerLine

ItemKind = Literal["best", "sjt", "multiple", "classify", "claim", "spot"]


class ItemBase(Entry):
    """What every item has."""

    id: Id
    objective: Id
    competency: Code
    see: LessonPlace
    stem: Text
    ask: Text


class BestOption(Option):
    """One of four; `key` stands on the best."""

    key: bool = False


class BestItem(ItemBase):
    """One best answer of four."""

    kind: Literal["best"]
    options: tuple[BestOption, ...]


class SjtOption(Option):
    """One defensible reply, worth 0 to 3 points."""

    points: Annotated[int, Field(ge=0, le=3)]


class SjtItem(ItemBase):
    """Several replies that differ in judgment."""

    kind: Literal["sjt"]
    options: tuple[SjtOption, ...]


class PickOption(Option):
    """One sentence to take or leave."""

    pick: bool


class MultipleItem(ItemBase):
    """Choose all that hold."""

    kind: Literal["multiple"]
    options: tuple[PickOption, ...]


class ClassifyRow(Row):
    """One learner's sentence; `also` earns half credit."""

    who: Text
    also: Ids = ()


class ClassifyItem(ItemBase):
    """Sort each row into a category."""

    kind: Literal["classify"]
    categories: dict[str, Text]
    rows: tuple[ClassifyRow, ...]


class Verdict(Entry):
    """What the evidence lets one say about a claim."""

    id: Literal["supported", "contradicted", "not-measured"]
    text: Text
    key: bool = False
    why: Text


class ClaimItem(ItemBase):
    """Judge a claim against what was measured."""

    kind: Literal["claim"]
    claim: Text
    verdicts: tuple[Verdict, ...]


class SpotItem(ItemBase):
    """Point at a line; `near` earns half credit."""

    kind: Literal["spot"]
    lines: tuple[SpeakerLine, ...]
    key: Id
    near: Ids = ()
    whys: dict[str, Text]


Item = Annotated[
    BestItem | SjtItem | MultipleItem | ClassifyItem | ClaimItem | SpotItem,
    Field(discriminator="kind"),
]


class Check(Entry):
    """`check.yaml`."""

    schema_: Literal["check/1"] = Field(alias="schema")
    id: Id
    locale: Locale
    title: Text
    minutes: Minutes
    pass_percent: Annotated[int, Field(ge=1, le=100)]
    tries: Literal["unlimited"]
    draw: Literal["all"] | dict[ItemKind, Annotated[int, Field(ge=1)]]
    intro: Text
    items: Annotated[tuple[Item, ...], Field(min_length=1)]

    def find_item(self, item_id: str) -> Item | None:
        """Return the item with this id."""
        return next((item for item in self.items if item.id == item_id), None)
