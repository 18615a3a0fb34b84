"""Our key pairs: made once, encrypted at rest, loaded once; `sign` for what we assert, their public halves for all."""

import base64
import secrets
from typing import Any
from weakref import WeakKeyDictionary

import jwt
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.session import Database
from app.lti.models import ToolKey
from app.web.house import House

ALGORITHM = "RS256"
# A key is published as next before it signs, and stays published when it is retired.
NEXT, ACTIVE, RETIRED = "next", "active", "retired"
KEY_BITS = 2048
PUBLIC_EXPONENT = 65537
_PURPOSE = "tool-key"

# Loading a private key from PEM costs a hundred signatures, so each database's keys are loaded once.
_loaded: WeakKeyDictionary[Database, dict[str, RSAPrivateKey]] = WeakKeyDictionary()
_ACTIVE_KEYS = select(ToolKey).where(ToolKey.state == ACTIVE).order_by(ToolKey.created_at, ToolKey.kid)


def sign(house: House, claims: dict[str, Any]) -> str:
    """A compact JWS over the claims, RS256, with our key's `kid`.

    Reads the database and, the very first time, writes to it: do not call it inside a write transaction.
    """
    return _sign_by(house, _get_active_key(house), claims)


def sign_within(db: Session, house: House, claims: dict[str, Any]) -> str:
    """The same in the caller's write transaction, which also makes the first key where there is none yet."""
    return _sign_by(house, db.scalars(_ACTIVE_KEYS).first() or make_key(db, house, state=ACTIVE), claims)


def _sign_by(house: House, row: ToolKey, claims: dict[str, Any]) -> str:
    return jwt.encode(claims, _load(house, row), algorithm=ALGORITHM, headers={"kid": row.kid})


def list_public_jwks(house: House) -> list[dict[str, str]]:
    """The public halves as JSON web keys, the first key made if there is none yet."""
    _get_active_key(house)
    with house.database.reading() as db:
        return [_to_jwk(row) for row in db.scalars(select(ToolKey).order_by(ToolKey.created_at, ToolKey.kid))]


def _get_active_key(house: House) -> ToolKey:
    """The oldest active key, so that two processes which each made a first key agree on one."""
    with house.database.reading() as db:
        found = db.scalars(_ACTIVE_KEYS).first()
    if found is not None:
        return found
    with house.database.writing() as db:
        return db.scalars(_ACTIVE_KEYS).first() or make_key(db, house, state=ACTIVE)


def make_key(db: Session, house: House, *, state: str) -> ToolKey:
    """A new pair in the caller's transaction."""
    private = generate_private_key(public_exponent=PUBLIC_EXPONENT, key_size=KEY_BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    row = ToolKey(
        kid=secrets.token_urlsafe(12),
        state=state,
        public_pem=public.decode(),
        private_encrypted=_cipher(house).encrypt(pem),
        created_at=house.clock(),
    )
    db.add(row)
    db.flush()
    return row


def _load(house: House, row: ToolKey) -> RSAPrivateKey:
    loaded = _loaded.setdefault(house.database, {})
    if row.kid not in loaded:
        key = serialization.load_pem_private_key(_cipher(house).decrypt(row.private_encrypted), password=None)
        assert isinstance(key, RSAPrivateKey)
        loaded[row.kid] = key
    return loaded[row.kid]


def is_readable(house: House, row: ToolKey) -> bool:
    """Whether the private half can be decrypted with this operator's secret."""
    try:
        _cipher(house).decrypt(row.private_encrypted)
    except InvalidToken:
        return False
    return True


def _cipher(house: House) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(house.signer.key(_PURPOSE)))


def _to_jwk(row: ToolKey) -> dict[str, str]:
    key = serialization.load_pem_public_key(row.public_pem.encode())
    assert isinstance(key, RSAPublicKey)
    numbers = key.public_numbers()
    return {
        "kty": "RSA",
        "kid": row.kid,
        "alg": ALGORITHM,
        "use": "sig",
        "n": _to_base64(numbers.n),
        "e": _to_base64(numbers.e),
    }


def _to_base64(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
