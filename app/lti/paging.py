"""Follows a service from page to page: next addresses byte for byte, on the first page's origin, never in a circle."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from app.lti.delivery_rules import Meaning, Verdict
from app.lti.services import ServiceFailed
from app.lti.web_links import find_link, follow
from app.outbound.errors import OutboundError
from app.outbound.http import Answer

MOST_PAGES = 2000
# A worker walks no longer than this from page to page, whatever each of them takes: other lanes wait for it.
MOST_SECONDS = 30.0


def walk_pages(get: Callable[[str], Answer], url: str) -> Iterator[Any]:
    """The JSON of each page, from `url` on. Raises ServiceFailed, also for pages that lead elsewhere or never end."""
    seen, following, ends_at = {url}, url, time.monotonic() + MOST_SECONDS
    for _ in range(MOST_PAGES):
        answer = get(following)
        yield _read_json(answer)
        target = find_link(answer.headers.get("link"), "next")
        if target is None:
            return
        found = follow(target, following, allow_http=True)
        if found is None:
            raise ServiceFailed(Verdict(Meaning.REFUSED, "page-elsewhere"))
        if found in seen:
            raise ServiceFailed(Verdict(Meaning.REFUSED, "pages-in-a-circle"))
        if time.monotonic() >= ends_at:
            raise ServiceFailed(Verdict(Meaning.FAILED, "too-slow"))
        seen.add(found)
        following = found
    raise ServiceFailed(Verdict(Meaning.REFUSED, "too-many-pages"))


def _read_json(answer: Answer) -> Any:
    try:
        return answer.json()
    except OutboundError as error:
        raise ServiceFailed(Verdict(Meaning.REFUSED, error.reason.value, answer.status)) from error
