"""The scopes that we ask an LMS for, and which of them a launch shows."""

from collections.abc import Mapping
from typing import Any

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
ROSTER_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCOPES = (f"{_AGS}lineitem", f"{_AGS}lineitem.readonly", f"{_AGS}result.readonly", f"{_AGS}score", ROSTER_SCOPE)
# Too new for many LMSs: asked for only where it is on offer by name.
NOTICE_SCOPE = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
_ALL = (*SCOPES, NOTICE_SCOPE)
_AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
_ROSTER_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
_NOTICE_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/platformnotificationservice"


def read_shown(claims: Mapping[str, Any]) -> str:
    """Those of our scopes that a launch shows, blank-separated in our order. A roster shows itself by its claim."""
    shown = {*_list_named(claims.get(_AGS_CLAIM)), *_list_named(claims.get(_NOTICE_CLAIM))}
    if isinstance(claims.get(_ROSTER_CLAIM), dict):
        shown.add(ROSTER_SCOPE)
    return " ".join(scope for scope in _ALL if scope in shown)


def _list_named(claim: object) -> list[str]:
    scopes = claim.get("scope") if isinstance(claim, dict) else None
    return [scope for scope in scopes if isinstance(scope, str)] if isinstance(scopes, list) else []
