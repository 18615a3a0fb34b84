"""The list of sources: no id twice, known topics, counts that can be counts."""

from collections.abc import Iterator

from competencies import CURRENT, Framework
from competencies.problems import Problem
from modules.checks.shelf import list_parts, list_passages
from modules.folder import Folder
from modules.loader import CITATIONS
from modules.marks import list_citation_marks
from modules.model import Citations, Source
from modules.model.citations import TOPICS


def check_sources(citations: Citations) -> Iterator[Problem]:
    """Check each source. One that nothing cites yet is no fault: the list is kept wider than the lessons."""
    for source in citations.sources:
        yield from _check_source(source, f"{CITATIONS}: sources.{source.id}")


def check_basis(framework: Framework | None, citations: Citations) -> Iterator[Problem]:
    """Check that what the framework names as its sources is there."""
    for name in sorted(list_framework_sources(framework)):
        if citations.find_source(name) is None:
            yield Problem(f"{CURRENT}: sources", f"there is no source `{name}` in citations.yaml")


def list_framework_sources(framework: Framework | None) -> frozenset[str]:
    """Name the sources of the framework and its competencies."""
    if framework is None:
        return frozenset()
    return frozenset({*framework.basis, *(name for one in framework.competencies for name in one.sources)})


def _check_source(source: Source, where: str) -> Iterator[Problem]:
    for topic in source.topics:
        if topic not in TOPICS:
            yield Problem(f"{where}.topics", f"`{topic}` is no topic; known are {', '.join(TOPICS)}")
    if source.state == "verified" and source.doi is None and "ISBN" not in source.where:
        yield Problem(f"{where}.state", "verified needs a DOI, or an ISBN in `where`; else write `seen-no-doi`")
    for figure in source.figures:
        if not 0 <= figure.n <= figure.of:
            yield Problem(f"{where}.figures.{figure.id}", f"{figure.n} of {figure.of} cannot be a count")


def list_used_sources(folder: Folder) -> frozenset[str]:
    """Name the sources that a module cites, lists or recommends."""
    used = {mark.source for passage in list_passages(folder) for mark in list_citation_marks(passage.text)}
    for lesson in folder.lessons:
        used |= {mark.source for mark in list_citation_marks(lesson.body)}
        if lesson.interaction.kind == "predict":
            used.add(lesson.interaction.cite.partition("#")[0])
    for part in list_parts(folder):
        used |= set(getattr(part.entry, "sources", ()))
    return frozenset(used | {reading.cite for reading in (folder.sheet.further_reading if folder.sheet else ())})
