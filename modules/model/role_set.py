"""A role set: situations in which the coach chooses a role and an opening sentence."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from competencies.text import Entry, Id, Locale, Spoken, Text
from modules.model.parts import Ids, Minutes

Role = Literal["advise", "coach", "mentor", "refer", "evaluate"]
ROLES: tuple[Role, ...] = ("advise", "coach", "mentor", "refer", "evaluate")
Points = Annotated[int, Field(ge=0, le=3)]
Level = Annotated[str, StringConstraints(pattern=r"^(M[1-4]|PGY[1-7]|faculty)$")]


class Keys(Entry):
    """Whose keys these are: the authors', or a panel's."""

    state: Literal["author", "panel"]
    note: Text
    panel_size: int | None
    panel_date: Annotated[date | None, Field(strict=False)]


class Weights(Entry):
    """How much role and opening count, in percent."""

    role: Annotated[int, Field(ge=0, le=100)]
    opening: Annotated[int, Field(ge=0, le=100)]


class RoleNames(Entry):
    """What the learner reads beside each role."""

    advise: Text
    coach: Text
    mentor: Text
    refer: Text
    evaluate: Text


class RoleAnswer(Entry):
    """What choosing this role is worth here, and why."""

    points: Points
    why: Text


class RoleAnswers(Entry):
    """The five roles in one situation."""

    advise: RoleAnswer
    coach: RoleAnswer
    mentor: RoleAnswer
    refer: RoleAnswer
    evaluate: RoleAnswer

    def of(self, role: Role) -> RoleAnswer:
        """Return the answer for one role."""
        answer: RoleAnswer = getattr(self, role)
        return answer


class Opening(Entry):
    """One first sentence, and what it is worth."""

    id: Id
    say: Spoken
    points: Points
    why: Text


class Scenario(Entry):
    """One situation."""

    id: Annotated[str, StringConstraints(pattern=r"^[ab](0[1-9]|1[0-2])$")]
    level: Level
    safety: bool
    distress: bool
    title: Text
    situation: Text
    cue: Text
    trap: Text
    role_answers: RoleAnswers
    openings: Annotated[tuple[Opening, ...], Field(min_length=1)]
    panel_votes: dict[Role, int] | None = None

    def find_opening(self, opening_id: str) -> Opening | None:
        """Return the opening with this id."""
        return next((one for one in self.openings if one.id == opening_id), None)


class RoleSet(Entry):
    """`role-set-a.yaml`; its index gates nothing."""

    schema_: Literal["role-set/1"] = Field(alias="schema")
    id: Id
    form: Literal["a", "b"]
    locale: Locale
    title: Text
    minutes: Minutes
    objectives: Ids
    intro: Text
    keys: Keys
    weights: Weights
    ask_confidence: bool
    roles: RoleNames
    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1)]

    def find_scenario(self, scenario_id: str) -> Scenario | None:
        """Return the scenario with this id."""
        return next((one for one in self.scenarios if one.id == scenario_id), None)
