"""Registrations as the login and the launch read them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from app.db.direct import Executes
from app.db.rows import table_of
from app.lti.models import Registration

_table = table_of(Registration)
_COLUMNS = tuple(
    _table.c[name]
    for name in (
        "id", "platform_id", "issuer", "client_id", "authorization_url", "keyset_url", "registration_url", "is_active",
        "site",
    )
)  # fmt: skip
_ALLOWS_ANONYMOUS = select(_table.c.allow_anonymous).where(_table.c.id == bindparam("id"))
_BY_ID = select(*_COLUMNS).where(_table.c.id == bindparam("id"))
# The registration without a site of its own comes first.
_BY_CLIENT = (
    select(*_COLUMNS)
    .where(_table.c.issuer == bindparam("issuer"), _table.c.client_id == bindparam("client_id"))
    .order_by(_table.c.site)
    .limit(2)
)
_BY_UUID = select(*_COLUMNS).where(_table.c.uuid == bindparam("uuid"))
_AT_SITE = select(*_COLUMNS).where(
    _table.c.issuer == bindparam("issuer"),
    _table.c.client_id == bindparam("client_id"),
    _table.c.site == bindparam("site"),
)
_BY_ISSUER = select(*_COLUMNS).where(_table.c.issuer == bindparam("issuer")).limit(2)


@dataclass(frozen=True)
class Registered:
    """What a login and a launch need of a registration; free of the session it was read in."""

    id: int
    platform_id: int | None
    issuer: str
    client_id: str
    authorization_url: str
    keyset_url: str
    registration_url: str | None
    is_active: bool
    site: str


def find_registered(db: Executes, *, issuer: str, client_id: str) -> Registered | None:
    """By issuer and client id; without a client id the issuer's only registration, None where it has several."""
    if client_id:
        rows = db.execute(_BY_CLIENT, {"issuer": issuer, "client_id": client_id}).all()
        return _read(rows[0]) if len(rows) == 1 or (rows and not rows[0].site) else None
    rows = db.execute(_BY_ISSUER, {"issuer": issuer}).all()
    return _read(rows[0]) if len(rows) == 1 else None


def find_at_own_login(db: Executes, *, own: UUID, issuer: str, client_id: str) -> Registered | None:
    """By the uuid in the login's address. Another client id means another registration of the same site."""
    found = _read(db.execute(_BY_UUID, {"uuid": own}).one_or_none())
    if found is None or found.issuer != issuer:
        return None
    if client_id in {"", found.client_id}:
        return found
    return _read(db.execute(_AT_SITE, {"issuer": issuer, "client_id": client_id, "site": found.site}).one_or_none())


def find_registered_by_id(db: Executes, *, registration_id: int) -> Registered | None:
    return _read(db.execute(_BY_ID, {"id": registration_id}).one_or_none())


def allows_anonymous(db: Executes, *, registration_id: int) -> bool:
    """Whether launches without a user open a page there. Only such a launch asks."""
    row = db.execute(_ALLOWS_ANONYMOUS, {"id": registration_id}).one_or_none()
    return row is not None and bool(row[0])


def _read(
    row: Any,
) -> Registered | None:
    return None if row is None else Registered(*row)
