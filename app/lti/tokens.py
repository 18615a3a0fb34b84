"""Access tokens for a platform's services: asked for once, shared, encrypted, renewed shortly before their end."""

import base64
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.db.inserting import build_upsert
from app.db.rows import table_of
from app.db.session import Database
from app.lti.health import Service, note_service_result
from app.lti.keys import sign
from app.lti.models import AccessToken, Registration
from app.outbound.errors import OutboundError
from app.outbound.http import Answer
from app.web.house import House

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# A platform whose clock is behind refuses what was made in its future; one that is ahead, what has ended.
ISSUED_BEFORE = timedelta(seconds=10)
ASSERTION_LIFE = timedelta(seconds=280)
# For a platform that names no life, or nonsense.
UNKNOWN_LIFE = timedelta(minutes=5)
LONGEST_LIFE = timedelta(hours=24)
MARGIN = timedelta(seconds=60)
_PURPOSE = "access-token"
_TOKEN_SHAPE = re.compile(r"[\x21-\x7e]{1,8192}")
_WORD = re.compile(r"[a-z_]{1,40}")
_KEEP = build_upsert(table_of(AccessToken), ["registration_id", "scope"], newest=("token_encrypted", "expires_at"))

_locks_lock = Lock()
_locks: WeakKeyDictionary[Database, defaultdict[tuple[int, str], Lock]] = WeakKeyDictionary()
# What this process read from the table last, and until when it is good: one score after another asks for it.
_held: WeakKeyDictionary[Database, dict[tuple[int, str], tuple[str, datetime]]] = WeakKeyDictionary()


class TokenRefused(Exception):  # noqa: N818  says what happened
    """No token: a reason word, and the Retry-After of the answer if there was one."""

    def __init__(self, reason: str, *, retry_after: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


def get_token(house: House, registration: Registration, *, scope: str) -> str:
    """A token for that scope, from the table while it is good. Raises TokenRefused. Not inside a write transaction.

    One caller asks, however many want it: the others of this process wait for the lock and then find it in the table.
    """
    held, place = _held_by(house.database), (registration.id, scope)
    found = held.get(place)
    if found is None or found[1] <= house.clock():
        with _alone(house.database, *place):
            found = held[place] = _find(house, registration, scope) or _renew(house, registration, scope)
    return found[0]


def drop_token(house: House, registration: Registration, *, scope: str, token: str) -> None:
    """Forgets a token that was refused, unless somebody has renewed it meanwhile."""
    held, place = _held_by(house.database), (registration.id, scope)
    with _alone(house.database, *place):
        if held.get(place, ("",))[0] == token:
            del held[place]
        found = _find(house, registration, scope)
        if found is not None and found[0] == token:
            with house.database.writing() as db:
                db.execute(delete(AccessToken).where(*_row_of(registration, scope)))


def _held_by(database: Database) -> dict[tuple[int, str], tuple[str, datetime]]:
    with _locks_lock:
        return _held.setdefault(database, {})


@contextmanager
def _alone(database: Database, registration_id: int, scope: str) -> Iterator[None]:
    with _locks_lock:
        lock = _locks.setdefault(database, defaultdict(Lock))[registration_id, scope]
    with lock:
        yield


def _row_of(registration: Registration, scope: str) -> tuple[Any, Any]:
    return AccessToken.registration_id == registration.id, AccessToken.scope == scope


def _find(house: House, registration: Registration, scope: str) -> tuple[str, datetime] | None:
    """The token in the table, and until when we use it."""
    with house.database.reading() as db:
        row = db.scalar(select(AccessToken).where(*_row_of(registration, scope)))
    if row is None or row.expires_at <= house.clock():
        return None
    try:
        return _cipher(house).decrypt(row.token_encrypted).decode(), row.expires_at
    except InvalidToken:  # the operator's secret has changed
        return None


def _cipher(house: House) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(house.signer.key(_PURPOSE)))


def _renew(house: House, registration: Registration, scope: str) -> tuple[str, datetime]:
    try:
        given = _read_token(_ask(house, registration, scope), scope)
    except TokenRefused as refused:
        with house.database.writing() as db:
            _note(db, house, registration, reason=refused.reason)
        raise
    token: str = given["access_token"]
    expires_at = house.clock() + _usable_for(given.get("expires_in"))
    row = {
        "registration_id": registration.id, "scope": scope, "token_encrypted": _cipher(house).encrypt(token.encode()),
        "expires_at": expires_at,
    }  # fmt: skip
    with house.database.writing() as db:
        _note(db, house, registration, reason=None)
        _KEEP.run(db, row)
    return token, expires_at


def _note(db: Session, house: House, registration: Registration, *, reason: str | None) -> None:
    note_service_result(
        db, registration_id=registration.id, service=Service.TOKEN, ok=reason is None, reason=reason, now=house.clock()
    )


def _ask(house: House, registration: Registration, scope: str) -> Answer:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": sign(house, _assertion(registration, house.clock()), ring=registration.key_ring),
        "scope": scope,
    }
    try:
        return house.outbound.send("POST", registration.token_url, headers={"accept": "application/json"}, body=form)
    except OutboundError as error:
        raise TokenRefused(f"token-{error.reason}") from error


def _assertion(registration: Registration, now: datetime) -> dict[str, Any]:
    return {
        "iss": registration.client_id,
        "sub": registration.client_id,
        "aud": registration.token_audience or registration.token_url,
        "iat": int((now - ISSUED_BEFORE).timestamp()),
        "exp": int((now + ASSERTION_LIFE).timestamp()),
        "jti": secrets.token_urlsafe(24),
    }


def _read_token(answer: Answer, scope: str) -> dict[str, Any]:
    """The answer's members, once they hold a token that may stand in a header. Moodle sends them as text/html."""
    try:
        given = answer.json()
    except OutboundError:
        given = None
    if not answer.is_success:
        error = given.get("error") if isinstance(given, dict) else None
        word = error if isinstance(error, str) and _WORD.fullmatch(error) else "status"
        raise TokenRefused(f"token-{word}", retry_after=answer.headers.get("retry-after"))
    token = given.get("access_token") if isinstance(given, dict) else None
    if not isinstance(token, str) or not _TOKEN_SHAPE.fullmatch(token):
        raise TokenRefused("token-unreadable")
    granted = given.get("scope")
    if isinstance(granted, str) and granted and scope not in granted.split():
        raise TokenRefused("token-without-scope")
    return dict(given)


def _usable_for(expires_in: object) -> timedelta:
    """How long we use a token: until a minute before its end, or half of a very short life."""
    try:
        seconds = int(expires_in) if isinstance(expires_in, int | float | str) else 0
    except (ValueError, OverflowError):
        seconds = 0
    life = min(timedelta(seconds=min(seconds, 10**6)), LONGEST_LIFE) if seconds > 0 else UNKNOWN_LIFE
    return max(life - MARGIN, life / 2) if life < 2 * MARGIN else life - MARGIN
