"""A vignette: a small state machine whose choices each have a cost."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from competencies.text import Code, Entry, Id, Locale, Spoken, Text
from modules.model.parts import Ids, Minutes

Move = Literal["coaching", "advising", "mentoring", "referring", "assessing", "holding", "waiting"]
Quality = Literal["strong", "sound", "costly"]
SpokenLine = Annotated[dict[str, Spoken], Field(min_length=1, max_length=1)]


class Choice(Entry):
    """What the coach says next, how the other person answers, and where that leads."""

    id: Id
    say: Spoken
    aside: Text | None = None
    move: Move
    reply: tuple[SpokenLine, ...]
    note: Text
    goto: Id


class Node(Entry):
    """One moment of the conversation."""

    id: Id
    scene: Text
    lines: tuple[SpokenLine, ...] = ()
    ask: Text
    choices: Annotated[tuple[Choice, ...], Field(min_length=1)]

    def find_choice(self, choice_id: str) -> Choice | None:
        """Return the choice with this id."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


class Ending(Entry):
    """How it came out, what it cost, and a sentence for tomorrow."""

    id: Id
    quality: Quality
    title: Text
    text: Text
    cost: Text
    repair: Spoken


class Afterword(Entry):
    """Our own path, and what we say about it."""

    expert_path: Ids
    commentary: Text


class Vignette(Entry):
    """`vignettes/name.yaml`."""

    schema_: Literal["vignette/1"] = Field(alias="schema")
    id: Id
    locale: Locale
    title: Text
    minutes: Minutes
    level: Text
    objectives: Ids
    competencies: tuple[Code, ...]
    topics: Ids
    distress: bool
    cast: dict[str, Text]
    start: Id
    nodes: Annotated[tuple[Node, ...], Field(min_length=1)]
    endings: Annotated[tuple[Ending, ...], Field(min_length=1)]
    after: Afterword

    @model_validator(mode="after")
    def _has_you(self) -> Self:
        if "you" not in self.cast:
            message = "`cast` must have `you`"
            raise ValueError(message)
        return self

    def find_node(self, node_id: str) -> Node | None:
        """Return the node with this id."""
        return next((node for node in self.nodes if node.id == node_id), None)

    def find_ending(self, ending_id: str) -> Ending | None:
        """Return the ending with this id."""
        return next((ending for ending in self.endings if ending.id == ending_id), None)
