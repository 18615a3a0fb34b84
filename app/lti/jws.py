"""Reads a compact JWS strictly: bounded, no member twice, RS256 only; checks its signature with a loaded key."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from app.lti.refusals import Reason, Refused

MOST_CHARACTERS = 65_536
_MOST_BRACKETS = 500
_MOST_HEADER_CHARACTERS = 8192
_BASE64 = re.compile(r"[A-Za-z0-9_-]+")
# Canvas's ids hold colons, others are base64; a path or a quotation is neither.
_KID = re.compile(r"(?!\.)(?:(?!\.\.)[A-Za-z0-9._:+/=~@-]){1,255}")
_PARTS = 3
_RS256 = RSAAlgorithm(RSAAlgorithm.SHA256)


@dataclass(frozen=True)
class SignedToken:
    """A token whose form is right and whose signature nobody has checked yet."""

    kid: str
    claims: dict[str, Any]
    signed: bytes
    signature: bytes

    def is_signed_by(self, key: RSAPublicKey) -> bool:
        return _RS256.verify(self.signed, key, self.signature)


def read_token(text: str) -> SignedToken:
    """Raises Refused for whatever is no compact RS256 JWS with a JSON object inside and a `kid` outside."""
    parts = text.split(".")
    if len(text) > MOST_CHARACTERS or len(parts) != _PARTS or len(parts[0]) > _MOST_HEADER_CHARACTERS:
        raise Refused(Reason.TOKEN_MALFORMED)
    header = _read_object(_decode(parts[0]))
    kid = _check_header(header)
    return SignedToken(
        kid=kid,
        claims=_read_object(_decode(parts[1])),
        signed=f"{parts[0]}.{parts[1]}".encode(),
        signature=_decode(parts[2]),
    )


def _check_header(header: dict[str, Any]) -> str:
    if header.get("alg") != "RS256":
        raise Refused(Reason.ALGORITHM)
    if not {"crit", "b64", "zip", "enc"}.isdisjoint(header):
        raise Refused(Reason.TOKEN_MALFORMED)
    kind = header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.upper() != "JWT":
        raise Refused(Reason.TOKEN_MALFORMED)
    kid = header.get("kid")
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise Refused(Reason.KEY_UNKNOWN)
    return kid


def _decode(part: str) -> bytes:
    if not _BASE64.fullmatch(part):
        raise Refused(Reason.TOKEN_MALFORMED)
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (ValueError, binascii.Error) as error:
        raise Refused(Reason.TOKEN_MALFORMED) from error


def _read_object(raw: bytes) -> dict[str, Any]:
    if raw.count(b"{") + raw.count(b"[") > _MOST_BRACKETS:
        raise Refused(Reason.TOKEN_MALFORMED)
    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=_refuse_duplicates, parse_constant=_refuse_constant)
        if b"\\u" in raw:
            # An escape may hide half a character, which no database stores.
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Refused(Reason.TOKEN_MALFORMED) from error
    if not isinstance(found, dict):
        raise Refused(Reason.TOKEN_MALFORMED)
    return found


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
