"""The instrument files on disk become Instruments, or problems."""

import re
from collections.abc import Sequence
from pathlib import Path

from competencies.instrument_model import Instrument
from competencies.problems import Problem
from competencies.reading import SourceFile, read_yaml

INSTRUMENTS = Path(__file__).parent / "instruments"
VERSION_FILE = re.compile(r"v([1-9][0-9]*)\.yaml")


def load_instruments(folder: Path = INSTRUMENTS) -> tuple[tuple[Instrument, ...], tuple[Problem, ...]]:
    """Read every version of every instrument, oldest first; faults inside them are found by the checks."""
    loaded: list[Instrument] = []
    problems: list[Problem] = []
    for name in _list_files(folder):
        instrument, faults = read_yaml(SourceFile(folder, name), Instrument)
        problems += faults
        if instrument is None:
            continue
        if name != tell_file(instrument):
            problems.append(Problem(name, f"holds version {instrument.version} of `{instrument.id}`; it must say so"))
        loaded.append(instrument)
    return tuple(sorted(loaded, key=lambda one: (one.id, one.version))), tuple(problems)


def tell_file(instrument: Instrument) -> str:
    """Where an instrument lies, as authors write it."""
    return f"{instrument.id}/v{instrument.version}.yaml"


def find_current(instruments: Sequence[Instrument]) -> Instrument | None:
    """The newest version that is published: the one that is offered."""
    published = [one for one in instruments if one.status == "published"]
    return max(published, key=lambda one: one.version, default=None)


def _list_files(folder: Path) -> list[str]:
    found = folder.glob("*/*.yaml") if folder.is_dir() else ()
    return sorted(str(path.relative_to(folder)) for path in found if VERSION_FILE.fullmatch(path.name))
