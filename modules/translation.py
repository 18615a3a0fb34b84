"""A module in another language: each activity whole, or in the language that it was written in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import BaseModel

from competencies.text import list_texts, put_texts
from modules.body import INTERACTION, list_figure_names, list_headings
from modules.digest import digest_of
from modules.folder import HasId, Module, Translation
from modules.marks import list_citation_marks
from modules.model import Figure, Lesson
from modules.svg import list_labels, put_labels

LABELS = "labels"
Part = TypeVar("Part", bound=BaseModel)
# Content is frozen while a process runs; by (module, locale). The module is kept, so that its address stays its own.
_known: dict[tuple[int, str], tuple[Module, Module]] = {}


@dataclass(frozen=True)
class Comparison:
    """A translation beside its source: paths that have no translation, paths that are no text, and faults of a body."""

    missing: tuple[str, ...]
    strays: tuple[str, ...]
    body_faults: tuple[str, ...]
    is_of_today: bool

    @property
    def is_whole(self) -> bool:
        """Say whether the activity can be shown in this language."""
        return self.is_of_today and not (self.missing or self.strays or self.body_faults)


def list_source_texts(source: BaseModel) -> dict[str, str]:
    """List what there is to translate, by its path; of a figure also the words in the drawing."""
    texts = {written.field: written.text for written in list_texts(source)}
    labels = list_labels(source.svg) if isinstance(source, Figure) else {}
    return texts | {f"{LABELS}.{name}": words for name, words in labels.items()}


def compare(translation: Translation, source: BaseModel) -> Comparison:
    """Lay a translation beside what it translates."""
    wanted = list_source_texts(source)
    faults = tuple(_compare_bodies(translation.body or "", source.body)) if isinstance(source, Lesson) else ()
    return Comparison(
        missing=tuple(path for path in wanted if path not in translation.texts),
        strays=tuple(path for path in translation.texts if path not in wanted),
        body_faults=faults,
        is_of_today=translation.digest == digest_of(source),
    )


def _compare_bodies(theirs: str, ours: str) -> Iterator[str]:
    """What carries meaning beside the words is the same in both: anchors, figures, sources, the interaction's place."""
    pairs = (
        ("anchors", [one.anchor for one in list_headings(theirs)], [one.anchor for one in list_headings(ours)]),
        ("figures", list(list_figure_names(theirs)), list(list_figure_names(ours))),
        ("citations", sorted(map(str, list_citation_marks(theirs))), sorted(map(str, list_citation_marks(ours)))),
        (f"`{INTERACTION}`", [theirs.count(INTERACTION)], [ours.count(INTERACTION)]),
    )
    for what, found, wanted in pairs:
        if found != wanted:
            yield f"the {what} of the body are not those of the source ({', '.join(map(str, wanted)) or 'none'})"


def in_locale(module: Module, locale: str) -> Module:
    """Return the module in this language where an activity is translated whole; the rest of it as it was written."""
    if not module.translations or locale == module.sheet.locale:
        return module
    known = _known.get((id(module), locale))
    if known is None or known[0] is not module:
        known = _known[id(module), locale] = (module, _translate(module, locale))
    return known[1]


def _translate(module: Module, locale: str) -> Module:
    # Spanish serves a reader of Mexican Spanish; where there is one of the region, that.
    fitting = [one for one in module.translations if one.locale in {locale, locale.partition("-")[0]}]
    there = {one.source: one for one in sorted(fitting, key=lambda one: one.locale == locale)}
    lessons, figures = _choose_lessons(module, there)
    return replace(
        module,
        sheet=_turn(module.sheet, there.get("module.yaml")),
        lessons=tuple(_turn(one, there[_path(one)]) if one.id in lessons else one for one in module.lessons),
        vignettes=tuple(_turn(one, there.get(f"vignettes/{one.id}.yaml")) for one in module.vignettes),
        check=_turn(module.check, there.get("check.yaml")),
        role_sets=tuple(_turn(one, there.get(f"{one.id}.yaml")) for one in module.role_sets),
        later_role_sets=tuple(_turn(one, there.get(f"{one.id}.yaml")) for one in module.later_role_sets),
        reflection=_turn(module.reflection, there.get("reflection.yaml")),
        task=_turn(module.task, there.get("task.yaml")),
        figures=tuple(_turn(one, there[_figure_path(one)]) if one.id in figures else one for one in module.figures),
    )


def _path(lesson: HasId) -> str:
    return f"lessons/{lesson.id}.md"


def _figure_path(figure: HasId) -> str:
    return f"figures/{figure.id}.yaml"


def _turn(source: Part, translation: Translation | None) -> Part:
    if translation is None or not compare(translation, source).is_whole:
        return source
    turned = put_texts(source, translation.texts)
    changed: dict[str, object] = {"locale": translation.locale}
    if isinstance(source, Lesson):
        changed["body"] = translation.body
    if isinstance(source, Figure):
        prefix = f"{LABELS}."
        labels = {path.removeprefix(prefix): words for path, words in translation.texts.items() if prefix in path}
        changed["svg"] = put_labels(source.svg, labels)
    return turned.model_copy(update=changed)


def _choose_lessons(module: Module, there: Mapping[str, Translation]) -> tuple[frozenset[str], frozenset[str]]:
    """Which lessons and figures are shown translated: a lesson with all its figures, a figure in all its lessons."""
    shows = {lesson.id: set(list_figure_names(lesson.body)) for lesson in module.lessons}
    lessons = {one.id for one in module.lessons if _is_whole(one, there.get(_path(one)))}
    whole = {one.id for one in module.figures if _is_whole(one, there.get(_figure_path(one)))}
    while True:
        figures = {one for one in whole if all(one not in shown or name in lessons for name, shown in shows.items())}
        kept = {name for name in lessons if shows[name] <= figures}
        if kept == lessons:
            return frozenset(lessons), frozenset(figures)
        lessons = kept


def _is_whole(source: BaseModel, translation: Translation | None) -> bool:
    return translation is not None and compare(translation, source).is_whole
