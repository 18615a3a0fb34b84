"""Signing anything, and verifying what a tool signed: the practice LMS's own JOSE."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.algorithms import get_default_algorithms
from jwt.types import Options

_ALGORITHMS = get_default_algorithms()
_CLOCKLESS: Options = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class RefusedToken(Exception):  # noqa: N818 - an error's name is a sentence in this house
    """A token that does not verify; the text says why."""


@dataclass(frozen=True)
class VerifiedToken:
    header: dict[str, Any]
    claims: dict[str, Any]


def encode_part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def sign_compact(payload: Mapping[str, Any] | bytes, headers: Mapping[str, Any], *, key: Any, algorithm: str) -> str:
    """A compact JWS over the payload, valid or not: whoever tests refusals needs both. Bytes are signed as they are."""
    body = payload if isinstance(payload, bytes) else json.dumps(dict(payload), ensure_ascii=False).encode()
    signed = f"{encode_part(json.dumps(dict(headers)).encode())}.{encode_part(body)}"
    signer = _ALGORITHMS[algorithm]
    return f"{signed}.{encode_part(signer.sign(signed.encode(), key))}"


def read_header(token: str) -> dict[str, Any]:
    """The header of a JWS before anything is known about its signature; raises RefusedToken."""
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError as problem:
        raise RefusedToken(str(problem)) from problem


def verify_compact(token: str, key_set: Mapping[str, Any]) -> VerifiedToken:
    """Check an RS256 signature by kid; times and audience are the caller's business. Raises RefusedToken."""
    header = read_header(token)
    key = _key_named(header.get("kid"), key_set)
    try:
        claims = jwt.decode(token, key, algorithms=["RS256"], options=_CLOCKLESS)
    except jwt.PyJWTError as problem:
        raise RefusedToken(str(problem)) from problem
    return VerifiedToken(header, claims)


def _key_named(kid: object, key_set: Mapping[str, Any]) -> Any:
    found = [key for key in key_set.get("keys", ()) if isinstance(key, dict) and key.get("kid") == kid]
    if not isinstance(kid, str) or len(found) != 1:
        raise RefusedToken('"kid" invalid, unable to lookup correct key')
    try:
        return jwt.PyJWK(found[0], algorithm="RS256").key
    except jwt.PyJWTError as problem:
        raise RefusedToken(str(problem)) from problem
