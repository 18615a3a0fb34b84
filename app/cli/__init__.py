"""The command line: `cairn …`, or `./dev cairn …` from a checkout."""

from app.cli.commands import main

__all__ = ["main"]
