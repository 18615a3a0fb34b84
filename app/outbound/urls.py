"""Putting addresses together: pure, and below all who do."""

import re
from urllib.parse import quote_plus, urlsplit, urlunsplit

_NEEDS_NO_QUOTES = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch


def add_query(url: str, pairs: dict[str, str]) -> str:
    """The address with these parameters after those that it has."""
    parts = urlsplit(url)
    added = [f"{_quote(name)}={_quote(value)}" for name, value in pairs.items()]
    return urlunsplit(parts._replace(query="&".join((parts.query, *added) if parts.query else added)))


def _quote(text: str) -> str:
    return text if _NEEDS_NO_QUOTES(text) else quote_plus(text)
