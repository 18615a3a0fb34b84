"""Logs are JSON lines without personal data, tokens or answers; control characters never reach a terminal raw."""

import json
import logging
import traceback
from pathlib import Path

import structlog

APP = str(Path(__file__).parents[1])
PLACES_KEPT = 12


def set_up_logs() -> None:
    """Structured lines on stdout; warnings and errors of libraries through the same door."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_WithoutWords())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def describe_error(error: BaseException) -> tuple[list[str], list[str]]:
    """The kinds of an error and of its causes, and our places that it passed; never its words.

    PostgreSQL's own say what stood in the row that it refused, so they may be somebody's private text.
    """
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < PLACES_KEPT:
        kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames[:-1] if frame.filename.startswith(APP)]
    places = [*ours[-PLACES_KEPT:], *frames[-1:]]
    return kinds, [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in places]


class _WithoutWords(logging.Formatter):
    """One JSON line for what a library logs: how bad, from whom, which error and where."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {"level": record.levelname.lower(), "event": record.name}
        if record.exc_info and record.exc_info[1]:
            said["kinds"], said["places"] = describe_error(record.exc_info[1])
        return json.dumps(said)
