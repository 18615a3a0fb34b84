"""Checks the claims of an id_token, each rule by plain code, and reads them into a Launch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.lti import addresses
from app.lti.custom_claims import (
    CONTEXT_HISTORY,
    LINK_HISTORY,
    find_key,
    is_masqueraded,
    is_student_view,
    list_origins,
    read_value,
    tells_masquerading,
)
from app.lti.launches import CourseClaim, Launch, LineItemClaim, LinkClaim, Message, Person
from app.lti.notice_claims import read_offer
from app.lti.refusals import Reason, Refused
from app.lti.scopes import read_shown
from app.lti.states import State, hash_text
from app.lti.texts import clean_text, is_id, read_locale
from app.membership.roles import Standing, read_standing
from app.progress.rules import HOME_KEY

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
LINE_ITEM_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
# The data privacy launch goes by two names, one in its draft and one in the libraries.
MESSAGES = {**{message.value: message for message in Message}, "DataPrivacyLaunchRequest": Message.DATA_PRIVACY}
# The standard lets these two come without roles.
_WITHOUT_ROLES = frozenset({Message.DEEP_LINKING, Message.DATA_PRIVACY})
LEEWAY = timedelta(seconds=60)
OLDEST = timedelta(minutes=10)
LONGEST_LIFE = timedelta(hours=24)
MOST_ROLES = 250
_LARGEST_TIME = 2**40
LONGEST_NAME = 300
LONGEST_EMAIL = 320


@dataclass(frozen=True)
class Expected:
    """What a token must agree with: the registration that the login chose, its nonce and state, and our own origin."""

    issuer: str
    client_id: str
    nonce: str
    state: State
    now: datetime
    origin: str
    allow_http: bool


def check_audience(claims: Mapping[str, Any], *, issuer: str, client_id: str) -> None:
    """The issuer by exact bytes; our client id alone, or among several with `azp` naming us."""
    if claims.get("iss") != issuer:
        raise Refused(Reason.ISSUER)
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or client_id not in named:
        raise Refused(Reason.AUDIENCE)
    if ("azp" in claims or len(named) > 1) and claims.get("azp") != client_id:
        raise Refused(Reason.AUDIENCE)


def check_times(claims: Mapping[str, Any], now: datetime) -> datetime:
    """When the token ends. A minute of difference between the clocks is forgiven, in either direction."""
    ends, made = _read_time(claims, "exp"), _read_time(claims, "iat")
    starts = _read_time(claims, "nbf") if "nbf" in claims else made
    ahead = max(made, starts) - now
    if ahead > LEEWAY:
        raise Refused(Reason.CLOCK_SKEW, detail=str(int(ahead.total_seconds())))
    if not timedelta(0) < ends - made <= LONGEST_LIFE:
        raise Refused(Reason.TOKEN_TIMES)
    if now > ends + LEEWAY:
        raise Refused(Reason.TOKEN_EXPIRED)
    if now - made > OLDEST + LEEWAY:
        raise Refused(Reason.TOKEN_TOO_OLD)
    return ends


def _read_time(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(Reason.TOKEN_TIMES, detail=name)
    if not 0 < value < _LARGEST_TIME:
        raise Refused(Reason.TOKEN_TIMES, detail=name)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Refused(Reason.TOKEN_TIMES, detail=name) from error


def read_message(claims: Mapping[str, Any]) -> Message:
    message = MESSAGES.get(_require_text(claims, "message_type"))
    if message is None:
        raise Refused(Reason.MESSAGE_TYPE)
    if _require_text(claims, "version") != "1.3.0":
        raise Refused(Reason.VERSION)
    return message


def read_deployment(claims: Mapping[str, Any], expected: Expected) -> str:
    """The deployment's id, the same that the login named if it named one."""
    deployment_id = _read_id(_require(claims, "deployment_id"), "deployment_id")
    if expected.state.deployment_hash not in {"", hash_text(deployment_id)}:
        raise Refused(Reason.DEPLOYMENT_DIFFERS)
    return deployment_id


def read_launch(claims: Mapping[str, Any], expected: Expected, *, ends_at: datetime, message: Message) -> Launch:
    """What all messages have in common. Signature, audience, nonce and times were checked before."""
    is_link = message is Message.RESOURCE_LINK
    target = _read_target(claims, expected, message)
    course = _read_course(claims)
    link = _read_link(claims, course) if is_link else None
    custom = _read_object(claims, "custom")
    line_item = None if link is None else _read_line_item(claims, expected)
    return Launch(
        registration_id=expected.state.registration_id,
        deployment_id=read_deployment(claims, expected),
        person=_read_person(claims, custom, message),
        course=None if _is_account(claims) else course,
        link=link,
        line_item=line_item,
        line_items_url=_read_line_items_url(claims, expected) if link and line_item is None else None,
        key=find_key(custom, target) if is_link else HOME_KEY,
        link_history=read_value(custom, LINK_HISTORY),
        context_history=read_value(custom, CONTEXT_HISTORY),
        roster_url=_read_roster(claims, expected),
        notices=read_offer(claims, allow_http=expected.allow_http),
        return_url=read_return_url(claims, allow_http=expected.allow_http),
        origins=list_origins(custom, _read_object(claims, "launch_presentation"), allow_http=expected.allow_http),
        product=clean_text(_read_object(claims, "tool_platform").get("product_family_code"), most=64),
        product_version=clean_text(_read_object(claims, "tool_platform").get("version"), most=64),
        nonce=expected.nonce,
        expires_at=ends_at,
        scopes=None if link is None else read_shown(claims),
        target_differs=hash_text(target) != expected.state.target_hash,
        tells_masquerading=tells_masquerading(custom),
        message=message,
    )


def read_return_url(claims: Mapping[str, Any], *, allow_http: bool) -> str | None:
    """The way back to the course, where the platform named a usable one."""
    url = _read_object(claims, "launch_presentation").get("return_url")
    return str(url) if addresses.is_usable_url(url, allow_http=allow_http) else None


def _read_target(claims: Mapping[str, Any], expected: Expected, message: Message) -> str:
    if message is Message.DATA_PRIVACY and claims.get(f"{CLAIM}target_link_uri") is None:
        return expected.origin
    target = _require_text(claims, "target_link_uri")
    if not addresses.is_ours(target, origin=expected.origin):
        raise Refused(Reason.FOREIGN_TARGET)
    return target


def _read_person(claims: Mapping[str, Any], custom: Mapping[str, Any], message: Message) -> Person:
    standing = _read_roles(claims, message)
    if is_student_view(custom) and not standing.is_test_user:
        standing = Standing(is_learner=standing.is_learner, is_test_user=True)
    if claims.get("sub") is None:
        raise (
            Refused(Reason.NO_USER) if message is Message.RESOURCE_LINK else Refused(Reason.CLAIM_MISSING, detail="sub")
        )
    presentation = _read_object(claims, "launch_presentation")
    return Person(
        sub=_read_id(claims["sub"], "sub"),
        name=read_name_of(claims),
        email=clean_text(claims.get("email"), most=LONGEST_EMAIL),
        standing=standing,
        is_masqueraded=not standing.is_test_user and is_masqueraded(custom),
        locale=read_locale(presentation.get("locale")) or read_locale(claims.get("locale")),
    )


def _read_roles(claims: Mapping[str, Any], message: Message) -> Standing:
    if message in _WITHOUT_ROLES and claims.get(f"{CLAIM}roles") is None:
        return Standing()
    roles = _require(claims, "roles")
    if not isinstance(roles, list) or len(roles) > MOST_ROLES or not all(isinstance(role, str) for role in roles):
        raise Refused(Reason.CLAIM_MALFORMED, detail="roles")
    return read_standing(roles)


def read_name_of(claims: Mapping[str, Any]) -> str | None:
    """The whole name, or its parts joined: of a launch's person or of a roster's member."""
    whole = clean_text(claims.get("name"), most=LONGEST_NAME)
    parts = (clean_text(claims.get(part), most=LONGEST_NAME) for part in ("given_name", "family_name"))
    return whole or clean_text(" ".join(filter(None, parts)), most=LONGEST_NAME)


def _read_course(claims: Mapping[str, Any]) -> CourseClaim | None:
    context = claims.get(f"{CLAIM}context")
    if context is None:
        return None
    if not isinstance(context, dict):
        raise Refused(Reason.CLAIM_MALFORMED, detail="context")
    return CourseClaim(
        id=_read_id(context.get("id"), "context"),
        title=clean_text(context.get("title"), most=LONGEST_NAME),
        label=clean_text(context.get("label"), most=LONGEST_NAME),
    )


def _is_account(claims: Mapping[str, Any]) -> bool:
    """Whether the context is a whole account (Canvas's administration) and no course."""
    kinds = _read_object(claims, "context").get("type")
    return isinstance(kinds, list) and "Account" in kinds


def _read_link(claims: Mapping[str, Any], course: CourseClaim | None) -> LinkClaim | None:
    """The link, or None for an entry in a course's navigation, whose id is the course's own.

    Numbers are no such sign: Moodle counts courses and links apart, so course 2 may well hold link 2.
    """
    link = _require(claims, "resource_link")
    if not isinstance(link, dict):
        raise Refused(Reason.CLAIM_MALFORMED, detail="resource_link")
    link_id = _read_id(link.get("id"), "resource_link")
    if course is not None and link_id == course.id and not link_id.isdecimal():
        return None
    return LinkClaim(id=link_id, title=clean_text(link.get("title"), most=LONGEST_NAME))


def _read_line_item(claims: Mapping[str, Any], expected: Expected) -> LineItemClaim | None:
    endpoint = claims.get(AGS_CLAIM)
    if not isinstance(endpoint, dict):
        return None
    url, scopes = addresses.as_https(endpoint.get("lineitem"), expected.issuer), endpoint.get("scope")
    if not addresses.is_usable_url(url, allow_http=expected.allow_http):
        return None
    return LineItemClaim(url=str(url), may_score=isinstance(scopes, list) and SCORE_SCOPE in scopes)


def _read_line_items_url(claims: Mapping[str, Any], expected: Expected) -> str | None:
    """Where a column may be made for a link that has none: only where we may both make and score it."""
    endpoint = claims.get(AGS_CLAIM)
    if not isinstance(endpoint, dict):
        return None
    url, scopes = addresses.as_https(endpoint.get("lineitems"), expected.issuer), endpoint.get("scope")
    may_make = isinstance(scopes, list) and SCORE_SCOPE in scopes and LINE_ITEM_SCOPE in scopes
    return str(url) if may_make and addresses.is_usable_url(url, allow_http=expected.allow_http) else None


def _read_roster(claims: Mapping[str, Any], expected: Expected) -> str | None:
    """Where the course's roster is, if the platform offers one at a usable address."""
    service = claims.get(NRPS_CLAIM)
    url = (
        addresses.as_https(service.get("context_memberships_url"), expected.issuer)
        if isinstance(service, dict)
        else None
    )
    return str(url) if addresses.is_usable_url(url, allow_http=expected.allow_http) else None


def _require(claims: Mapping[str, Any], name: str) -> Any:
    value = claims.get(CLAIM + name)
    if value is None:
        raise Refused(Reason.CLAIM_MISSING, detail=name)
    return value


def _require_text(claims: Mapping[str, Any], name: str) -> str:
    value = _require(claims, name)
    if not isinstance(value, str):
        raise Refused(Reason.CLAIM_MALFORMED, detail=name)
    return value


def _read_id(value: object, name: str) -> str:
    """What a platform calls something, byte for byte: neither trimmed nor folded."""
    if value is None:
        raise Refused(Reason.CLAIM_MISSING, detail=name)
    if not is_id(value):
        raise Refused(Reason.CLAIM_MALFORMED, detail=name)
    return value


def _read_object(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An optional object; one of another type counts as absent."""
    value = claims.get(CLAIM + name)
    return value if isinstance(value, dict) else {}
