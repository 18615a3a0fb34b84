"""The platform's own signing keys, and their rotation."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

_BITS = 2048


@dataclass(frozen=True)
class SigningKey:
    kid: str
    private_key: RSAPrivateKey

    @classmethod
    def generate(cls, kid: str) -> "SigningKey":
        return cls(kid, generate_private_key(public_exponent=65537, key_size=_BITS))

    def public_jwk(self) -> dict[str, Any]:
        """The public half as a JWK with kid, alg and use."""
        numbers: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(self.private_key.public_key()))
        return {"kty": "RSA", "alg": "RS256", "kid": self.kid, "e": numbers["e"], "n": numbers["n"], "use": "sig"}


class KeyRing:
    """The newest key signs; older ones stay published until they are dropped."""

    def __init__(self, name_key: Callable[[], str]) -> None:
        self._name_key = name_key
        self._keys = [SigningKey.generate(name_key())]

    @property
    def current(self) -> SigningKey:
        return self._keys[-1]

    @property
    def kid(self) -> str:
        return self.current.kid

    @property
    def private_key(self) -> RSAPrivateKey:
        return self.current.private_key

    @property
    def public_pem(self) -> bytes:
        return self.private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def rotate(self, *, drop_old: bool = False) -> SigningKey:
        """Sign with a new key from now on."""
        fresh = SigningKey.generate(self._name_key())
        self._keys = [fresh] if drop_old else [*self._keys, fresh]
        return fresh

    def jwks(self) -> dict[str, Any]:
        return {"keys": [key.public_jwk() for key in self._keys]}
