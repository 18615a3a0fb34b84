"""The ids that have been published: none is ever dropped, or given to another kind of thing."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from competencies.problems import Problem
from competencies.reading import SourceFile, read_text
from modules.folder import Folder

LOCK = Path(__file__).parent / "ids.lock"
HEADER = "# Every published id and its kind. Written by `cairn check --accept`; never edited by hand.\n"
# What has been published is held to its ids, also after it was retired.
HELD = frozenset({"published", "retired"})


def list_ids(folder: Folder) -> Iterator[tuple[str, str]]:
    """Yield (id as seen from outside, kind) for everything in a module that others may name."""
    if folder.sheet is None:
        return
    module = folder.sheet.id
    yield module, "module"
    for objective in folder.sheet.objectives:
        yield f"{module}/{objective.id}", "objective"
    for lesson in folder.lessons:
        yield f"{module}/{lesson.id}", "lesson"
    yield from _list_vignette_ids(folder, module)
    yield from _list_question_ids(folder, module)
    for reflection in (folder.reflection,) if folder.reflection else ():
        yield f"{module}/{reflection.id}", "reflection"
        yield from ((f"{module}/{reflection.id}/{prompt.id}", "prompt") for prompt in reflection.prompts)
    if folder.task:
        yield f"{module}/{folder.task.id}", "task"


def _list_vignette_ids(folder: Folder, module: str) -> Iterator[tuple[str, str]]:
    for vignette in folder.vignettes:
        place = f"{module}/{vignette.id}"
        yield place, "vignette"
        yield from ((f"{place}/{ending.id}", "ending") for ending in vignette.endings)
        for node in vignette.nodes:
            yield f"{place}/{node.id}", "node"
            yield from ((f"{place}/{node.id}/{choice.id}", "choice") for choice in node.choices)


def _list_question_ids(folder: Folder, module: str) -> Iterator[tuple[str, str]]:
    if folder.check:
        yield f"{module}/{folder.check.id}", "check"
        yield from ((f"{module}/{item.id}", f"item {item.kind}") for item in folder.check.items)
    for role_set in folder.role_sets:
        yield f"{module}/{role_set.id}", "role-set"
        yield from ((f"{module}/{role_set.id}/{scenario.id}", "scenario") for scenario in role_set.scenarios)


def read_lock(path: Path = LOCK) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """Return the locked ids with their kinds; a lock that is not there yet locks nothing."""
    if not path.exists():
        return {}, ()
    text, problems = read_text(SourceFile(path.parent, path.name))
    lines = (line.split(maxsplit=1) for line in (text or "").splitlines() if line and not line.startswith("#"))
    return {parts[0]: parts[1] for parts in lines if len(parts) == 2}, problems  # noqa: PLR2004 - id and kind


def check_lock(folders: Iterable[Folder], path: Path = LOCK) -> tuple[Problem, ...]:
    """Compare the published modules with the lock."""
    there = list(folders)
    locked, problems = read_lock(path)
    return (*problems, *_find_lost(there, locked), *_find_unlocked(there, locked))


def _find_lost(folders: Iterable[Folder], locked: Mapping[str, str]) -> Iterator[Problem]:
    there = list(folders)
    now = {name: kind for folder in there for name, kind in list_ids(folder)}
    retired = [name for folder in there for name in _list_retired(folder)]
    for name, kind in locked.items():
        if name not in now and not _is_below(name, retired):
            text = (
                f"this {kind} was published and is gone; bring the id back, or name it under `retired` in module.yaml"
            )
            yield Problem(f"ids.lock: {name}", text)
        elif name in now and now[name] != kind:
            yield Problem(f"ids.lock: {name}", f"was published as {kind} and is now {now[name]}; take a new id")
    for name in sorted(one for one in now if _is_below(one, retired)):
        yield Problem(f"ids.lock: {name}", "is retired in module.yaml and stands in the content; take a new id")


def _list_retired(folder: Folder) -> Iterator[str]:
    if folder.sheet:
        yield from (f"{folder.sheet.id}/{name}" for name in folder.sheet.retired)


def _is_below(name: str, retired: Iterable[str]) -> bool:
    """Say whether an id is retired, or stands inside something that is."""
    return any(name == one or name.startswith(f"{one}/") for one in retired)


def _find_unlocked(folders: Iterable[Folder], locked: Mapping[str, str]) -> Iterator[Problem]:
    for folder in folders:
        missing = [name for name, _ in list_ids(folder) if name not in locked]
        if missing and folder.sheet and folder.sheet.status in HELD:
            text = f"{len(missing)} published ids are missing from ids.lock ({missing[0]} …); run cairn check --accept"
            yield Problem(f"{folder.where('module.yaml')}: status", text)


def accept_ids(folders: Iterable[Folder], path: Path = LOCK) -> int:
    """Add the ids of published and retired modules to the lock, and drop none. Returns how many were added."""
    locked = dict(read_lock(path)[0])
    published = [folder for folder in folders if folder.sheet and folder.sheet.status in HELD]
    new = {name: kind for folder in published for name, kind in list_ids(folder) if name not in locked}
    whole = {**locked, **new}
    path.write_text(HEADER + "".join(f"{name} {whole[name]}\n" for name in sorted(whole)), encoding="utf-8")
    return len(new)
