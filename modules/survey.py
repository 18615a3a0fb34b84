"""Everything that lies in the content folders, as far as it can be read, with what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from competencies import (
    CURRENT,
    Framework,
    Instrument,
    Problem,
    check_framework,
    check_instrument,
    check_instrument_lock,
    has_errors,
    load_framework,
    load_instruments,
)
from modules.checks import Shelf, check_prose, check_structure
from modules.checks.coverage import check_coverage
from modules.checks.instruments import check_instrument_names
from modules.checks.sources import check_basis, check_sources
from modules.folder import Folder, Module, make_module
from modules.ids_lock import check_lock
from modules.loader import CITATIONS, list_folders, load_citations, load_folder
from modules.model import Citations, Source

CONTENT = Path(__file__).parent / "content"
NO_FRAMEWORK = Framework(
    schema="framework/1",
    id="none",
    version="0.0",
    locale="en",
    title="-",
    basis=(),
    credit="-",
    domains=(),
    competencies=(),
)


@dataclass(frozen=True)
class Survey:
    """The framework, the instruments and the sources, the folders, the modules to be shown, and all problems.

    Where one folder replaces another, the one that counts is here.
    """

    framework: Framework
    citations: Citations
    folders: tuple[Folder, ...]
    modules: tuple[Module, ...]
    problems: tuple[Problem, ...]
    instruments: tuple[Instrument, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A folder without an error that would break a page, and the module in it."""

    folder: Folder
    module: Module


def survey(roots: Sequence[Path] = (CONTENT,)) -> Survey:
    """Read and check everything below the content roots; a root that does not exist is passed over."""
    framework, problems = load_framework()
    there = [root for root in roots if root.is_dir()]
    citations, source_problems = _gather_sources(there)
    folders, stray_problems = _gather_folders(there)
    shelf = Shelf(framework, citations)
    if framework:
        problems += check_framework(framework, where=CURRENT)
    kept, module_problems = _keep_sound(folders, shelf)
    prose = tuple(problem for folder in folders for problem in check_prose(folder, shelf))
    instruments, instrument_problems = _gather_instruments(framework)
    sources = tuple(check_sources(citations))
    folders = _lay_over(folders, kept)
    if CONTENT in there:
        sources += tuple(check_basis(framework, citations))
        sources += tuple(check_coverage(framework, folders)) if framework else ()
        sources += tuple(check_instrument_names(instruments, folders, citations))
    found = (*problems, *source_problems, *stray_problems, *module_problems, *prose, *sources, *instrument_problems)
    return Survey(
        framework or NO_FRAMEWORK,
        citations,
        folders,
        tuple(one.module for one in kept.values()),
        tuple(sorted(set(found))),
        instruments,
    )


def survey_folder(root: Path, name: str) -> Survey:
    """Read and check one module's folder alone, for its author; what spans modules is not looked at."""
    framework, problems = load_framework()
    citations, source_problems = _gather_sources(dict.fromkeys((CONTENT, root)))
    folder = _load(root, name)
    shelf = Shelf(framework, citations)
    kept, module_problems = _keep_sound([folder], shelf)
    found = (*problems, *source_problems, *module_problems, *check_prose(folder, shelf))
    modules = tuple(one.module for one in kept.values())
    instruments, _ = _gather_instruments(framework)
    return Survey(framework or NO_FRAMEWORK, citations, (folder,), modules, tuple(sorted(set(found))), instruments)


def check_all(*roots: Path) -> tuple[Problem, ...]:
    """Return every problem of framework, sources, modules and locked ids; without roots, of our own content."""
    found = survey(roots or (CONTENT,))
    ours = [folder for folder in found.folders if (CONTENT / folder.name).is_dir()]
    locked = check_lock(ours) if CONTENT in (roots or (CONTENT,)) else ()
    return tuple(sorted({*found.problems, *locked}))


def _gather_instruments(framework: Framework | None) -> tuple[tuple[Instrument, ...], tuple[Problem, ...]]:
    """The instruments without a fault; one with a fault is not offered."""
    instruments, problems = load_instruments()
    faults = {one.name: check_instrument(one, framework) if framework else () for one in instruments}
    locked = check_instrument_lock(instruments)
    sound = () if has_errors(locked) else tuple(one for one in instruments if not has_errors(faults[one.name]))
    return sound, (*problems, *locked, *(fault for found in faults.values() for fault in found))


def _gather_sources(roots: Iterable[Path]) -> tuple[Citations, tuple[Problem, ...]]:
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for root in roots:
        if not (root / CITATIONS).exists() and root != CONTENT:
            continue
        citations, faults = load_citations(root)
        problems += faults
        for source in citations.sources if citations else ():
            if source.id in sources:
                problems.append(Problem(f"{CITATIONS}: sources.{source.id}", "is given twice; keep one"))
            sources.setdefault(source.id, source)
    return Citations(schema="citations/1", locale="en", sources=tuple(sources.values())), tuple(problems)


def _gather_folders(roots: Iterable[Path]) -> tuple[tuple[Folder, ...], tuple[Problem, ...]]:
    folders: list[Folder] = []
    problems: list[Problem] = []
    for root in roots:
        names, strays = list_folders(root)
        problems += strays
        folders += [_load(root, name) for name in names]
    return tuple(folders), tuple(problems)


def _load(root: Path, name: str) -> Folder:
    """A folder that this process may not look into is one bad folder, and no more."""
    try:
        return load_folder(root, name)
    except OSError as error:
        return Folder(name, problems=(Problem(name, f"cannot be read: {error.strerror}"),))


def _lay_over(folders: Iterable[Folder], kept: Mapping[str, Kept]) -> tuple[Folder, ...]:
    """Keep one folder for each name: the one whose module is shown, else the last."""
    by_name = {folder.name: folder for folder in folders}
    return tuple((by_name | {name: one.folder for name, one in kept.items()}).values())


def _keep_sound(folders: Iterable[Folder], shelf: Shelf) -> tuple[Mapping[str, Kept], tuple[Problem, ...]]:
    """Make modules of the folders without an error that would break a page, by the folder's name.

    Ids and orders are taken once. A folder of a later root with the name of an earlier one replaces it, if it is sound
    and its id is the same; else the earlier one stays.
    """
    kept: dict[str, Kept] = {}
    problems: list[Problem] = []
    for folder in folders:
        faults = [*folder.problems, *check_structure(folder, shelf), *_find_taken(folder, kept)]
        problems += faults
        module = None if has_errors(faults) else make_module(folder)
        kept |= {folder.name: Kept(folder, module)} if module else {}
    return kept, tuple(problems)


def _find_taken(folder: Folder, kept: Mapping[str, Kept]) -> Iterator[Problem]:
    if folder.sheet is None:
        return
    where = folder.where("module.yaml")
    for name, other in kept.items():
        if name == folder.name and other.module.id != folder.sheet.id:
            yield Problem(f"{where}: id", f"this folder replaces `{name}`, so its id stays `{other.module.id}`")
        for field in ("id", "order") if name != folder.name else ():
            if getattr(other.module.sheet, field) == getattr(folder.sheet, field):
                taken = f"`{getattr(folder.sheet, field)}` is taken by `{name}`"
                yield Problem(f"{where}: {field}", f"{taken}; take another, or name the folder `{name}` to replace it")
