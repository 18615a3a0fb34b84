"""Why a login, a launch or a registration is refused: a stable code and a status for each way."""

from enum import StrEnum
from http import HTTPStatus

from app.web.errors import AppError


class Reason(StrEnum):
    """The codes that pages show and failures are counted under; at most 24 characters, never changed once used."""

    # The login, and everything before a token is looked at.
    BAD_LOGIN = "bad-login"
    UNKNOWN_PLATFORM = "unknown-platform"
    FOREIGN_TARGET = "foreign-target"
    BAD_LAUNCH = "bad-launch"
    PLATFORM_ERROR = "platform-error"
    TOKEN_TOO_LARGE = "token-too-large"  # noqa: S105  a code for people
    STATE_INVALID = "state-invalid"
    STATE_EXPIRED = "state-expired"
    COOKIES_BLOCKED = "cookies-blocked"
    OTHER_BROWSER = "other-browser"
    ALREADY_USED = "already-used"
    # The token's form, key and signature.
    TOKEN_MALFORMED = "token-malformed"  # noqa: S105  a code for people
    ALGORITHM = "algorithm"
    KEY_UNKNOWN = "key-unknown"
    KEYS_UNREACHABLE = "keys-unreachable"
    SIGNATURE = "signature"
    # Who it is from, for and when.
    ISSUER = "issuer"
    AUDIENCE = "audience"
    NONCE = "nonce"
    CLOCK_SKEW = "clock-skew"
    TOKEN_EXPIRED = "token-expired"  # noqa: S105  a code for people
    TOKEN_TOO_OLD = "token-too-old"  # noqa: S105  a code for people
    TOKEN_TIMES = "token-times"  # noqa: S105  a code for people
    # What it says.
    MESSAGE_TYPE = "message-type"
    VERSION = "version"
    CLAIM_MISSING = "claim-missing"
    CLAIM_MALFORMED = "claim-malformed"
    NO_USER = "no-user"
    DEPLOYMENT_DIFFERS = "deployment-differs"
    # What is not (or no longer) open here.
    DEPLOYMENT_PENDING = "deployment-pending"
    DEPLOYMENT_CLOSED = "deployment-closed"
    REGISTRATION_CLOSED = "registration-closed"
    PERSON_BLOCKED = "person-blocked"
    CONTENT_UNKNOWN = "content-unknown"
    # Registration.
    INVITATION = "invitation"
    BAD_REGISTRATION = "bad-registration"
    OTHER_INSTITUTION = "other-institution"


UNAUTHORIZED = frozenset(
    {
        Reason.ALGORITHM, Reason.KEY_UNKNOWN, Reason.KEYS_UNREACHABLE, Reason.SIGNATURE, Reason.ISSUER,
        Reason.AUDIENCE, Reason.NONCE, Reason.CLOCK_SKEW, Reason.TOKEN_EXPIRED, Reason.TOKEN_TOO_OLD,
        Reason.TOKEN_TIMES,
    }
)  # fmt: skip
FORBIDDEN = frozenset(
    {
        Reason.COOKIES_BLOCKED, Reason.OTHER_BROWSER, Reason.ALREADY_USED, Reason.DEPLOYMENT_PENDING,
        Reason.DEPLOYMENT_CLOSED, Reason.REGISTRATION_CLOSED, Reason.PERSON_BLOCKED, Reason.INVITATION,
        Reason.OTHER_INSTITUTION,
    }
)  # fmt: skip


def status_of(reason: Reason) -> HTTPStatus:
    """401 where a token does not prove what it should, 403 where it does but may not, 400 for the rest; 413 and 404."""
    if reason in UNAUTHORIZED:
        return HTTPStatus.UNAUTHORIZED
    if reason in FORBIDDEN:
        return HTTPStatus.FORBIDDEN
    if reason is Reason.TOKEN_TOO_LARGE:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return HTTPStatus.NOT_FOUND if reason is Reason.CONTENT_UNKNOWN else HTTPStatus.BAD_REQUEST


class Refused(AppError):  # noqa: N818  a page says it, in the past tense
    """A login, launch or registration that goes no further. Nothing of it was kept.

    `detail` is one of our own words (a claim's name, seconds of skew), never what the other side sent.
    `return_url` is set only from a token whose signature was good.
    """

    def __init__(self, reason: Reason, *, detail: str = "", return_url: str | None = None) -> None:
        super().__init__()
        self.reason = reason
        self.status = status_of(reason)
        self.code = reason.value
        self.detail = detail
        self.return_url = return_url
