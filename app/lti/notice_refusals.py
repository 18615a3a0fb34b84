"""What a platform is told whose notice was not accepted: a status and a word, and no more than it needs."""

from enum import Enum
from http import HTTPStatus

from app.lti.refusals import Reason, Refused


class Refusal(Enum):
    """Status and word. A stranger cannot tell an unknown platform from a bad signature."""

    NOT_JSON = (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-json")
    TOO_LARGE = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large")
    MALFORMED = (HTTPStatus.BAD_REQUEST, "malformed")
    NOT_VERIFIED = (HTTPStatus.UNAUTHORIZED, "not-verified")
    # Only those with a good signature ever read these.
    UNKNOWN_DEPLOYMENT = (HTTPStatus.FORBIDDEN, "unknown-deployment")
    ALREADY_USED = (HTTPStatus.FORBIDDEN, "already-used")
    TOO_MANY = (HTTPStatus.TOO_MANY_REQUESTS, "too-many")


class NoticeRefused(Exception):  # noqa: N818  says what happened
    """A notice, or a whole request of them, that was not accepted."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value[1])
        self.refusal = refusal


_MALFORMED = frozenset({Reason.TOKEN_MALFORMED, Reason.CLAIM_MISSING, Reason.CLAIM_MALFORMED, Reason.VERSION})


def translate(refused: Refused) -> Refusal:
    """What the checks of a launch say, for a notice."""
    return Refusal.MALFORMED if refused.reason in _MALFORMED else Refusal.NOT_VERIFIED
