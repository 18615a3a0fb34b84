"""The sources that lessons cite, each with what it cannot carry."""

from typing import Annotated, Literal

from pydantic import Field

from competencies.text import Entry, Id, Locale, Text

State = Literal["verified", "seen-no-doi", "from-memory"]
TOPICS = (
    "outcomes",
    "programs",
    "roles",
    "mentoring",
    "identity",
    "judging",
    "agreement",
    "structure",
    "trust",
    "listening",
    "difference",
    "mistreatment",
    "questions",
    "feedback",
    "self-assessment",
    "goals",
    "plans",
    "models",
    "motivation",
    "change",
    "learning",
    "mindset",
    "wellbeing",
    "distress",
    "coach-development",
    "measurement",
)


class SourceFigure(Entry):
    """A count that somebody has read: n of N."""

    id: Id
    n: int
    of: int
    unit: Text
    year: int
    says: Text


class Source(Entry):
    """One reference; a field is null where nobody has seen it."""

    id: Id
    state: State
    read: Text
    topics: Annotated[tuple[Id, ...], Field(min_length=1, max_length=3)]
    authors: Text | None
    year: int | None
    title: Text | None
    title_state: Literal["partial", "ours", "unseen"] | None = None
    where: Text
    doi: Annotated[str, Field(pattern=r"^10\.\S+/\S+$")] | None
    use_for: Text
    cannot_carry: Text
    figures: tuple[SourceFigure, ...]

    def find_figure(self, figure_id: str) -> SourceFigure | None:
        """Return the figure with this id."""
        return next((figure for figure in self.figures if figure.id == figure_id), None)


class Citations(Entry):
    """`citations.yaml`: every source, once."""

    schema_: Literal["citations/1"] = Field(alias="schema")
    locale: Locale
    sources: tuple[Source, ...]

    def find_source(self, source_id: str) -> Source | None:
        """Return the source with this id."""
        return next((source for source in self.sources if source.id == source_id), None)
