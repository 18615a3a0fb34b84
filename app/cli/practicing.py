"""Starts the practice LMS, which no production system needs."""

import sys

import typer

from app.config import Settings


def refuse_in_production(settings: Settings, what: str) -> None:
    if not settings.is_development:
        print(f"cairn: {what} is for development only; set CAIRN_ENV=development to use it", file=sys.stderr)
        raise typer.Exit(1)


def serve(settings: Settings, *, host: str, port: int) -> None:
    refuse_in_production(settings, "the practice LMS")
    from app.practice_lms import server  # noqa: PLC0415  left out of the wheel
    from app.practice_lms.settings import PracticeSettings  # noqa: PLC0415

    server.serve(host, port, PracticeSettings(base_url=f"http://{host}:{port}", tool_base_url=settings.base_url))
