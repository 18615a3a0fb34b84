"""Deep linking: keeps what a platform asked for, and answers it once, signed, for the session that was asked."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.lti import keys
from app.lti.claims import CLAIM
from app.lti.deep_linking_models import DeepLinkingRequest
from app.lti.launches import Launch
from app.lti.models import Deployment, Registration
from app.membership.models import User
from app.web.errors import AppError
from app.web.house import House
from app.web.models import WebSession
from app.web.session import get_session_id
from app.web.texts import lazy as _

DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
RESPONSE = "LtiDeepLinkingResponse"
# Long enough to be called away in between, short enough that nobody finds it the next day.
LIFETIME = timedelta(hours=4)
RESPONSE_LIFETIME = timedelta(minutes=5)
_NONCE_BYTES = 24


class ChoiceClosed(AppError):  # noqa: N818  a page says it, in the past tense
    """Another session's request, one that was answered, one that is too old, or none at all."""

    status = HTTPStatus.FORBIDDEN
    code = "choice-closed"
    title = _("This choice is closed")
    what = _("Content is chosen once for each time that your LMS asks, and only in the window in which it asked.")
    now = _(
        "Go back to your course and start adding content there again. If Cairn had to open in a new tab for that, "
        "allow its cookies first, or use another browser."
    )


@dataclass(frozen=True)
class Asked:
    """A request that waits for its answer, and who asked it."""

    request: DeepLinkingRequest
    registration: Registration
    platform_deployment_id: str


def keep_request(db: Session, launch: Launch, *, user: User, session_token: str, now: datetime) -> UUID:
    """Keeps what the launch asks for, bound to the session that it has opened; the request's uuid. Old ones go."""
    claim, standing = launch.deep_linking, launch.person.standing
    assert claim is not None
    _purge(db, now)
    row = DeepLinkingRequest(
        uuid=uuid4(),
        institution_id=user.institution_id,
        user_id=user.id,
        session_id=get_session_id(db, token=session_token),
        deployment_id=_get_deployment_id(db, launch),
        may_choose=standing.is_staff or standing.is_content_developer or standing.is_administrator,
        return_url=claim.return_url,
        accepts_links=claim.accepts_links,
        accepts_several=claim.accepts_several,
        accepts_line_items=claim.accepts_line_items,
        data=claim.data,
        placement=claim.placement,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    db.add(row)
    db.flush()
    return row.uuid


def _purge(db: Session, now: datetime) -> None:
    db.execute(delete(DeepLinkingRequest).where(DeepLinkingRequest.expires_at <= now))


def _get_deployment_id(db: Session, launch: Launch) -> int:
    return db.scalars(
        select(Deployment.id).where(
            Deployment.registration_id == launch.registration_id,
            Deployment.platform_deployment_id == launch.deployment_id,
        )
    ).one()


def get_asked(db: Session, *, uuid: UUID, session: WebSession, now: datetime) -> Asked:
    """Raises ChoiceClosed, the same for every reason: nobody learns what another session was asked."""
    found = db.execute(
        select(DeepLinkingRequest, Registration, Deployment.platform_deployment_id)
        .join(Deployment, Deployment.id == DeepLinkingRequest.deployment_id)
        .join(Registration, Registration.id == Deployment.registration_id)
        .where(
            DeepLinkingRequest.institution_id == session.institution_id,
            DeepLinkingRequest.uuid == uuid,
            DeepLinkingRequest.session_id == session.id,
            DeepLinkingRequest.answered_at.is_(None),
            DeepLinkingRequest.expires_at > now,
            Registration.is_active.is_(True),
        )
    ).one_or_none()
    if found is None:
        raise ChoiceClosed
    return Asked(*found)


def answer(db: Session, house: House, asked: Asked, items: Sequence[dict[str, Any]], *, error: str = "") -> str:
    """Spends the request and signs the answer to it: a compact JWS. Raises ChoiceClosed where another was quicker."""
    now = house.clock()
    spent = db.scalar(
        update(DeepLinkingRequest)
        .where(
            DeepLinkingRequest.institution_id == asked.request.institution_id,
            DeepLinkingRequest.id == asked.request.id,
            DeepLinkingRequest.answered_at.is_(None),
        )
        .values(answered_at=now)
        .returning(DeepLinkingRequest.id)
    )
    if spent is None:
        raise ChoiceClosed
    response = build_response(asked, items, error=error, now=now)
    return keys.sign_within(db, house, response, ring=asked.registration.key_ring)


def build_response(asked: Asked, items: Sequence[dict[str, Any]], *, error: str, now: datetime) -> dict[str, Any]:
    """The claims of a LtiDeepLinkingResponse (Deep Linking 2.0, 4.5). No items mean that nothing was chosen."""
    claims = {
        "iss": asked.registration.client_id,
        "aud": asked.registration.issuer,
        "iat": int(now.timestamp()),
        "exp": int((now + RESPONSE_LIFETIME).timestamp()),
        "nonce": secrets.token_urlsafe(_NONCE_BYTES),
        f"{CLAIM}deployment_id": asked.platform_deployment_id,
        f"{CLAIM}message_type": RESPONSE,
        f"{CLAIM}version": "1.3.0",
        f"{DEEP_LINKING}content_items": list(items),
    }
    if asked.request.data is not None:
        claims[f"{DEEP_LINKING}data"] = json.loads(asked.request.data)
    if error:
        claims[f"{DEEP_LINKING}errormsg"] = error
    return claims
