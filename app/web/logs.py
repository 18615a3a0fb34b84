"""Logs are JSON lines without personal data, tokens or answers; control characters never reach a terminal raw."""

import logging

import structlog


def set_up_logs() -> None:
    """Structured lines on stdout; warnings and errors of libraries through the same door."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    logging.basicConfig(level=logging.WARNING, format='{"level": "%(levelname)s", "event": "%(name)s"}')
