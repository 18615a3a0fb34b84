"""Reads a history of ids as platforms write it: percent-encoded, separated by commas, the newest first. Pure."""

from urllib.parse import unquote

from app.lti.texts import is_id

# Somebody else's list: enough for decades of terms, and too little to cost anything.
MOST_IDS = 250
# What platforms write behind a list that they did not finish.
_ENDINGS = frozenset({"truncated", "timed out"})


def read_history(text: str) -> tuple[str, ...]:
    """The ids, newest first, each once; what is empty, unreadable or no id is left out."""
    listed = _unquote(text) or "" if "," not in text and "%2c" in text.lower() else text
    found: dict[str, None] = {}
    for part in listed.split(",", 4 * MOST_IDS)[: 4 * MOST_IDS]:
        one = _unquote(part.strip())
        if one is not None and is_id(one) and one not in _ENDINGS:
            found[one] = None
        if len(found) == MOST_IDS:
            break
    return tuple(found)


def _unquote(text: str) -> str | None:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None
