"""Why a call outside did not work, in words that carry nothing of what the other side sent."""

from enum import StrEnum

import requests


class Reason(StrEnum):
    """What went wrong. The first group never left the house; of the second the other side may have heard."""

    BAD_URL = "bad-url"
    NOT_ALLOWED = "address-not-allowed"
    NO_SUCH_NAME = "no-such-name"
    NOT_CONNECTED = "not-connected"
    TLS = "tls"

    TIMEOUT = "timeout"
    BROKEN = "connection-broken"
    TOO_LARGE = "too-large"
    BAD_ENCODING = "bad-encoding"
    STATUS = "status"
    NOT_JSON = "not-json"


NEVER_SENT = frozenset({Reason.BAD_URL, Reason.NOT_ALLOWED, Reason.NO_SUCH_NAME, Reason.NOT_CONNECTED, Reason.TLS})


class OutboundError(requests.RequestException):
    """A call failed. `status` is set for Reason.STATUS; neither URL nor body stands in the message."""

    def __init__(self, reason: Reason, *, status: int | None = None) -> None:
        super().__init__(reason.value if status is None else f"{reason.value} {status}")
        self.reason = reason
        self.status = status

    @property
    def may_have_arrived(self) -> bool:
        """Whether the other side may have acted on the request."""
        return self.reason not in NEVER_SENT
