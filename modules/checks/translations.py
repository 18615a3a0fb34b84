"""Errors 15, and what keeps a translation from being shown: it is older than its source, or not whole."""

from collections.abc import Iterator

from pydantic import BaseModel

from competencies.problems import Problem
from modules.checks.shelf import list_parts
from modules.digest import digest_of
from modules.folder import Folder, Translation
from modules.translation import compare


def check_translations(folder: Folder) -> Iterator[Problem]:
    """Check each translation against its source. None of this keeps the module from being shown."""
    yield from folder.translation_problems
    sources = {part.where: part.entry for part in list_parts(folder)}
    for translation in folder.translations:
        where = folder.where(translation.path)
        source = sources.get(folder.where(translation.source))
        if source is None:
            yield Problem(where, f"there is no {translation.source} that can be read; a translation lies beside it")
        else:
            yield from _check_one(translation, source, where)


def _check_one(translation: Translation, source: BaseModel, where: str) -> Iterator[Problem]:
    if translation.of != getattr(source, "id", None):
        yield Problem(f"{where}: of", f"the source's id is `{getattr(source, 'id', None)}`")
    found = compare(translation, source)
    for path in found.strays:
        text = f"is no text of {translation.source}; only its ids and texts stand here, the rest has one home"
        yield Problem(f"{where}: {path}", text)
    yield from (Problem(f"{where}: body", fault) for fault in found.body_faults)
    if found.missing:
        text = f"{len(found.missing)} texts are not translated, the first is {found.missing[0]}; the source is shown"
        yield Problem(where, text, "warning")
    if not found.is_of_today:
        text = f"the source has changed, and is shown; when this says the same, write {digest_of(source)}"
        yield Problem(f"{where}: from", text, "warning")
