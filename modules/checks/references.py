"""Errors 3: everything that names something else names what exists."""

from collections.abc import Iterable, Iterator

from competencies.problems import Problem
from modules.body import INTERACTION, FigureMark, list_headings, split_body
from modules.checks.shelf import Part, Shelf, list_parts, list_passages
from modules.folder import Folder, vignette_of
from modules.marks import TOKENS, CitationMark, list_citation_marks, list_tokens
from modules.model import Citations


def check_references(folder: Folder, shelf: Shelf) -> Iterator[Problem]:
    """Find every reference to nothing."""
    yield from _check_objectives(folder)
    yield from _check_codes(folder, shelf)
    yield from _check_places(folder)
    yield from _check_sources(folder, shelf.citations)
    yield from _check_marks_and_tokens(folder, shelf.citations)
    yield from _check_figures(folder)
    yield from _check_vignettes(folder)


def _listed(parts: Iterable[Part], *fields: str) -> Iterator[tuple[str, str]]:
    """Yield (file and field, id) for each id in these fields of these files."""
    for part in parts:
        for field in fields:
            value = getattr(part.entry, field, None)
            for one in value if isinstance(value, tuple) else ():
                if isinstance(one, str):
                    yield f"{part.where}: {field}", one


def _in_items(folder: Folder, field: str) -> Iterator[tuple[str, str]]:
    for item in folder.check.items if folder.check else ():
        yield f"{folder.where('check.yaml')}: items.{item.id}.{field}", str(getattr(item, field))


def _check_objectives(folder: Folder) -> Iterator[Problem]:
    if folder.sheet is None:
        return
    known = {objective.id for objective in folder.sheet.objectives}
    others = [part for part in list_parts(folder) if part.entry is not folder.sheet]
    for where, named in (*_listed(others, "objectives"), *_in_items(folder, "objective")):
        if named not in known:
            yield Problem(where, f"there is no objective `{named}` in module.yaml")


def _check_codes(folder: Folder, shelf: Shelf) -> Iterator[Problem]:
    if shelf.framework is None:
        return
    listed = [*_listed(list_parts(folder), "competencies"), *_in_items(folder, "competency")]
    if folder.sheet:
        own = folder.sheet.competencies
        listed += [(f"{folder.where('module.yaml')}: competencies", code) for code in (*own.main, *own.also)]
    for where, code in listed:
        if code not in shelf.framework.codes:
            yield Problem(where, f"there is no competency `{code}` in the framework")


def _check_places(folder: Folder) -> Iterator[Problem]:
    anchors = {lesson.id: {heading.anchor for heading in list_headings(lesson.body)} for lesson in folder.lessons}
    for where, see in _in_items(folder, "see"):
        lesson, _, anchor = see.partition("#")
        if lesson not in anchors:
            yield Problem(where, f"there is no lesson `{lesson}`")
        elif anchor not in anchors[lesson]:
            yield Problem(where, f"lesson `{lesson}` has no section `{{#{anchor}}}`")


def _check_sources(folder: Folder, citations: Citations) -> Iterator[Problem]:
    cited = list(_listed(list_parts(folder), "sources"))
    if folder.sheet:
        where = f"{folder.where('module.yaml')}: further_reading"
        cited += [(where, reading.cite) for reading in folder.sheet.further_reading]
    for where, source in cited:
        if citations.find_source(source) is None:
            yield Problem(where, f"there is no source `{source}` in citations.yaml")
    for lesson in folder.lessons:
        if lesson.interaction.kind == "predict":
            source, _, figure = lesson.interaction.cite.partition("#")
            where = f"{folder.where(f'lessons/{lesson.id}.md')}: interaction.cite"
            yield from _check_mark(CitationMark(source, figure), where, citations)


def _check_marks_and_tokens(folder: Folder, citations: Citations) -> Iterator[Problem]:
    texts = [(passage.where, passage.text) for passage in list_passages(folder)]
    texts += [(folder.where(f"lessons/{lesson.id}.md"), lesson.body) for lesson in folder.lessons]
    for where, text in texts:
        for mark in list_citation_marks(text):
            yield from _check_mark(mark, where, citations)
        if "[@" in text and text.count("[@") != len(list_citation_marks(text)):
            yield Problem(where, "a citation is written `[@source]` or `[@source#figure]`")
        for token in list_tokens(text.replace(INTERACTION, "") if where.endswith(".md") else text):
            if token not in TOKENS:
                yield Problem(where, f"unknown token `{{{{{token}}}}}`; known are {', '.join(sorted(TOKENS))}")


def _check_mark(mark: CitationMark, where: str, citations: Citations) -> Iterator[Problem]:
    source = citations.find_source(mark.source)
    if source is None:
        yield Problem(where, f"there is no source `{mark.source}` in citations.yaml")
    elif mark.figure and source.find_figure(mark.figure) is None:
        yield Problem(where, f"source `{mark.source}` has no figure `{mark.figure}`")


def _check_vignettes(folder: Folder) -> Iterator[Problem]:
    there = {vignette.id for vignette in folder.vignettes}
    for lesson in folder.lessons:
        named = vignette_of(lesson)
        if named is not None and named not in there:
            where = f"{folder.where(f'lessons/{lesson.id}.md')}: interaction.vignette"
            yield Problem(where, f"there is no vignette `{named}` that can be read")


def _check_figures(folder: Folder) -> Iterator[Problem]:
    drawn = {figure.id for figure in folder.figures}
    shown: set[str] = set()
    for lesson in folder.lessons:
        for mark in (segment for segment in split_body(lesson.body) if isinstance(segment, FigureMark)):
            shown.add(mark.name)
            if mark.name not in drawn:
                text = f"line {mark.line} of the body: there is no figures/{mark.name}.svg with its .yaml"
                yield Problem(folder.where(f"lessons/{lesson.id}.md"), text)
    for name in sorted(drawn - shown):
        yield Problem(folder.where(f"figures/{name}.svg"), "no lesson shows this figure; use it or remove it")
