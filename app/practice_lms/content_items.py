"""What a content item must be before a course takes it: a list of what is wrong."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

_DATES = {"available": ("startDateTime", "endDateTime"), "submission": ("endDateTime",)}


def list_item_problems(items: Iterable[object], *, domain: str) -> list[str]:
    """Each problem of each item, in words; `domain` is the host and port that the tool registered."""
    return [f"item {number}: {wrong}" for number, item in enumerate(items, 1) for wrong in _judge(item, domain)]


def _judge(item: object, domain: str) -> list[str]:
    if not isinstance(item, dict):
        return ["it is no object"]
    if item.get("type") != "ltiResourceLink":
        return ["its type was not accepted"]
    checks = {
        "title must be a text": _is_text(item.get("title")),
        "url lies outside the tool's domain": _is_within(item.get("url"), domain),
        "custom must hold texts": _holds_texts(item.get("custom", {})),
        "lineItem must have a label and a maximum above 0": _is_column(item.get("lineItem")),
        "dates must be ISO 8601 with a zone": all(_are_dates(item.get(name), names) for name, names in _DATES.items()),
    }
    return [problem for problem, holds in checks.items() if not holds]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_within(url: object, domain: str) -> bool:
    return url is None or (isinstance(url, str) and urlsplit(url).netloc == domain)


def _holds_texts(custom: object) -> bool:
    return isinstance(custom, dict) and all(isinstance(value, str) for value in custom.values())


def _is_column(column: Any) -> bool:
    if column is None:
        return True
    maximum = column.get("scoreMaximum") if isinstance(column, dict) else None
    is_number = isinstance(maximum, int | float) and not isinstance(maximum, bool) and maximum > 0
    return is_number and ("label" not in column or _is_text(column["label"]))


def _are_dates(span: Any, names: tuple[str, ...]) -> bool:
    if span is None:
        return True
    return isinstance(span, dict) and all(_is_moment(span[name]) for name in names if name in span)


def _is_moment(text: object) -> bool:
    try:
        return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
