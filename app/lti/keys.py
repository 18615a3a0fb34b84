"""Our key pairs: made once, encrypted at rest, loaded once; `sign` for what we assert, their public halves for all.

Each connection has a ring of keys of its own, named by a uuid, so that no LMS takes what we signed for another one;
connections of old share the ring None.
"""

import base64
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import jwt
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.db.session import Database
from app.lti.key_models import ToolKey
from app.web.house import House

ALGORITHM = "RS256"
# A key is published as next before it signs, and stays published when it is retired.
NEXT, ACTIVE, RETIRED = "next", "active", "retired"
KEY_BITS = 2048
PUBLIC_EXPONENT = 65537
_PURPOSE = "tool-key"

# Loading a private key from PEM costs a hundred signatures, so each database's keys are loaded once.
_loaded: WeakKeyDictionary[Database, dict[str, RSAPrivateKey]] = WeakKeyDictionary()
_KEYS = select(ToolKey).order_by(ToolKey.created_at, ToolKey.kid)


def sign(house: House, claims: dict[str, Any], *, ring: UUID | None = None) -> str:
    """A compact JWS over the claims, RS256, with the `kid` of that ring's key.

    Reads the database and, the very first time, writes to it: do not call it inside a write transaction.
    """
    return _sign_by(house, _get_active_key(house, ring), claims)


def sign_within(db: Session, house: House, claims: dict[str, Any], *, ring: UUID | None = None) -> str:
    """The same in the caller's write transaction, which also makes the first key where there is none yet."""
    return _sign_by(house, _find_active_key(db, ring) or keep_key(db, make_key(house, ring=ring, state=ACTIVE)), claims)


def _sign_by(house: House, row: ToolKey, claims: dict[str, Any]) -> str:
    return jwt.encode(claims, _load(house, row), algorithm=ALGORITHM, headers={"kid": row.kid})


def list_public_jwks(house: House, ring: UUID | None = None) -> list[dict[str, str]]:
    """The public halves as JSON web keys, the first key made if there is none yet: as `sign`, it may write."""
    _get_active_key(house, ring)
    return find_public_jwks(house, ring) or []


def find_public_jwks(house: House, ring: UUID | None = None) -> list[dict[str, str]] | None:
    """The same of a ring that has a key which signs; None where that is still to be made. Only reads."""
    with house.database.reading() as db:
        rows = db.scalars(_KEYS.where(is_of(ring))).all()
    return [_to_jwk(row) for row in rows] if any(row.state == ACTIVE for row in rows) else None


def is_of(ring: UUID | None) -> ColumnElement[bool]:
    return ToolKey.key_ring.is_(None) if ring is None else ToolKey.key_ring == ring


def _find_active_key(db: Session, ring: UUID | None) -> ToolKey | None:
    """The oldest, so that two processes which each made a first key agree on one."""
    return db.scalars(_KEYS.where(is_of(ring), ToolKey.state == ACTIVE)).first()


def _get_active_key(house: House, ring: UUID | None) -> ToolKey:
    with house.database.reading() as db:
        found = _find_active_key(db, ring)
    if found is not None:
        return found
    made = make_key(house, ring=ring, state=ACTIVE)
    with house.database.writing() as db:
        return _find_active_key(db, ring) or keep_key(db, made)


def keep_key(db: Session, key: ToolKey) -> ToolKey:
    db.add(key)
    db.flush()
    return key


def retire_ring(db: Session, ring: UUID, *, now: datetime) -> None:
    """For a ring that signs for nobody any more."""
    db.execute(update(ToolKey).where(is_of(ring), ToolKey.state != RETIRED).values(as_retired(now)))


def as_retired(now: datetime) -> dict[str, Any]:
    """What a retired key's row says. It never signs again, so its private half is not kept."""
    return {"state": RETIRED, "retired_at": now, "private_encrypted": b""}


def make_key(house: House, *, ring: UUID | None, state: str) -> ToolKey:
    """A new pair, not kept yet: it takes long, so do it outside of a write transaction where that can be."""
    private = generate_private_key(public_exponent=PUBLIC_EXPONENT, key_size=KEY_BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return ToolKey(
        key_ring=ring,
        kid=secrets.token_urlsafe(12),
        state=state,
        public_pem=public.decode(),
        private_encrypted=_cipher(house).encrypt(pem),
        created_at=house.clock(),
    )


def _load(house: House, row: ToolKey) -> RSAPrivateKey:
    loaded = _loaded.setdefault(house.database, {})
    if row.kid not in loaded:
        key = load_pem_private_key(_cipher(house).decrypt(row.private_encrypted), password=None)
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
    key = load_pem_public_key(row.public_pem.encode())
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
