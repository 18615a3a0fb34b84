"""Dynamic registration: the platform's configuration is read, we introduce ourselves, and the connection is kept."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from anyio import CapacityLimiter, to_thread

from app.lti import invitations
from app.lti.connections import Connection, Endpoints, find_sibling_uuid, keep
from app.lti.models import Invitation, Registration
from app.lti.platform_configuration import check_configuration, find_own_site, read_audience, read_product
from app.lti.platform_profiles import find_shared_site
from app.lti.refusals import Reason, Refused
from app.lti.renewal import Renewal, find_renewed
from app.lti.scopes import NOTICE_SCOPE, SCOPES
from app.lti.texts import clean_text, is_id
from app.lti.tool_addresses import ToolAddresses
from app.lti.tool_configuration import TOOL, build_metadata
from app.outbound.errors import OutboundError
from app.outbound.http import Answer
from app.web.house import House
from app.web.texts import gettext as _

T = TypeVar("T")
# An LMS that answers slowly keeps a few of these threads, never one that pages need.
_REGISTRATIONS_AT_ONCE = 4
_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, CapacityLimiter] = WeakKeyDictionary()
MOST_BYTES = 262_144
_MOST_TOLD = 300


async def in_own_thread(work: partial[T]) -> T:
    """Does that in one of the registrations' own threads."""
    limiter = _limiters.setdefault(asyncio.get_running_loop(), CapacityLimiter(_REGISTRATIONS_AT_ONCE))
    return await to_thread.run_sync(work, limiter=limiter)


@dataclass(frozen=True)
class Asked:
    """What the platform handed over when it opened our page. The token is one use, and logged nowhere."""

    configuration_url: str
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass(frozen=True)
class _Introduced:
    """What the LMS has stored of us."""

    client_id: str
    deployment_id: str | None
    scopes_granted: str | None


def register(house: House, *, invitation: str, asked: Asked, renewal: Renewal) -> Registration:
    """The whole registration; blocks on the platform. Raises Refused, and then the invitation still works."""
    with house.database.writing() as db:
        invitation_id = invitations.take(db, token=invitation, now=house.clock())
    try:
        connection = _connect(house, asked, invitation_id, renewal)
        with house.database.writing() as db:
            return keep(db, invitation_id=invitation_id, connection=connection, renewal=renewal, now=house.clock())
    except Exception:
        with house.database.writing() as db:
            invitations.give_back(db, invitation_id=invitation_id)
        raise


def _connect(house: House, asked: Asked, invitation_id: int, renewal: Renewal) -> Connection:
    """Reads the configuration, once and unchanged (its address may hold a token of one use), and introduces us."""
    found = _call(
        lambda: house.outbound.get_json(asked.configuration_url, headers=asked.bearer, limit=MOST_BYTES),
        _("the configuration of the LMS could not be read"),
    )
    allow_http = house.settings.is_development
    document = check_configuration(found, url=asked.configuration_url, allow_http=allow_http)
    site = find_own_site(document, url=asked.configuration_url, allow_http=allow_http)
    ours = _prepare(house, document, site, invitation_id, renewal)
    metadata = build_metadata(document, ours)
    given = _introduce(house, document, asked, metadata)
    return _describe(document, given, site=site, asked=metadata["scope"])


def _prepare(house: House, document: dict[str, Any], site: str, invitation_id: int, renewal: Renewal) -> ToolAddresses:
    """What must be known before the LMS hears of us: that the answer fits, and the addresses that are its own."""
    with house.database.reading() as db:
        invitation = db.get_one(Invitation, invitation_id)
        told = _Told(document["issuer"], site, document["registration_endpoint"])
        find_renewed(db, institution_id=invitation.institution_id, renewal=renewal, connection=told)
        own = invitation.uuid
        known = find_sibling_uuid(db, institution_id=invitation.institution_id, issuer=told.issuer, site=site)
        return ToolAddresses(house.settings.base_url, own_login=(known or own) if site else None, own_keys=own)


@dataclass(frozen=True)
class _Told:
    issuer: str
    site: str
    registration_url: str | None


def _introduce(house: House, document: dict[str, Any], asked: Asked, metadata: dict[str, Any]) -> _Introduced:
    headers = {**asked.bearer, "content-type": "application/json", "accept": "application/json"}
    answer = _call(
        lambda: house.outbound.send(
            "POST",
            document["registration_endpoint"],
            headers=headers,
            body=json.dumps(metadata).encode(),
            limit=MOST_BYTES,
        ),
        _("the LMS could not be reached for the registration"),
    )
    return _read_answer(answer)


def _describe(document: dict[str, Any], given: _Introduced, *, site: str, asked: str) -> Connection:
    product, version = read_product(document)
    shared = None if site else find_shared_site(document["issuer"])
    return Connection(
        issuer=document["issuer"],
        client_id=given.client_id,
        site=site,
        endpoints=Endpoints(
            authorization_url=document["authorization_endpoint"],
            keyset_url=document["jwks_uri"],
            token_url=document["token_endpoint"],
            audience=read_audience(document),
        ),
        name=urlsplit(document["registration_endpoint"]).hostname or document["issuer"],
        use=shared.use if shared else "production",
        product=product,
        product_version=version,
        registration_url=document["registration_endpoint"],
        deployment_id=given.deployment_id,
        scopes_asked=asked,
        scopes_granted=given.scopes_granted,
    )


def _call(work: Callable[[], Any], sentence: str) -> Any:
    try:
        return work()
    except OutboundError as error:
        raise Refused(Reason.BAD_REGISTRATION, detail=f"{sentence} ({error})") from error


def _read_answer(answer: Answer) -> _Introduced:
    if not answer.is_success:
        raise Refused(Reason.BAD_REGISTRATION, detail=_tell_refusal(answer))
    try:
        given = answer.json()
    except OutboundError:
        given = None
    client_id = given.get("client_id") if isinstance(given, dict) else None
    if not is_id(client_id):
        raise Refused(Reason.BAD_REGISTRATION, detail=_("the LMS answered without a client id"))
    return _Introduced(client_id, _find_deployment_id(given), _read_granted(given))


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
    return found if is_id(found) else None


def _read_granted(given: dict[str, Any]) -> str | None:
    """Of our scopes those that the LMS says it granted; None where it does not say."""
    granted = given.get("scope")
    if not isinstance(granted, str):
        return None
    return " ".join(scope for scope in (*SCOPES, NOTICE_SCOPE) if scope in granted.split())
