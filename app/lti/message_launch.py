"""PyLTI1p3's message launch with every check replaced by a strict one; the only importer of the library at launches.

The library gives the order of the checks and, later, what a launch can do next (deep linking, services). Its own
checks accept replays, missing times and foreign audiences; none of them is used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, cast

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pylti1p3.message_launch import MessageLaunch

from app.lti import claims as checks
from app.lti import message_claims
from app.lti.claims import Expected
from app.lti.jws import SignedToken, read_token
from app.lti.launches import Launch
from app.lti.refusals import Reason, Refused

FindKey = Callable[[str], RSAPublicKey]


@dataclass(frozen=True)
class _Nothing:
    """Stands where the library wants its own sessions, cookies and connections: there are none."""


_NOTHING = cast("Any", _Nothing())


class StrictLaunch(MessageLaunch[Any, Any, Any, Any]):
    """One id_token on its way to a `Launch`. `validate` raises Refused at the first rule that is broken."""

    launch: Launch
    return_url: str | None = None

    def __init__(self, token: str, expected: Expected, find_key: FindKey) -> None:
        super().__init__(_NOTHING, _NOTHING, _NOTHING, _NOTHING, requests_session=_NOTHING)
        self._token = token
        self._expected = expected
        self._find_key = find_key
        self._read: SignedToken

    def _get_request_param(self, key: str) -> str:
        return self._token if key == "id_token" else ""

    def validate_state(self) -> Self:
        """The state was read, and matched with the browser, before there was an expectation to build this from."""
        return self

    def validate_jwt_format(self) -> Self:
        self._read = read_token(self._token)
        self._jwt = {"header": {"kid": self._read.kid, "alg": "RS256"}, "body": cast("Any", self._read.claims)}
        return self

    def validate_nonce(self) -> Self:
        """Only whether it is ours and belongs to this state; that it is spent once is the transaction's to see."""
        if self._read.claims.get("nonce") != self._expected.nonce:
            raise Refused(Reason.NONCE)
        return self

    def validate_registration(self) -> Self:
        expected = self._expected
        checks.check_audience(self._read.claims, issuer=expected.issuer, client_id=expected.client_id)
        return self

    def validate_jwt_signature(self) -> Self:
        if not self._read.is_signed_by(self._find_key(self._read.kid)):
            raise Refused(Reason.SIGNATURE)
        self.return_url = checks.read_return_url(self._read.claims, allow_http=self._expected.allow_http)
        self._ends_at = checks.check_times(self._read.claims, self._expected.now)
        return self

    def validate_deployment(self) -> Self:
        checks.read_deployment(self._read.claims, self._expected)
        return self

    def validate_message(self) -> Self:
        self.launch = message_claims.read_launch(self._read.claims, self._expected, ends_at=self._ends_at)
        return self

    def save_launch_data(self) -> Self:
        """Nothing is kept of the token."""
        return self


def check_launch(token: str, expected: Expected, find_key: FindKey) -> Launch:
    """The launch of a token that keeps every rule. Raises Refused, with the way back once the signature was good."""
    message = StrictLaunch(token, expected, find_key)
    try:
        message.validate()
    except Refused as refusal:
        refusal.return_url = message.return_url
        raise
    return message.launch
