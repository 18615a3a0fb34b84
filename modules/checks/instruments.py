"""What an instrument names in the modules is there: sources, figures, lessons; and its words are plain."""

from collections.abc import Iterable, Iterator, Mapping

from competencies import Instrument, InstrumentItem, Problem, list_texts
from modules.checks.banned import find_banned
from modules.folder import Folder
from modules.marks import list_citation_marks
from modules.model import Citations
from modules.readability import measure

# The hardest grade of an item, its stem and five anchors together (writing.md 10).
GRADE = 9.0


def check_instrument_names(
    instruments: Iterable[Instrument], folders: Iterable[Folder], citations: Citations
) -> Iterator[Problem]:
    """Check each instrument against the content; a lesson of a module that does not exist yet is passed over."""
    numbers = {
        folder.sheet.id: {lesson.id.partition("-")[0] for lesson in folder.lessons}
        for folder in folders
        if folder.sheet is not None
    }
    for instrument in instruments:
        yield from _check_sources(instrument, citations)
        yield from _check_texts(instrument, citations)
        for item in instrument.items:
            yield from _check_item(item, numbers, f"{instrument.name}: items.{item.id}")


def _check_item(item: InstrumentItem, numbers: Mapping[str, set[str]], where: str) -> Iterator[Problem]:
    for place in item.learn:
        module, _, number = place.partition("/")
        if module in numbers and number not in numbers[module]:
            yield Problem(f"{where}.learn", f"there is no lesson {place}")
    grade = measure((item.stem, *item.anchors.values())).grade
    if grade > GRADE:
        yield Problem(where, f"reads at grade {grade}; at most {GRADE:.0f}. Shorter words, shorter sentences")


def list_instrument_sources(instruments: Iterable[Instrument]) -> frozenset[str]:
    """Name the sources of instruments: what they build on, and what their texts cite."""
    return frozenset(
        name
        for one in instruments
        for name in (*one.basis, *(mark.source for text in list_texts(one) for mark in list_citation_marks(text.text)))
    )


def _check_sources(instrument: Instrument, citations: Citations) -> Iterator[Problem]:
    for name in instrument.basis:
        if citations.find_source(name) is None:
            yield Problem(f"{instrument.name}: basis", f"there is no source `{name}` in citations.yaml")


def _check_texts(instrument: Instrument, citations: Citations) -> Iterator[Problem]:
    for written in list_texts(instrument):
        where = f"{instrument.name}: {written.field}"
        for phrase in find_banned(written.text):
            yield Problem(where, f"`{phrase}` is a phrase that we do not use")
        for mark in list_citation_marks(written.text):
            source = citations.find_source(mark.source)
            if source is None or (mark.figure and source.find_figure(mark.figure) is None):
                yield Problem(where, f"the mark of `{mark.source}` leads nowhere")
