"""Published instruments are frozen: what people have answered never changes under them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from competencies.instrument_loader import INSTRUMENTS, tell_file
from competencies.instrument_model import Instrument
from competencies.problems import Problem
from competencies.reading import SourceFile, read_text

LOCK = INSTRUMENTS / "instruments.lock"
HEADER = (
    "# The digest of each published instrument, without the lessons that it offers to read.\n"
    "# Written by `python -m competencies check --accept`; never edited by hand.\n"
)


def digest_of(instrument: Instrument) -> str:
    """The digest of everything that a person answers or reads; where to read on may follow the lessons."""
    tree = instrument.model_dump(by_alias=True, exclude={"items": {"__all__": {"learn"}}})
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def read_lock(path: Path = LOCK) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """The locked digests by file; a lock that is not there yet locks nothing."""
    if not path.exists():
        return {}, ()
    text, problems = read_text(SourceFile(path.parent, path.name))
    lines = (line.split() for line in (text or "").splitlines() if line and not line.startswith("#"))
    return {parts[0]: parts[1] for parts in lines if len(parts) == 2}, problems  # noqa: PLR2004 - file and digest


def check_lock(instruments: Iterable[Instrument], path: Path = LOCK) -> tuple[Problem, ...]:
    """Compare the published instruments with the lock."""
    locked, problems = read_lock(path)
    return (*problems, *_find_changes({tell_file(one): one for one in instruments}, locked))


def _find_changes(there: Mapping[str, Instrument], locked: Mapping[str, str]) -> Iterator[Problem]:
    for file, digest in locked.items():
        if file not in there or there[file].status != "published":
            yield Problem(f"instruments.lock: {file}", "was published, and people have answered it; bring it back")
        elif digest_of(there[file]) != digest:
            version = there[file].version + 1
            yield Problem(file, f"was published and is frozen; take the change back, or write it as v{version}.yaml")
    for file, instrument in there.items():
        if instrument.status == "published" and file not in locked:
            yield Problem(f"{file}: status", "is missing from instruments.lock; run check --accept")


def accept_instruments(instruments: Iterable[Instrument], path: Path = LOCK) -> int:
    """Add the published instruments to the lock; nothing in it is changed. Returns how many were added."""
    locked = dict(read_lock(path)[0])
    published = {tell_file(one): digest_of(one) for one in instruments if one.status == "published"}
    new = {file: digest for file, digest in published.items() if file not in locked}
    whole = {**locked, **new}
    path.write_text(HEADER + "".join(f"{file} {whole[file]}\n" for file in sorted(whole)), encoding="utf-8")
    return len(new)
