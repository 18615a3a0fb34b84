"""What a launch says about its platform's notices, and what a notice says: read and bounded. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.lti import addresses
from app.lti.launches import NoticeOffer
from app.lti.refusals import Reason, Refused
from app.lti.scopes import NOTICE_SCOPE
from app.lti.texts import is_id

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
HELLO, CONTEXT_COPY = "LtiHelloWorldNotice", "LtiContextCopyNotice"
# What we ask to be told, hello last: then the platform says it when all the rest is done.
WANTED = (CONTEXT_COPY, HELLO)
MOST_ORIGINS = 25
LONGEST_TYPE = 64
_LONGEST_NONCE = 1024


@dataclass(frozen=True)
class Told:
    """A notice whose signature, audience and times were checked. `context_id` is None where it names no course."""

    registration_id: int
    deployment_id: str
    notice_id: str
    notice_type: str
    nonce: str
    ends_at: datetime
    context_id: str | None
    origin_ids: tuple[str, ...]


def read_offer(claims: Mapping[str, Any], *, allow_http: bool) -> NoticeOffer | None:
    """The platform's notification service, where we were granted its scope and it has something for us."""
    offer = claims.get(f"{CLAIM}platformnotificationservice")
    if not isinstance(offer, dict):
        return None
    url, scopes, types = (
        offer.get(name) for name in ("platform_notification_service_url", "scope", "notice_types_supported")
    )
    if not isinstance(scopes, list) or NOTICE_SCOPE not in scopes or not isinstance(types, list):
        return None
    wanted = tuple(one for one in WANTED if one in types)
    if not wanted or not addresses.is_usable_url(url, allow_http=allow_http):
        return None
    return NoticeOffer(str(url), wanted)


def read_notice(claims: Mapping[str, Any], *, registration_id: int, ends_at: datetime) -> Told:
    """Raises Refused for what is no notice by the standard."""
    notice, nonce = claims.get(f"{CLAIM}notice"), claims.get("nonce")
    if claims.get(f"{CLAIM}version") != "1.3.0":
        raise Refused(Reason.VERSION)
    if not isinstance(notice, dict):
        raise Refused(Reason.CLAIM_MISSING, detail="notice")
    if not isinstance(nonce, str) or not 0 < len(nonce) <= _LONGEST_NONCE:
        raise Refused(Reason.NONCE)
    return Told(
        registration_id=registration_id,
        deployment_id=_read_id("deployment_id", claims.get(f"{CLAIM}deployment_id")),
        notice_id=_read_id("notice", notice.get("id")),
        notice_type=_read_id("notice", notice.get("type"), longest=LONGEST_TYPE),
        nonce=nonce,
        ends_at=ends_at,
        context_id=_read_context(claims),
        origin_ids=_read_origins(claims),
    )


def _read_id(name: str, value: object, *, longest: int = 255) -> str:
    if not is_id(value) or len(value) > longest:
        raise Refused(Reason.CLAIM_MALFORMED, detail=name)
    return value


def _read_context(claims: Mapping[str, Any]) -> str | None:
    context = claims.get(f"{CLAIM}context")
    found = context.get("id") if isinstance(context, dict) else None
    return found if is_id(found) else None


def _read_origins(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Nearest first, as told; a package that was imported from elsewhere has none."""
    listed = claims.get(f"{CLAIM}origin_contexts")
    found = dict.fromkeys(one for one in listed if is_id(one)) if isinstance(listed, list) else {}
    return tuple(found)[:MOST_ORIGINS]
