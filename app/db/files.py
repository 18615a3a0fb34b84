"""The file of an SQLite database: for the user that runs Cairn alone, since it holds what people wrote in private."""

import stat
from pathlib import Path

from sqlalchemy.engine import make_url

OWNER_ONLY = 0o600


def find_file(url: str) -> Path | None:
    """The file behind that URL; None for a server, and for a database in memory."""
    parsed = make_url(url)
    name = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None


def make_private(url: str) -> None:
    """Makes a file that is not there yet, closed to everybody else. What SQLite puts beside it takes after it."""
    file = find_file(url)
    if file is not None and not file.exists() and file.parent.is_dir():
        file.touch(OWNER_ONLY)


def is_open_to_all(url: str) -> bool:
    """Whether any user of the machine can read or write it."""
    file = find_file(url)
    return file is not None and file.exists() and bool(file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))
