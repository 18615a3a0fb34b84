"""What the content comes to, in numbers for its authors: derived from what was surveyed, nothing stored."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from modules import minutes
from modules.body import FigureMark, InteractionMark, split_body
from modules.checks.durations import LESSON_TOLERANCE, TOLERANCE
from modules.checks.instruments import list_instrument_sources
from modules.checks.lengths import PARAGRAPH_WORDS
from modules.checks.passages import list_body_passages
from modules.checks.sources import list_framework_sources, list_used_sources
from modules.checks.vignettes import check_vignettes
from modules.coverage import Covered, cover
from modules.folder import Folder
from modules.key_balance import KeyBalance, weigh_keys
from modules.model import Citations, Lesson, ModuleSheet, Vignette
from modules.prose import count_words
from modules.readability import Readability, measure
from modules.survey import Survey

# Any formula's grade of a lesson's prose is at most this (writing.md 10).
GRADE = 9.0


@dataclass(frozen=True)
class Minutes:
    """What a file says it takes, and what its words come to (format.md 13)."""

    stated: int
    computed: int


@dataclass(frozen=True)
class LessonNumbers:
    """One lesson. Words are the body's; reading ease and grade are of its prose without dialogues and tables."""

    id: str
    title: str
    words: int
    minutes: Minutes
    prose: Readability
    longest_paragraph: int
    interaction: str
    interactions: int
    figures: int


@dataclass(frozen=True)
class VignetteNumbers:
    """One vignette that can be walked: its minutes, nodes and paths."""

    id: str
    minutes: Minutes
    nodes: int
    paths: int


@dataclass(frozen=True)
class ModuleNumbers:
    """One module. `sources` counts the cited ones by state; `figures_with_twin` have `alt` and `long`."""

    id: str
    slug: str
    title: str
    status: str
    minutes: int
    lessons: tuple[LessonNumbers, ...]
    vignettes: tuple[VignetteNumbers, ...]
    check_minutes: Minutes
    items: int
    item_kinds: Mapping[str, int]
    items_by_competency: Mapping[str, int]
    keys: KeyBalance
    sources: Mapping[str, int]
    figures: int
    figures_with_twin: int

    @property
    def words(self) -> int:
        """The words of all lessons."""
        return sum(lesson.words for lesson in self.lessons)


@dataclass(frozen=True)
class ContentReport:
    """All modules, the competencies over them, and the sources by state: all, and those that a module cites.

    `from_memory` names the cited ones that nobody has checked yet, `uncited` those that no module and no competency
    names.
    """

    modules: tuple[ModuleNumbers, ...]
    coverage: tuple[Covered, ...]
    keys: KeyBalance
    sources: Mapping[str, int]
    sources_cited: Mapping[str, int]
    from_memory: tuple[str, ...]
    uncited: tuple[str, ...]

    def list_excesses(self) -> tuple[str, ...]:
        """Say what lies outside the bounds of format.md and writing.md."""
        return tuple(line for module in self.modules for line in _list_excesses(module))


def make_report(found: Survey) -> ContentReport:
    """Count everything that was surveyed; a folder without a readable sheet or check has no numbers."""
    whole = sorted((one for one in found.folders if one.sheet and one.check), key=lambda one: one.name)
    used = frozenset[str]().union(*(list_used_sources(folder) for folder in whole))
    elsewhere = list_framework_sources(found.framework) | list_instrument_sources(found.instruments)
    states = {source.id: source.state for source in found.citations.sources}
    return ContentReport(
        modules=tuple(_count_module(folder, folder.sheet, found.citations) for folder in whole if folder.sheet),
        coverage=cover(found.framework, found.folders),
        keys=weigh_keys(whole),
        sources=dict(Counter(states.values())),
        sources_cited=dict(Counter(states[one] for one in used if one in states)),
        from_memory=tuple(sorted(one for one in used if states.get(one) == "from-memory")),
        uncited=tuple(sorted(states.keys() - used - elsewhere)),
    )


def _count_module(folder: Folder, sheet: ModuleSheet, citations: Citations) -> ModuleNumbers:
    assert folder.check is not None
    items = folder.check.items
    cited = (citations.find_source(name) for name in list_used_sources(folder))
    return ModuleNumbers(
        id=sheet.id,
        slug=sheet.slug,
        title=sheet.title,
        status=sheet.status,
        minutes=sheet.minutes,
        lessons=tuple(_count_lesson(folder, lesson) for lesson in folder.lessons),
        vignettes=tuple(_list_vignettes(folder)),
        check_minutes=Minutes(folder.check.minutes, minutes.check_minutes(folder.check)),
        items=len(items),
        item_kinds=_counted(item.kind for item in items),
        items_by_competency=_counted(item.competency for item in items),
        keys=weigh_keys([folder]),
        sources=_counted(source.state for source in cited if source),
        figures=len(folder.figures),
        figures_with_twin=sum(bool(figure.alt and figure.long) for figure in folder.figures),
    )


def _counted(names: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _count_lesson(folder: Folder, lesson: Lesson) -> LessonNumbers:
    segments = split_body(lesson.body)
    prose = [one.text for one in list_body_passages(lesson, "") if one.field == "body" and not one.spoken]
    paragraphs = [text for text in prose if not text.startswith(("|", "#"))]
    return LessonNumbers(
        id=lesson.id,
        title=lesson.title,
        words=minutes.count_body_words(lesson),
        minutes=Minutes(lesson.minutes, minutes.lesson_minutes(lesson, folder)),
        prose=measure(paragraphs),
        longest_paragraph=max(map(count_words, paragraphs), default=0),
        interaction=lesson.interaction.kind,
        interactions=sum(isinstance(one, InteractionMark) for one in segments),
        figures=sum(isinstance(one, FigureMark) for one in segments),
    )


def _list_vignettes(folder: Folder) -> Iterator[VignetteNumbers]:
    for vignette in folder.vignettes:
        # A path that goes in a circle cannot be added up; `cairn check` says where.
        if not any(True for _ in check_vignettes(folder)):
            yield _count_vignette(vignette)


def _count_vignette(vignette: Vignette) -> VignetteNumbers:
    stated = Minutes(vignette.minutes, minutes.vignette_minutes(vignette))
    return VignetteNumbers(vignette.id, stated, len(vignette.nodes), minutes.sum_paths(vignette).paths)


def _list_excesses(module: ModuleNumbers) -> Iterator[str]:
    for lesson in module.lessons:
        where = f"{module.id}/{lesson.id}"
        yield from _off(where, lesson.minutes, LESSON_TOLERANCE)
        if lesson.longest_paragraph > PARAGRAPH_WORDS:
            yield f"{where}: a paragraph of {lesson.longest_paragraph} words; at most {PARAGRAPH_WORDS}"
        if lesson.interactions != 1:
            yield f"{where}: {lesson.interactions} interactions; exactly one"
        if lesson.prose.grade > GRADE:
            yield f"{where}: grade {lesson.prose.grade}; at most {GRADE:.0f}"
    for vignette in module.vignettes:
        yield from _off(f"{module.id}/{vignette.id}", vignette.minutes, TOLERANCE)
    yield from _off(f"{module.id} check", module.check_minutes, TOLERANCE)
    if module.figures != module.figures_with_twin:
        yield f"{module.id}: {module.figures - module.figures_with_twin} figures without a text twin"


def _off(where: str, found: Minutes, tolerance: int) -> Iterator[str]:
    if abs(found.stated - found.computed) > tolerance:
        yield f"{where}: says {found.stated} minutes; its words take {found.computed}"
