"""The competency framework as data: domains and the competencies in them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from competencies.text import Code, Entry, Id, Locale, Text

FixedUuid = Annotated[UUID, Field(strict=False)]


class CrosswalkLink(Entry):
    """A neighbouring framework's part that a competency lies beside, by title only."""

    framework: Text
    title: Text


class Domain(Entry):
    """One of the areas that group the competencies; `id` is its letter."""

    id: Annotated[str, Field(pattern=r"^[A-Z]$")]
    uuid: FixedUuid
    title: Text
    promise: Text


class Competency(Entry):
    """One thing a coach can do, with two to four behaviors that somebody could see."""

    code: Code
    uuid: FixedUuid
    domain: Annotated[str, Field(pattern=r"^[A-Z]$")]
    title: Text
    statement: Text
    behaviors: Annotated[tuple[Text, ...], Field(min_length=2, max_length=4)]
    crosswalk: tuple[CrosswalkLink, ...] = ()
    sources: tuple[Id, ...] = ()


class Framework(Entry):
    """A versioned list of domains and competencies, in our own wording."""

    schema_: Literal["framework/1"] = Field(alias="schema")
    id: Id
    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+$")]
    locale: Locale
    title: Text
    basis: tuple[Id, ...]
    credit: Text
    domains: tuple[Domain, ...]
    competencies: tuple[Competency, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all competencies, `P1` to `D3`."""
        return frozenset(competency.code for competency in self.competencies)

    def find_competency(self, code: str) -> Competency | None:
        """Return the competency with this code."""
        return next((one for one in self.competencies if one.code == code), None)
