"""Tokens of any shape, honest or not: a JOSE writer of our own, since libraries refuse to write what is wrong."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

ABSENT = object()
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNER, INSTRUCTOR = f"{MEMBERSHIP}#Learner", f"{MEMBERSHIP}#Instructor"
# Claims that tests name without their long prefix.
SHORT_NAMES = frozenset({
    "message_type", "version", "deployment_id", "target_link_uri", "resource_link", "roles", "context", "custom",
    "launch_presentation", "tool_platform", "lis", "for_user",
})  # fmt: skip
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
COORDINATE_BYTES = 32


@cache
def rsa_key(name: str, bits: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    """The key of that name; made once in a process."""
    del name
    return rsa.generate_private_key(public_exponent=exponent, key_size=bits)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode_number(number: int) -> str:
    return encode(number.to_bytes((number.bit_length() + 7) // 8))


def jwk_of(key: rsa.RSAPrivateKey, kid: str, **changes: Any) -> dict[str, Any]:
    """The public half as a JSON web key."""
    numbers = key.public_key().public_numbers()
    base = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid}
    return {**base, "n": encode_number(numbers.n), "e": encode_number(numbers.e), **changes}


def jwk_of_curve(key: ec.EllipticCurvePrivateKey, kid: str) -> dict[str, Any]:
    """The same for a key of the curve P-256."""
    numbers = key.public_key().public_numbers()
    point = {"x": encode_number(numbers.x), "y": encode_number(numbers.y)}
    return {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid, **point}


def public_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def public_der(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def write_token(header: Mapping[str, Any] | bytes, body: Mapping[str, Any] | bytes, key: Any) -> str:
    """A compact JWS; header and body may be raw bytes. `key` fits the header's alg; None leaves the signature empty."""
    algorithm = "RS256" if isinstance(header, bytes) else str(header.get("alg"))
    signed = f"{encode(_as_json(header))}.{encode(_as_json(body))}"
    return f"{signed}.{encode(_make_signature(signed.encode(), key, algorithm))}"


def _as_json(value: Mapping[str, Any] | bytes) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def _make_signature(signed: bytes, key: Any, algorithm: str) -> bytes:
    if key is None:
        return b""
    digest = HASHES.get(algorithm[2:], HASHES["256"])
    if isinstance(key, bytes):
        return hmac.new(key, signed, getattr(hashlib, digest.name)).digest()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        numbers = utils.decode_dss_signature(key.sign(signed, ec.ECDSA(digest)))
        return b"".join(number.to_bytes(COORDINATE_BYTES) for number in numbers)
    if algorithm.startswith("PS"):
        return key.sign(signed, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    return key.sign(signed, padding.PKCS1v15(), digest)


def change_claims(claims: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The claims with these set anew, or left out where the value is ABSENT; LTI's own by their short names."""
    found = dict(claims)
    for name, value in changes.items():
        key = CLAIM + name if name in SHORT_NAMES else name
        if value is ABSENT:
            found.pop(key, None)
        else:
            found[key] = value
    return found


def twice(claims: Mapping[str, Any], name: str, second: Any) -> bytes:
    """The claims as JSON text in which one member stands twice."""
    text = json.dumps(claims)
    return f"{text[:-1]}, {json.dumps(name)}: {json.dumps(second)}}}".encode()
