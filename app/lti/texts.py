"""Texts that a platform sends: for showing they are made fit, never refused; what it calls things stays as it is."""

import re
from typing import TypeGuard

LONGEST_ID = 255

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_NO_ID = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def is_id(value: object) -> TypeGuard[str]:
    """Whether a platform may call something so: at most 255 characters, no control and no torn one among them."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and _NO_ID.search(value) is None


def clean_text(value: object, *, most: int) -> str | None:
    """The text without control and direction characters, cut to length; None for a blank one and for no text."""
    if not isinstance(value, str):
        return None
    return _CONTROLS.sub(" ", value[: most * 2]).strip()[:most].strip() or None


def read_locale(value: object) -> str | None:
    """A language tag, None for anything else."""
    return value if isinstance(value, str) and _LOCALE.fullmatch(value) else None
