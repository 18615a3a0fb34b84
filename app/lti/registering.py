"""Dynamic registration: the platform's configuration is read, we introduce ourselves, and the connection is kept."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lti import invitations
from app.lti.models import Deployment, Invitation, Registration
from app.lti.platform_configuration import check_configuration, read_audience, read_product
from app.lti.refusals import Reason, Refused
from app.lti.texts import clean_text
from app.lti.tool_addresses import ToolAddresses
from app.lti.tool_configuration import TOOL, build_metadata
from app.membership.models import Platform
from app.outbound.errors import OutboundError
from app.outbound.http import Answer
from app.web.house import House
from app.web.texts import gettext as _

MOST_BYTES = 262_144
LONGEST_ID = 255
_MOST_TOLD = 300


@dataclass(frozen=True)
class Asked:
    """What the platform handed over when it opened our page. The token is one use, and logged nowhere."""

    configuration_url: str
    token: str


@dataclass(frozen=True)
class Connection:
    """Both sides of a registration that the platform has accepted."""

    document: dict[str, Any]
    client_id: str
    deployment_id: str | None


def register(house: House, *, invitation: str, asked: Asked) -> Registration:
    """The whole registration; blocks on the platform. Raises Refused, and then the invitation still works."""
    with house.database.writing() as db:
        invitation_id = invitations.take(db, token=invitation, now=house.clock())
    try:
        connection = connect(house, asked)
        with house.database.writing() as db:
            return keep(db, invitation_id=invitation_id, connection=connection, now=house.clock())
    except Exception:
        with house.database.writing() as db:
            invitations.give_back(db, invitation_id=invitation_id)
        raise


def connect(house: House, asked: Asked) -> Connection:
    """Reads the configuration, once and unchanged (its address may hold a token of one use), and introduces us."""
    bearer = {"authorization": f"Bearer {asked.token}"} if asked.token else {}
    found = _call(
        lambda: house.outbound.get_json(asked.configuration_url, headers=bearer, limit=MOST_BYTES),
        _("the configuration of the LMS could not be read"),
    )
    document = check_configuration(found, url=asked.configuration_url, allow_http=house.settings.is_development)
    body = json.dumps(build_metadata(document, ToolAddresses(house.settings.base_url))).encode()
    headers = {**bearer, "content-type": "application/json", "accept": "application/json"}
    answer = _call(
        lambda: house.outbound.send(
            "POST", document["registration_endpoint"], headers=headers, body=body, limit=MOST_BYTES
        ),
        _("the LMS could not be reached for the registration"),
    )
    return _read_answer(document, answer)


def _call(work: Callable[[], Any], sentence: str) -> Any:
    try:
        return work()
    except OutboundError as error:
        raise Refused(Reason.BAD_REGISTRATION, detail=f"{sentence} ({error})") from error


def _read_answer(document: dict[str, Any], answer: Answer) -> Connection:
    if not answer.is_success:
        raise Refused(Reason.BAD_REGISTRATION, detail=_tell_refusal(answer))
    try:
        given = answer.json()
    except OutboundError:
        given = None
    client_id = given.get("client_id") if isinstance(given, dict) else None
    if not isinstance(client_id, str) or not 0 < len(client_id) <= LONGEST_ID:
        raise Refused(Reason.BAD_REGISTRATION, detail=_("the LMS answered without a client id"))
    return Connection(document, client_id, _find_deployment_id(given))


def _tell_refusal(answer: Answer) -> str:
    """The platform's own reason, for the administrator who is looking at this page; a whole HTML page is left out."""
    text = clean_text(answer.body.decode("utf-8", "replace"), most=_MOST_TOLD) or ""
    told = "" if text.startswith("<") else f" “{text}”"
    return _("the LMS refused with status {status}").format(status=answer.status) + told


def _find_deployment_id(given: dict[str, Any]) -> str | None:
    """Moodle names it inside our configuration, Canvas on top or not at all."""
    tool = given.get(TOOL)
    inside = tool.get("deployment_id") if isinstance(tool, dict) else None
    found = given.get("deployment_id") or inside
    return found if isinstance(found, str) and len(found) <= LONGEST_ID else None


def keep(db: Session, *, invitation_id: int, connection: Connection, now: datetime) -> Registration:
    """Stores the connection, or brings an existing one of the same institution up to date. Raises Refused."""
    invitation = db.get_one(Invitation, invitation_id)
    document = connection.document
    row = db.scalars(
        select(Registration).where(
            Registration.issuer == document["issuer"], Registration.client_id == connection.client_id
        )
    ).one_or_none()
    if row is None:
        platform = _make_platform(db, invitation, document, now)
        row = Registration(platform_id=platform.id, issuer=document["issuer"], client_id=connection.client_id)
        row.created_at = now
        db.add(row)
    elif _institution_of(db, row) != invitation.institution_id:
        raise Refused(Reason.OTHER_INSTITUTION)
    _write(row, document, now)
    db.flush()
    invitation.registration_id = row.id
    _keep_deployment(db, row, connection.deployment_id, now)
    return row


def _make_platform(db: Session, invitation: Invitation, document: dict[str, Any], now: datetime) -> Platform:
    platform = Platform(
        institution_id=invitation.institution_id,
        name=urlsplit(document["registration_endpoint"]).hostname or document["issuer"],
        product=read_product(document)[0],
        created_at=now,
    )
    db.add(platform)
    db.flush()
    return platform


def _institution_of(db: Session, row: Registration) -> int | None:
    platform = db.get(Platform, row.platform_id) if row.platform_id is not None else None
    return platform.institution_id if platform else None


def _write(row: Registration, document: dict[str, Any], now: datetime) -> None:
    row.product, row.product_version = read_product(document)
    row.authorization_url = document["authorization_endpoint"]
    row.token_url = document["token_endpoint"]
    row.token_audience = read_audience(document)
    row.keyset_url = document["jwks_uri"]
    row.registration_url = document["registration_endpoint"]
    row.is_active, row.updated_at = True, now


def _keep_deployment(db: Session, row: Registration, deployment_id: str | None, now: datetime) -> None:
    if deployment_id is None:
        return
    known = select(Deployment.id).where(
        Deployment.registration_id == row.id, Deployment.platform_deployment_id == deployment_id
    )
    if db.scalar(known) is None:
        found = Deployment(
            registration_id=row.id, platform_id=row.platform_id, platform_deployment_id=deployment_id, created_at=now
        )
        db.add(found)
