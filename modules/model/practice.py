"""The private reflection and the attested practice task of a module."""

from typing import Annotated, Literal

from pydantic import Field

from competencies.text import Code, Entry, Id, Locale, Text
from modules.model.parts import Ids, Minutes

Rows = Annotated[int, Field(ge=1, le=20)]
Notice = Literal["standard-privacy"]


class Prompt(Entry):
    """One question of a reflection."""

    id: Id
    text: Text
    rows: Rows
    required: bool


class Reflection(Entry):
    """`reflection.yaml`; complete when the required prompt is not empty."""

    schema_: Literal["reflection/1"] = Field(alias="schema")
    id: Id
    locale: Locale
    title: Text
    minutes: Minutes
    objectives: Ids
    intro: Text
    notice: Notice
    prompts: tuple[Prompt, ...]
    example: Text
    carry_to_plan: Id | None


class Step(Entry):
    """One step of a task."""

    id: Id
    text: Text


class NoteBox(Entry):
    """One private box for notes."""

    id: Id
    text: Text
    rows: Rows


class Task(Entry):
    """`task.yaml`: something done with a learner or a colleague, and attested."""

    schema_: Literal["task/1"] = Field(alias="schema")
    id: Id
    locale: Locale
    title: Text
    minutes: Minutes
    counts_toward_credit: bool
    objectives: Ids
    competencies: tuple[Code, ...]
    why: Text
    steps: tuple[Step, ...]
    no_learner_yet: Text
    notes: tuple[NoteBox, ...]
    notice: Notice
    attest: Text
    shared: Text
    example: Text
