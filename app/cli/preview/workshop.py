"""The folder of the module on the bench: where it lies, when it was changed, and what is in it now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from modules import Library, Module, Problem
from modules.loader import CITATIONS, list_folders
from modules.survey import survey_folder


@dataclass(frozen=True)
class Bench:
    """A module's folder and the content folder around it."""

    root: Path
    name: str

    @property
    def folder(self) -> Path:
        return self.root / self.name


@dataclass(frozen=True)
class Reading:
    """What the folder holds: the module (None where it cannot be shown), a library of it alone, and all problems."""

    module: Module | None
    library: Library
    problems: tuple[Problem, ...]


def find_bench(wanted: str, roots: Sequence[Path]) -> Bench | None:
    """The folder that is meant: by its path, its name, or the module's id, in the first of the roots that has it."""
    path = Path(wanted)
    if path.is_dir():
        return Bench(path.resolve().parent, path.resolve().name)
    for root in roots:
        if name := _find_name(wanted, list_folders(root)[0] if root.is_dir() else ()):
            return Bench(root, name)
    return None


def _find_name(wanted: str, names: Iterable[str]) -> str | None:
    """`m2` means `m2-relational`, also while its module.yaml cannot be read."""
    there = tuple(names)
    return next((one for one in there if one == wanted), None) or next(
        (one for one in there if one.startswith(f"{wanted}-")), None
    )


def take_print(bench: Bench) -> str:
    """A fingerprint of the files as they lie there: another one as soon as any is saved, added or removed."""
    total = sha256()
    for file in (*sorted(bench.folder.rglob("*")), bench.root / CITATIONS):
        try:
            at = file.stat()
        except OSError:
            continue
        total.update(f"{file}\0{at.st_mtime_ns}\0{at.st_size}\n".encode())
    return total.hexdigest()[:16]


def read_bench(bench: Bench) -> Reading:
    """The module as it is now. Whatever is wrong with it comes back as problems."""
    found = survey_folder(bench.root, bench.name)
    module = found.modules[0] if found.modules else None
    # What cannot be read comes first: much of the rest only follows from it.
    causes = {problem for folder in found.folders for problem in folder.problems}
    problems = sorted(found.problems, key=lambda one: (one.severity, one not in causes, one))
    library = Library(found.framework, found.citations, found.modules, instruments=found.instruments)
    return Reading(module, library, tuple(problems))
