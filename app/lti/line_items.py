"""AGS 2.0's line items and results: find, create, read, update, delete. Called from jobs only."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from app.lti.addresses import as_https, find_origin
from app.lti.delivery_rules import Meaning, Verdict
from app.lti.models import Registration
from app.lti.paging import walk_pages
from app.lti.services import Call, ServiceFailed, request
from app.outbound.errors import OutboundError
from app.outbound.http import Answer
from app.outbound.urls import add_query
from app.web.house import House

LINE_ITEM_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
READ_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
RESULT_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
# What an update may touch; the id and the link of a line item never change.
CHANGEABLE = frozenset({"label", "scoreMaximum", "resourceId", "tag", "startDateTime", "endDateTime"})
# More columns or results than any course has.
MOST_ITEMS = 20_000
_FILTERS = {"resource_link_id": "resourceLinkId", "resource_id": "resourceId", "tag": "tag"}


@dataclass(frozen=True)
class Access:
    """A registration's grade services, and which of their scopes its launches were granted."""

    house: House
    registration: Registration
    granted: frozenset[str]

    def choose(self, *scopes: str) -> str:
        """The first of these scopes that was granted: one is asked for, never a bundle. Raises ServiceFailed."""
        found = next((scope for scope in scopes if scope in self.granted), None)
        if found is None:
            raise ServiceFailed(Verdict(Meaning.REFUSED, "no-scope"))
        return found


@dataclass(frozen=True)
class FoundItem:
    """A line item as the platform shows it; `url` is its id."""

    url: str
    label: str
    resource_id: str
    tag: str
    resource_link_id: str | None


@dataclass(frozen=True)
class NewItem:
    """A line item to be made: always of one point. With a link's id it becomes that link's own column."""

    label: str
    resource_id: str
    tag: str
    resource_link_id: str | None = None


@dataclass(frozen=True)
class Result:
    """What a gradebook shows for a person; `score` is None for a cell that was emptied."""

    user_id: str
    score: float | None
    maximum: float | None


def find_line_items(access: Access, url: str, **filters: str) -> tuple[FoundItem, ...]:
    """The line items of a course that match `resource_link_id`, `resource_id` and `tag`. Raises ServiceFailed.

    `url` is the launch's `lineitems`. No limit is asked for: Moodle's paging by it is unusable, others page by
    themselves. Filtered here once more, since a platform may not know a filter.
    """
    scope = access.choose(LINE_ITEM_SCOPE, READ_SCOPE)
    pages = walk_pages(partial(_get, access, scope, LINE_ITEMS_TYPE), add_query(url, filters))
    wanted = {_FILTERS[name]: value for name, value in filters.items()}
    return tuple(
        _read_item(shown, near=url)
        for shown in _list_objects(pages)
        if all(shown.get(name, value if name == "resourceLinkId" else "") == value for name, value in wanted.items())
    )


def create_line_item(access: Access, url: str, new: NewItem) -> FoundItem:
    """Makes a line item in the course whose `lineitems` is `url`. Raises ServiceFailed."""
    body = {"label": new.label, "scoreMaximum": 1, "resourceId": new.resource_id, "tag": new.tag}
    if new.resource_link_id is not None:
        body["resourceLinkId"] = new.resource_link_id
    return _read_item(_read_object(_send(access, "POST", url, body)), near=url)


def read_line_item(access: Access, item_url: str) -> FoundItem:
    """Raises ServiceFailed; one that is not there any more means Meaning.GONE."""
    return _read_item(_read_whole(access, item_url), near=item_url)


def update_line_item(access: Access, item_url: str, changes: Mapping[str, Any]) -> FoundItem:
    """Reads the line item, changes these members of CHANGEABLE, and writes all of it back. Raises ServiceFailed.

    What a platform keeps beside is sent back as it came, so nothing of it is lost.
    """
    if not changes.keys() <= CHANGEABLE:
        raise ValueError(f"of a line item only these may change: {sorted(CHANGEABLE)}")
    whole = _read_whole(access, item_url)
    return _read_item(_read_object(_send(access, "PUT", item_url, {**whole, **changes})), near=item_url)


def delete_line_item(access: Access, item_url: str) -> None:
    """Deletes it; one that is gone already is no failure. Raises ServiceFailed."""
    call = Call("DELETE", item_url, access.choose(LINE_ITEM_SCOPE), {})
    try:
        request(access.house, access.registration, call)
    except ServiceFailed as failed:
        if failed.verdict.meaning != Meaning.GONE:
            raise


def list_results(access: Access, item_url: str, *, user_id: str | None = None) -> tuple[Result, ...]:
    """What the column shows, for one person or for all who have something there. Raises ServiceFailed."""
    parts = urlsplit(item_url)
    url = urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/results"))
    if user_id is not None:
        url = add_query(url, {"user_id": user_id})
    pages = walk_pages(partial(_get, access, access.choose(RESULT_SCOPE), RESULTS_TYPE), url)
    found = (_read_result(shown) for shown in _list_objects(pages))
    return tuple(one for one in found if user_id in {None, one.user_id})


def _get(access: Access, scope: str, media_type: str, url: str) -> Answer:
    return request(access.house, access.registration, Call("GET", url, scope, {"accept": media_type}))


def _send(access: Access, method: str, url: str, body: Mapping[str, Any]) -> Answer:
    headers = {"accept": LINE_ITEM_TYPE, "content-type": LINE_ITEM_TYPE}
    written = json.dumps(body, separators=(",", ":")).encode()
    return request(
        access.house, access.registration, Call(method, url, access.choose(LINE_ITEM_SCOPE), headers, written)
    )


def _read_whole(access: Access, item_url: str) -> dict[str, Any]:
    return _read_object(_get(access, access.choose(LINE_ITEM_SCOPE, READ_SCOPE), LINE_ITEM_TYPE, item_url))


def _read_object(answer: Answer) -> dict[str, Any]:
    try:
        given = answer.json()
    except OutboundError as error:
        raise _unreadable() from error
    if not isinstance(given, dict):
        raise _unreadable()
    return given


def _list_objects(pages: Iterator[Any]) -> Iterator[dict[str, Any]]:
    count = 0
    for page in pages:
        if not isinstance(page, list):
            raise _unreadable()
        count += len(page)
        if count > MOST_ITEMS:
            raise ServiceFailed(Verdict(Meaning.REFUSED, "too-many-items"))
        yield from (one for one in page if isinstance(one, dict))


def _read_item(shown: Mapping[str, Any], *, near: str) -> FoundItem:
    """A line item whose address lies where we asked: our token goes nowhere else."""
    url = as_https(shown.get("id"), near)
    if find_origin(url, allow_http=True) != find_origin(near, allow_http=True):
        raise ServiceFailed(Verdict(Meaning.REFUSED, "line-item-elsewhere"))
    link_id = shown.get("resourceLinkId")
    return FoundItem(
        url=str(url),
        label=_read_text(shown, "label"),
        resource_id=_read_text(shown, "resourceId"),
        tag=_read_text(shown, "tag"),
        resource_link_id=link_id if isinstance(link_id, str) and link_id else None,
    )


def _read_text(shown: Mapping[str, Any], name: str) -> str:
    value = shown.get(name)
    return value if isinstance(value, str) else ""


def _read_result(shown: Mapping[str, Any]) -> Result:
    return Result(
        user_id=str(shown.get("userId", "")),
        score=_read_number(shown.get("resultScore")),
        maximum=_read_number(shown.get("resultMaximum")),
    )


def _read_number(value: object) -> float | None:
    """A number that a gradebook can mean; None for infinity and whatever else only JSON has room for."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def _unreadable() -> ServiceFailed:
    return ServiceFailed(Verdict(Meaning.REFUSED, "unreadable"))
