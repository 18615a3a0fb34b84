"""Reads a launch by its message type: what is said only in deep linking and in a submission review."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.lti import addresses
from app.lti import claims as checks
from app.lti.claims import AGS_CLAIM, CLAIM, Expected
from app.lti.launches import DeepLinkingClaim, Launch, Message
from app.lti.refusals import Reason, Refused
from app.lti.texts import clean_text

SETTINGS_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
PLACEMENT_CLAIM = "https://www.instructure.com/placement"
LINK_TYPE = "ltiResourceLink"
# Canvas puts a signed token of its own into the address.
LONGEST_RETURN_URL = 8192
_LONGEST_PLACEMENT = 64


def read_launch(claims: Mapping[str, Any], expected: Expected, *, ends_at: datetime) -> Launch:
    """The launch that these claims amount to. Raises Refused for a message that we do not know."""
    message = checks.read_message(claims)
    launch = checks.read_launch(claims, expected, ends_at=ends_at, message=message)
    if message is Message.DEEP_LINKING:
        return _add_deep_linking(launch, claims, expected)
    if message is Message.SUBMISSION_REVIEW:
        _check_review(claims)
    return launch


def _add_deep_linking(launch: Launch, claims: Mapping[str, Any], expected: Expected) -> Launch:
    asked = _read_settings(claims, allow_http=expected.allow_http)
    # The page of choices is framed by whoever takes the answer.
    frame = addresses.find_origin(asked.return_url, allow_http=expected.allow_http, most=LONGEST_RETURN_URL)
    origins = launch.origins if frame is None else tuple(dict.fromkeys((*launch.origins, frame)))
    return replace(launch, deep_linking=asked, origins=origins)


def _read_settings(claims: Mapping[str, Any], *, allow_http: bool) -> DeepLinkingClaim:
    settings = claims.get(SETTINGS_CLAIM)
    if settings is None:
        raise Refused(Reason.CLAIM_MISSING, detail="deep_linking_settings")
    if not isinstance(settings, dict):
        raise Refused(Reason.CLAIM_MALFORMED, detail="deep_linking_settings")
    types = _read_texts(settings, "accept_types")
    _read_texts(settings, "accept_presentation_document_targets")
    data, line_items = settings.get("data"), settings.get("accept_lineitem")
    return DeepLinkingClaim(
        return_url=_read_return_url(settings, allow_http=allow_http),
        accepts_links=LINK_TYPE in types,
        accepts_several=settings.get("accept_multiple") is True,
        accepts_line_items=line_items if isinstance(line_items, bool) else None,
        data=None if data is None else json.dumps(data),
        placement=clean_text(claims.get(PLACEMENT_CLAIM), most=_LONGEST_PLACEMENT),
    )


def _read_return_url(settings: Mapping[str, Any], *, allow_http: bool) -> str:
    url = settings.get("deep_link_return_url")
    if url is None:
        raise Refused(Reason.CLAIM_MISSING, detail="deep_link_return_url")
    if addresses.find_origin(url, allow_http=allow_http, most=LONGEST_RETURN_URL) is None:
        raise Refused(Reason.CLAIM_MALFORMED, detail="deep_link_return_url")
    return str(url)


def _read_texts(settings: Mapping[str, Any], name: str) -> list[str]:
    texts = settings.get(name)
    if texts is None:
        raise Refused(Reason.CLAIM_MISSING, detail=name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Refused(Reason.CLAIM_MALFORMED, detail=name)
    return texts


def _check_review(claims: Mapping[str, Any]) -> None:
    """Whose submission it is must be said, and is then forgotten: nothing here hangs on `for_user`."""
    reviewed, endpoint = claims.get(f"{CLAIM}for_user"), claims.get(AGS_CLAIM)
    if not isinstance(reviewed, dict) or not isinstance(reviewed.get("user_id"), str):
        raise Refused(Reason.CLAIM_MISSING, detail="for_user")
    if not isinstance(endpoint, dict) or not isinstance(endpoint.get("lineitem"), str):
        raise Refused(Reason.CLAIM_MISSING, detail="lineitem")
