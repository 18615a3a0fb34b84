"""Notices as they arrive: each verified as strictly as a launch, written down once, read later by a job.

The platform does not send a notice again, so what is good in a request is kept even where another part is refused.
Nobody is asked for keys on behalf of a registration that we do not know.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import jobs
from app.lti import claims as checks
from app.lti import upserts
from app.lti.arrival import NONCE_MARGIN
from app.lti.desk import desk_of
from app.lti.jws import SignedToken, read_token
from app.lti.keysets import get_key
from app.lti.launching import in_own_thread
from app.lti.models import Deployment
from app.lti.notice_claims import CONTEXT_COPY, WANTED, Told, read_notice
from app.lti.notice_models import Notice
from app.lti.notice_refusals import NoticeRefused, Refusal, translate
from app.lti.notices import NOTICES
from app.lti.refusals import Reason, Refused
from app.lti.registrations import Registered, find_registered
from app.lti.texts import is_id
from app.web.house import House

# A large school copies its courses in one night; more than this is no school's.
MOST_A_DAY = 5000
_DAY = timedelta(days=1)
_MOST_AUDIENCES = 5


@dataclass(frozen=True)
class Presented:
    """A token in the right form, and the registration that it claims to come from."""

    token: SignedToken
    registered: Registered


async def receive(house: House, texts: Sequence[str]) -> list[Refusal]:
    """Keeps every good notice; the refusals of the others."""
    refusals: list[Refusal] = []
    presented = await in_own_thread(partial(_present_all, house, texts, refusals))
    keysets = desk_of(house).keysets
    for one in presented:
        where = (one.registered.id, one.registered.keyset_url)
        if keysets.is_worth_asking(*where, one.token.kid, now=house.clock()):
            await keysets.ask(*where, now=house.clock())
    await in_own_thread(partial(_keep_all, house, presented, refusals))
    return refusals


def _present_all(house: House, texts: Sequence[str], refusals: list[Refusal]) -> list[Presented]:
    presented = []
    with house.database.reading() as db:
        for text in texts:
            try:
                presented.append(_present(db, read_token(text)))
            except Refused as refused:
                refusals.append(translate(refused))
    return presented


def _present(db: Session, token: SignedToken) -> Presented:
    issuer, named = token.claims.get("iss"), token.claims.get("azp", token.claims.get("aud"))
    clients = named[:_MOST_AUDIENCES] if isinstance(named, list) else [named]
    for client in clients:
        if not is_id(issuer) or not is_id(client):
            continue
        found = find_registered(db, issuer=issuer, client_id=client)
        if found is not None and found.is_active:
            checks.check_audience(token.claims, issuer=found.issuer, client_id=found.client_id)
            return Presented(token, found)
    raise Refused(Reason.UNKNOWN_PLATFORM)


def _keep_all(house: House, presented: Sequence[Presented], refusals: list[Refusal]) -> None:
    told = []
    for one in presented:
        try:
            told.append(_verify(house, one))
        except Refused as refused:
            refusals.append(translate(refused))
    if not told:
        return
    with house.database.writing() as db:
        for notice in told:
            try:
                _keep(db, notice, now=house.clock())
            except NoticeRefused as refused:
                refusals.append(refused.refusal)


def _verify(house: House, one: Presented) -> Told:
    now, registered = house.clock(), one.registered
    key = get_key(desk_of(house).keysets, registered.id, registered.keyset_url, one.token.kid, now=now)
    if not one.token.is_signed_by(key):
        raise Refused(Reason.SIGNATURE)
    ends_at = checks.check_times(one.token.claims, now)
    return read_notice(one.token.claims, registration_id=registered.id, ends_at=ends_at)


def _keep(db: Session, told: Told, *, now: datetime) -> None:
    deployment_id = _find_deployment(db, told)
    if deployment_id is None:
        raise NoticeRefused(Refusal.UNKNOWN_DEPLOYMENT)
    if told.notice_type not in WANTED or _is_known(db, told):
        return
    if _count_since(db, told.registration_id, now - _DAY) >= MOST_A_DAY:
        raise NoticeRefused(Refusal.TOO_MANY)
    spent = {"nonce": _nonce_of(told), "expires_at": told.ends_at + NONCE_MARGIN}
    if upserts.SPEND_NONCE.run(db, spent).one_or_none() is None:
        raise NoticeRefused(Refusal.ALREADY_USED)
    is_copy = told.notice_type == CONTEXT_COPY
    row = {
        "registration_id": told.registration_id, "deployment_id": deployment_id, "notice_id": told.notice_id,
        "notice_type": told.notice_type, "received_at": now,
        "told": {"context": told.context_id, "origins": list(told.origin_ids)} if is_copy else {},
    }  # fmt: skip
    upserts.ADD_NOTICE.run(db, row)
    jobs.wake(db, kind=NOTICES, lane=str(told.registration_id))


def _find_deployment(db: Session, told: Told) -> int | None:
    """One that belongs to an institution; what waits for one has no courses yet."""
    return db.scalar(
        select(Deployment.id).where(
            Deployment.registration_id == told.registration_id,
            Deployment.platform_deployment_id == told.deployment_id,
            Deployment.platform_id.is_not(None),
        )
    )


def _is_known(db: Session, told: Told) -> bool:
    known = select(Notice.id).where(Notice.registration_id == told.registration_id, Notice.notice_id == told.notice_id)
    return db.scalar(known) is not None


def _count_since(db: Session, registration_id: int, since: datetime) -> int:
    counted = select(func.count(Notice.id)).where(Notice.registration_id == registration_id, Notice.received_at > since)
    return db.scalar(counted) or 0


def _nonce_of(told: Told) -> str:
    """Under the registration's own name, so that one platform cannot spend another's, nor a launch's."""
    return hashlib.sha256(f"notice {told.registration_id} {told.nonce}".encode()).hexdigest()
