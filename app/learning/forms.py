"""Posted forms of lessons, reflections and tasks, read into answers and drafts."""

from collections.abc import Iterable
from typing import Any

from app.learning.writings import Draft
from app.web.errors import BadForm
from app.web.forms import Form
from modules import Interaction

LONGEST_TEXT = 8000
LONGEST_NUMBER = 9


class TextTooLong(ValueError):  # noqa: N818  errors are sentences here
    """A box holds more than LONGEST_TEXT characters; its name is the argument."""


def read_answer(interaction: Interaction, form: Form) -> Any:
    """The posted answer in the shape that the interaction's kind takes; None where nothing was answered yet.

    A sorting with a row left open is not answered yet either.
    """
    if interaction.kind == "predict":
        number = form.one("answer").strip()
        return int(number) if number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER else None
    if interaction.kind == "sort":
        placed = {row.id: form.one(f"row-{row.id}") for row in interaction.rows}
        return placed if all(placed.values()) else None
    return form.one("answer").strip() or None


def read_placed(interaction: Interaction, form: Form) -> dict[str, str]:
    """What was chosen so far, to be shown again beside a problem: field name to value."""
    names = [f"row-{row.id}" for row in interaction.rows] if interaction.kind == "sort" else ["answer"]
    return {name: form.one(name) for name in names if form.one(name)}


def read_drafts(key: str, boxes: Iterable[str], form: Form) -> tuple[Draft, ...]:
    """The boxes of an activity that the form brought: all of them, or the one that saves itself.

    Raises TextTooLong; BadForm where a revision is no number.
    """
    return tuple(_read_draft(key, box, form) for box in boxes if f"text-{box}" in form.fields)


def _read_draft(key: str, box: str, form: Form) -> Draft:
    text = form.one(f"text-{box}").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(box)
    revision = form.one(f"revision-{box}") or "0"
    if not (revision.isascii() and revision.isdecimal() and len(revision) <= LONGEST_NUMBER):
        raise BadForm
    return Draft(f"{key}/{box}", text if text.strip() else "", int(revision))
