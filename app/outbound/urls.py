"""Putting addresses together: pure, and below all who do."""

from urllib.parse import urlencode, urlsplit, urlunsplit


def add_query(url: str, pairs: dict[str, str]) -> str:
    """The address with these parameters after those that it has."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(pairs))))
    return urlunsplit(parts._replace(query=query))
