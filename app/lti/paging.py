"""Follows a service from page to page: next addresses byte for byte, on the first page's origin, never in a circle."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from app.lti.addresses import find_origin
from app.lti.delivery_rules import Meaning, Verdict
from app.lti.services import ServiceFailed
from app.outbound.errors import OutboundError
from app.outbound.http import Answer

MOST_PAGES = 2000
# `<address>; name=value; …`: values bare or in quotes. Commas and semicolons may stand inside the address.
_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[!#$%&\'*+.^`|~\w-]+\s*(?:=\s*(?:"[^"]*"|[^\s;,"]*))?)*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))', re.IGNORECASE)


def find_link(header: str | None, relation: str) -> str | None:
    """The address of that relation in a Link header, exactly as it was written."""
    for address, parameters in _LINK.findall(header or ""):
        rel = _REL.search(parameters)
        if rel and relation in (rel[1] or rel[2]).lower().split():
            return str(address)
    return None


def walk_pages(get: Callable[[str], Answer], url: str, *, most_pages: int = MOST_PAGES) -> Iterator[Any]:
    """The JSON of each page, from `url` on. Raises ServiceFailed, also for pages that lead elsewhere or never end."""
    seen, following = {url}, url
    for _ in range(most_pages):
        answer = get(following)
        yield _read_json(answer)
        found = find_link(answer.headers.get("link"), "next")
        if found is None:
            return
        if found in seen:
            raise ServiceFailed(Verdict(Meaning.REFUSED, "pages-in-a-circle"))
        if find_origin(found, allow_http=True) != find_origin(url, allow_http=True):
            raise ServiceFailed(Verdict(Meaning.REFUSED, "page-elsewhere"))
        seen.add(found)
        following = found
    raise ServiceFailed(Verdict(Meaning.REFUSED, "too-many-pages"))


def _read_json(answer: Answer) -> Any:
    try:
        return answer.json()
    except OutboundError as error:
        raise ServiceFailed(Verdict(Meaning.REFUSED, error.reason.value, answer.status)) from error
