"""A self-assessment instrument as data: its scale, its items with five anchors each, and how answers are scored."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from competencies.text import Code, Entry, Id, Locale, Text

LEVELS = (1, 2, 3, 4, 5)
NOT_YET = "N"
LEANS = re.compile(r"^As [34], and ")
ItemId = Annotated[str, Field(pattern=r"^[A-Z][1-9]\.[1-9]$")]
# A lesson by its module and number: a lesson's name may change, its number is the outline's.
LessonNumber = Annotated[str, Field(pattern=r"^m[0-9]/[0-9]{2}$")]
Form = Literal["core", "long"]
Frame = Literal["last-three", "twelve-months"]
PointName = Literal["baseline", "post", "follow-up-3", "follow-up-12", "on-demand"]
Asked = Literal["now", "then", "target", "importance"]


class Level(Entry):
    """One of the five steps: its name, what it means in one sentence, and what it adds to the step below."""

    value: Annotated[int, Field(ge=1, le=5)]
    name: Text
    ladder: Text
    adds: Text


class NotYet(Entry):
    """The answer that stands outside every mean: it has not come up."""

    value: Literal["N"]
    name: Text
    text: Text


class Scale(Entry):
    """Five levels, the rule for choosing between them, and *no chance yet*."""

    rule: Text
    levels: Annotated[tuple[Level, ...], Field(min_length=5, max_length=5)]
    not_yet: NotYet


class Importance(Entry):
    """How much a competency matters to the coach; the value weighs the gap."""

    value: Annotated[int, Field(ge=1, le=5)]
    name: Text


class Frames(Entry):
    """The period that items are about, and what helps to recall it."""

    last_three: Text = Field(alias="last-three")
    twelve_months: Text = Field(alias="twelve-months")
    remind: Text


class Point(Entry):
    """An occasion for answering, and what it asks."""

    point: PointName
    when: Text
    asks: tuple[Asked, ...]


class Prompts(Entry):
    """The words of each question that is asked about an item, a competency or a domain."""

    now: Text
    then: Text
    target: Text
    importance: Text
    example: Text


class Needs(Entry):
    """How many answered items a competency's mean needs, by form."""

    core: int
    long: int


class Band(Entry):
    """A word for the scores below a bound."""

    below: float
    name: Text


class ChangeRule(Entry):
    """When a change counts: the reliable threshold from `reliable_from_n` people on, else a labelled rule of thumb."""

    reliable_from_n: int
    z: float
    otherwise: float
    otherwise_label: Text
    no_change: Text


class ScoringRule(Entry):
    """How answers become scores, for readers and for `competencies.scoring`."""

    competency: Text
    competency_needs: Needs
    domain: Text
    domain_needs: int
    grand_total: Literal[False]
    bands: tuple[Band, ...]
    change: ChangeRule
    cohort_median_from_n: int
    group_from_n: int


class Patterns(Entry):
    """Answers that are asked about once, and then taken as they are."""

    ask_once: tuple[Literal["all-equal"], ...]
    text: Text


class InstrumentItem(Entry):
    """One behavior with five sentences, each of which adds one thing that somebody could have seen."""

    id: ItemId
    competency: Code
    form: Form
    frame: Frame
    learn: tuple[LessonNumber, ...]
    support: Literal["referral-map"] | None = None
    stem: Text
    anchors: dict[str, Text]

    def tell_added(self, level: int) -> str:
        """What the sentence of a level adds, without its `As 3, and` that leans on the one below."""
        return LEANS.sub("", self.anchors[str(level)])


class Minutes(Entry):
    """How long each form takes."""

    core: int
    long: int


class Instrument(Entry):
    """One version of a self-assessment. A published version never changes; new words are a new version."""

    schema_: Literal["instrument/1"] = Field(alias="schema")
    id: Id
    version: Annotated[int, Field(ge=1)]
    locale: Locale
    status: Literal["draft", "review", "published"]
    framework: str
    title: Text
    label: Text
    minutes: Minutes
    basis: tuple[Id, ...]
    credit: Text
    intro: Text
    privacy: Text
    honesty: Text
    scale: Scale
    importance: tuple[Importance, ...]
    frames: Frames
    administration: tuple[Point, ...]
    prompts: Prompts
    scoring: ScoringRule
    patterns: Patterns
    items: tuple[InstrumentItem, ...]

    @property
    def name(self) -> str:
        """The name under which answers keep it, `coaching-self-assessment/1`."""
        return f"{self.id}/{self.version}"

    def list_items(self, form: Form) -> tuple[InstrumentItem, ...]:
        """The items of a form; the long form holds those of the core form too."""
        return tuple(item for item in self.items if form == "long" or item.form == "core")

    def items_of(self, competency: str, form: Form) -> Iterator[InstrumentItem]:
        """The items of a form that ask about this competency."""
        return (item for item in self.list_items(form) if item.competency == competency)

    def get_point(self, name: str) -> Point:
        """The occasion of this name. Raises KeyError."""
        for one in self.administration:
            if one.point == name:
                return one
        raise KeyError(name)

    def name_band(self, score: float) -> str:
        """The word for a score between 1 and 5."""
        return next(band.name for band in self.scoring.bands if score < band.below)
