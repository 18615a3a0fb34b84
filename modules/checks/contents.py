"""Errors 2 and 3 of the sheet: the files it names are there, those that are there are named, no id twice."""

from collections import Counter
from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from competencies.problems import Problem
from modules.checks.shelf import list_parts
from modules.folder import Folder, HasId


def check_contents(folder: Folder) -> Iterator[Problem]:
    """Compare the sheet with the files, and look for ids given twice."""
    yield from _check_sheet(folder)
    for part in list_parts(folder):
        yield from _find_repeats(part.entry, part.where)


def _check_sheet(folder: Folder) -> Iterator[Problem]:
    sheet, where = folder.sheet, folder.where("module.yaml")
    if sheet is None:
        return
    if sheet.slug != folder.name:
        yield Problem(f"{where}: slug", f"must be the folder's name, `{folder.name}`")
    yield from _compare(f"{where}: lessons", sheet.lessons, folder.lessons)
    yield from _compare(f"{where}: vignettes", sheet.vignettes, folder.vignettes)
    yield from _compare(f"{where}: role_sets", (*sheet.role_sets, *sheet.later_role_sets), folder.role_sets)
    for field, part in (("check", folder.check), ("reflection", folder.reflection), ("task", folder.task)):
        named = getattr(sheet, field)
        if part is not None and part.id != named:
            yield Problem(f"{where}: {field}", f"names `{named}`; the id in {field}.yaml is `{part.id}`")


def _compare(where: str, named: Iterable[str], found: Iterable[HasId]) -> Iterator[Problem]:
    wanted, there = list(named), {one.id for one in found}
    for name, count in Counter(wanted).items():
        if name not in there:
            yield Problem(where, f"there is no file for `{name}` that can be read")
        if count > 1:
            yield Problem(where, f"`{name}` stands here twice")
    for name in sorted(there - set(wanted)):
        yield Problem(where, f"the file for `{name}` is there and is not named; add it or remove the file")


def _find_repeats(entry: BaseModel, where: str) -> Iterator[Problem]:
    """Look for an id that stands twice in one list, at any depth."""
    for name, field in type(entry).model_fields.items():
        value = getattr(entry, name)
        if isinstance(value, BaseModel):
            yield from _find_repeats(value, where)
        elif isinstance(value, tuple):
            inner = [one for one in value if isinstance(one, BaseModel)]
            for one in inner:
                yield from _find_repeats(one, where)
            ids = Counter(str(one.id) for one in inner if hasattr(one, "id"))
            for repeated in (one for one, count in ids.items() if count > 1):
                yield Problem(f"{where}: {field.alias or name}", f"the id `{repeated}` is given twice")
