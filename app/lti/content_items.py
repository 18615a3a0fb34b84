"""What a platform gets for each chosen content: a link that finds its content in a copied course too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.lti.contents import Content
from app.lti.custom_claims import KEY_PARAMETER, KEY_QUERY
from app.lti.logins import LAUNCH_PATH
from app.lti.message_claims import LINK_TYPE
from app.outbound.urls import add_query
from app.web.texts import gettext as _
from app.web.words import NO_BREAK, minutes

# What is sent to a gradebook, once: complete.
MAXIMUM = 1
TAG = "completion"


@dataclass(frozen=True)
class Dates:
    """When the links open and close, and when they are due; None where nobody said."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    due_at: datetime | None = None


def build_item(content: Content, *, base_url: str, has_column: bool, dates: Dates) -> dict[str, Any]:
    """An `ltiResourceLink` (Deep Linking 2.0, 3.1.2). The key stands in the address, in `custom` and at the column."""
    item: dict[str, Any] = {
        "type": LINK_TYPE,
        "title": content.title,
        "url": add_query(f"{base_url.rstrip('/')}{LAUNCH_PATH}", {KEY_QUERY: content.key}),
        "custom": {KEY_PARAMETER: content.key},
    }
    if content.minutes:
        item["text"] = _("About {time}").format(time=minutes(content.minutes).replace(NO_BREAK, " "))
    if has_column:
        item["lineItem"] = {
            "scoreMaximum": MAXIMUM, "label": content.title, "resourceId": content.key, "tag": TAG,
        }  # fmt: skip
    return item | _write_dates(dates)


def _write_dates(dates: Dates) -> dict[str, dict[str, str]]:
    spans = {
        "available": {"startDateTime": dates.opens_at, "endDateTime": dates.closes_at},
        "submission": {"endDateTime": dates.due_at},
    }
    written = {name: _write_span(span) for name, span in spans.items()}
    return {name: span for name, span in written.items() if span}


def _write_span(span: Mapping[str, datetime | None]) -> dict[str, str]:
    return {name: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for name, at in span.items() if at is not None}
