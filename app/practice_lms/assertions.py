"""Judging a tool's client assertion, more strictly than the real LMSs do: audience, reuse, lifetime."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

import jwt

from app.practice_lms.jose import RefusedToken, VerifiedToken, read_header, verify_compact
from app.practice_lms.registrations import Registration
from app.practice_lms.words import JWT_BEARER

if TYPE_CHECKING:
    from app.practice_lms.platform import Platform

LONGEST_LIFETIME = 600

Fault = Literal[
    "request", "grant", "client", "key set", "signature", "claims", "early", "expired", "audience", "reused"
]  # fmt: skip


class AssertionRefused(Exception):  # noqa: N818 - an error's name is a sentence in this house
    """`fault` is the kind, the text the words for it."""

    def __init__(self, fault: Fault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


def get_asserted_registration(platform: "Platform", form: Mapping[str, str]) -> Registration:
    """The registration that the posted assertion proves; raises AssertionRefused."""
    _check_request(form)
    assertion = form["client_assertion"]
    registration = _find_claimed(platform, assertion)
    verified = _verify(platform, assertion, registration)
    _check_times(verified.claims, platform.now())
    _check_audience(verified.claims, platform.urls.token)
    _spend(platform, verified.claims, registration)
    return registration


def _check_request(form: Mapping[str, str]) -> None:
    if form.get("grant_type") != "client_credentials":
        raise AssertionRefused("grant", "grant_type must be client_credentials")
    if form.get("client_assertion_type") != JWT_BEARER or not form.get("client_assertion") or not form.get("scope"):
        raise AssertionRefused("request", "client_assertion_type, client_assertion and scope are required")


def _find_claimed(platform: "Platform", assertion: str) -> Registration:
    claims = _read_unverified(assertion)
    registration = platform.registrations.find(str(claims.get("sub")))
    if registration is None or registration.temper != platform.temper.name or not registration.is_active:
        raise AssertionRefused("client", "invalid_client")
    if claims.get("iss") != claims.get("sub"):
        raise AssertionRefused("client", "iss and sub must both be the client id")
    return registration


def _read_unverified(assertion: str) -> dict[str, Any]:
    try:
        if not isinstance(read_header(assertion).get("kid"), str):
            raise AssertionRefused("signature", '"kid" empty, unable to lookup correct key')
        return jwt.decode(assertion, options={"verify_signature": False})
    except (RefusedToken, jwt.PyJWTError) as problem:
        raise AssertionRefused("request", str(problem)) from problem


def _verify(platform: "Platform", assertion: str, registration: Registration) -> VerifiedToken:
    try:
        return verify_compact(assertion, read_tool_keys(platform, registration))
    except RefusedToken as problem:
        raise AssertionRefused("signature", str(problem)) from problem


def read_tool_keys(platform: "Platform", registration: Registration) -> dict[str, Any]:
    """The tool's key set, read now; raises AssertionRefused."""
    try:
        answer = platform.settings.fetch(registration.config.jwks_uri)
        keys = json.loads(answer.content)
    except (OSError, ValueError) as problem:
        raise AssertionRefused("key set", "Invalid JSON") from problem
    if answer.status != HTTPStatus.OK or not isinstance(keys, dict):
        raise AssertionRefused("key set", "Invalid JSON")
    return keys


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    issued, ends = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int | float) or not isinstance(ends, int | float):
        raise AssertionRefused("claims", "iat and exp are required numbers")
    if issued > now.timestamp():
        raise AssertionRefused("early", f"Cannot handle token with iat prior to {_shown(issued)}")
    if ends <= now.timestamp():
        raise AssertionRefused("expired", "Expired token")
    if ends - issued > LONGEST_LIFETIME:
        raise AssertionRefused("claims", "exp is more than ten minutes after iat")


def _shown(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="seconds")


def _check_audience(claims: Mapping[str, Any], token_url: str) -> None:
    if claims.get("aud") not in (token_url, [token_url]):
        raise AssertionRefused("audience", "the 'aud' is invalid")


def _spend(platform: "Platform", claims: Mapping[str, Any], registration: Registration) -> None:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise AssertionRefused("claims", "the 'jti' is missing")
    if not platform.tokens.is_first_use(registration.client_id, jti, now=platform.now()):
        raise AssertionRefused("reused", "the 'jti' is invalid: it was used before")
