"""What a practice LMS is told when it starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import requests

TemperName = Literal["moodle", "canvas"]
# How Canvas keeps a tool's data in the browser: in a frame of its own beside the tool's, on the page around it, not at
# all though the login names a target (old mobile apps), or not at all and none is named. Moodle 4.5 never does.
StorageManner = Literal["frame", "parent", "silent", "none"]
STORAGE_FRAME = "post_message_forwarding"

_FETCH_SECONDS = 5


@dataclass(frozen=True)
class FetchedAnswer:
    """What the tool answered when the LMS read an address of it."""

    status: int
    content: bytes


@dataclass(frozen=True)
class PracticeItem:
    """One thing that both courses hold; `key` is the tool's name for it."""

    title: str
    key: str
    graded: bool = True
    description: str = ""


DEFAULT_ITEMS = (
    PracticeItem(
        "Module 0: Three roles, one learner",
        "module/m0",
        description="The first module of the coach training. Complete it and 1 / 1 arrives in this course's gradebook.",
    ),
    PracticeItem(
        "Coach training: home",
        "home",
        graded=False,
        description="The whole training on one page. Not graded.",
    ),
)


def utc_now() -> datetime:
    return datetime.now(UTC)


def fetch_over_http(url: str) -> FetchedAnswer:
    """Read the tool's key set over the network; raises requests' errors."""
    answer = requests.get(url, timeout=_FETCH_SECONDS, allow_redirects=False, headers={"Accept": "application/json"})
    return FetchedAnswer(answer.status_code, answer.content)


def post_over_http(url: str, body: bytes) -> int:
    """Send JSON to the tool over the network, once; its status, 0 where it did not answer."""
    try:
        answer = requests.post(
            url, data=body, timeout=_FETCH_SECONDS, allow_redirects=False, headers={"Content-Type": "application/json"}
        )
    except requests.RequestException:
        return 0
    return answer.status_code


@dataclass(frozen=True)
class PracticeSettings:
    """Origins without a trailing slash; `clock` gives aware UTC datetimes."""

    base_url: str = "http://localhost:8001"
    tool_base_url: str = "http://127.0.0.1:8000"
    temper: TemperName = "moodle"
    issuer_origin: str | None = None
    token_origin: str | None = None
    clock: Callable[[], datetime] = utc_now
    fetch: Callable[[str], FetchedAnswer] = fetch_over_http
    post: Callable[[str, bytes], int] = post_over_http
    auto_activate: bool = False
    registration_link: str | None = None
    items: tuple[PracticeItem, ...] = DEFAULT_ITEMS
    storage: StorageManner = "frame"

    def storage_fields(self) -> dict[str, str]:
        """What Canvas adds to a login and to a launch where it offers storage."""
        if self.storage == "none":
            return {}
        return {"lti_storage_target": "_parent" if self.storage == "parent" else STORAGE_FRAME}

    def origins(self) -> tuple[str, ...]:
        """Every origin that this server answers on, the course host first."""
        named = (self.base_url, self.issuer_origin or self.base_url, self.token_origin or self.base_url)
        return tuple(dict.fromkeys(named))
