"""Reads a JSON web key set: strong RSA signing keys only, each under its own name."""

import base64
from collections import Counter
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

MOST_KEYS = 100
SMALLEST_BITS = 2048
LARGEST_BITS = 8192
_SMALLEST_EXPONENT = 3
_LARGEST_EXPONENT = 2**32
_LONGEST_NUMBER = 2048


def read_keys(document: object) -> Mapping[str, RSAPublicKey] | None:
    """The usable keys by `kid`; None where this is no key set. A name that stands twice is no name."""
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return None
    keys = [key for key in listed[:MOST_KEYS] if isinstance(key, dict) and isinstance(key.get("kid"), str)]
    counts = Counter(key["kid"] for key in keys)
    read = ((key["kid"], _read_key(key)) for key in keys if counts[key["kid"]] == 1)
    return {kid: key for kid, key in read if key is not None}


def _read_key(key: Mapping[str, Any]) -> RSAPublicKey | None:
    if key.get("kty") != "RSA" or key.get("use", "sig") != "sig" or key.get("alg", "RS256") != "RS256":
        return None
    uses = key.get("key_ops", ["verify"])
    if not isinstance(uses, list) or "verify" not in uses or "d" in key:
        return None
    modulus, exponent = _read_number(key.get("n")), _read_number(key.get("e"))
    if not SMALLEST_BITS <= modulus.bit_length() <= LARGEST_BITS:
        return None
    if not _SMALLEST_EXPONENT <= exponent < _LARGEST_EXPONENT or exponent % 2 == 0:
        return None
    try:
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None


def _read_number(text: object) -> int:
    """The unsigned number of a base64url text, 0 for anything else."""
    if not isinstance(text, str) or len(text) > _LONGEST_NUMBER:
        return 0
    try:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return 0
