"""Follows a service from page to page: next addresses byte for byte, on the first page's origin, never in a circle."""

from collections.abc import Callable, Iterator
from typing import Any

from app.lti.delivery_rules import Meaning, Verdict
from app.lti.services import ServiceFailed
from app.lti.web_links import find_link, follow
from app.outbound.errors import OutboundError
from app.outbound.http import Answer

MOST_PAGES = 2000


def walk_pages(get: Callable[[str], Answer], url: str, *, most_pages: int = MOST_PAGES) -> Iterator[Any]:
    """The JSON of each page, from `url` on. Raises ServiceFailed, also for pages that lead elsewhere or never end."""
    seen, following = {url}, url
    for _ in range(most_pages):
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
        seen.add(found)
        following = found
    raise ServiceFailed(Verdict(Meaning.REFUSED, "too-many-pages"))


def _read_json(answer: Answer) -> Any:
    try:
        return answer.json()
    except OutboundError as error:
        raise ServiceFailed(Verdict(Meaning.REFUSED, error.reason.value, answer.status)) from error
