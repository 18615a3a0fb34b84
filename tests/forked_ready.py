"""What a process of Cairn has read before it is forked: see `tests/forked.py`."""

from pathlib import Path

from app.cli import main as main
from app.main import load_library

load_library(Path("no content of an operator's own"))
