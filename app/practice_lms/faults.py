"""Faults that a test asks for: the next calls of a service answer badly, late, or not at all."""

import re
from dataclasses import dataclass, field, replace
from threading import Lock

_SERVICES = (
    ("token", r"/mod/lti/token\.php|/login/oauth2/token"),
    ("jwks", r"/mod/lti/certs\.php|/api/lti/security/jwks"),
    ("authorization", r"/mod/lti/auth\.php|/api/lti/authorize_redirect"),
    ("configuration", r"/mod/lti/openid-configuration\.php|/api/lti/security/openid-configuration"),
    ("registration", r"/mod/lti/openid-registration\.php|/api/lti/registrations"),
    ("notices", r"/api/lti/notice-handlers/[^/]+"),
    ("members", r".*/memberships|.*/names_and_roles"),
    ("scores", r".*/(lineitem|line_items/[^/]+)/scores"),
    ("results", r".*/(lineitem|line_items/[^/]+)/results(/[^/]+)?"),
    ("lineitems", r".*/(lineitems|line_items)"),
    ("lineitem", r".*/(lineitem|line_items/[^/]+)"),
    ("deep_linking", r"/mod/lti/contentitem_return\.php|/courses/[^/]+/deep_linking_response"),
)
_BY_SERVICE = tuple((name, re.compile(pattern)) for name, pattern in _SERVICES)


def find_service(path: str) -> str | None:
    """The service that a path belongs to; None for pages and controls."""
    return next((name for name, pattern in _BY_SERVICE if pattern.fullmatch(path)), None)


@dataclass(frozen=True)
class Fault:
    """For the next `times` calls of `service` (None: until cleared). Delay in seconds; Retry-After is sent as given."""

    service: str = "any"
    status: int | None = None
    times: int | None = 1
    retry_after: str | None = None
    body: str = ""
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    lose_answer: bool = False
    down: bool = False
    # So many calls of the service pass first: the page of a list that fails.
    after: int = 0

    @classmethod
    def throttled(cls, *, service: str = "any", status: int = 403, times: int | None = 1) -> "Fault":
        """Canvas's rate limit: 403, or 429 where the operator chose it."""
        title = "403 Forbidden" if status == 403 else "429 Too Many Requests"  # noqa: PLR2004 - HTTP's own number
        body, plain = f"{title} (Rate Limit Exceeded)\n", "text/plain; charset=utf-8"
        return cls(service, status, times, body=body, content_type=plain, headers={"X-Rate-Limit-Remaining": "0.0"})


class Faults:
    """The faults that wait for their calls, the oldest first."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int | None]] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append((fault, fault.times))

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, service: str) -> Fault | None:
        """The fault for a call of this service, counted down."""
        with self._lock:
            for place, (fault, left) in enumerate(self._waiting):
                if fault.service not in {service, "any"}:
                    continue
                if fault.after:
                    self._waiting[place] = (replace(fault, after=fault.after - 1), left)
                    continue
                self._count_down(place, fault, left)
                return fault
        return None

    def _count_down(self, place: int, fault: Fault, left: int | None) -> None:
        if left is None:
            return
        if left <= 1:
            self._waiting.pop(place)
        else:
            self._waiting[place] = (fault, left - 1)
