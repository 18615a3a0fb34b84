"""Canvas's public descriptions of itself: key set on the token host, configuration on the issuer's."""

import json
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.practice_lms.canvas.callers import JSON, site_of
from app.practice_lms.canvas.claims import ACCOUNT_NAME
from app.practice_lms.canvas.hosts import ON_ISSUER, ON_TOKEN_HOST
from app.practice_lms.canvas.placements import DEEP_LINKING_PLACEMENTS, RESOURCE_LINK_PLACEMENTS
from app.practice_lms.canvas.variables import ROOT_ACCOUNT
from app.practice_lms.dependencies import ThePlatform, only_in
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.words import ALL_SCOPES, CANVAS, NOTICE_TYPES, NOTICES, PLATFORM_CONFIGURATION

router = APIRouter(dependencies=[only_in("canvas")])

VARIABLES = (
    "ResourceLink.id", "ResourceLink.title", "com.instructure.User.student_view", "com.instructure.PostMessageToken",
    "Context.title", "Context.id", "Context.id.history", "Message.locale", "Canvas.api.domain",
    "vnd.Canvas.root_account.uuid", "Canvas.course.id", "Canvas.course.name", "CourseSection.sourcedId",
    "Canvas.enrollment.enrollmentState", "Person.name.full", "Person.email.primary", "Person.address.timezone",
    "Canvas.user.id", "Canvas.user.isRootAccountAdmin", "Person.sourcedId", "Canvas.masqueradingUser.id",
    "Canvas.masqueradingUser.userId", "Canvas.assignment.id", "Canvas.assignment.title",
    "Canvas.assignment.pointsPossible", "Canvas.assignment.dueAt.iso8601",
)  # fmt: skip


@router.get("/api/lti/security/jwks", name="canvas.jwks", dependencies=[ON_TOKEN_HOST])
def show_keys(platform: ThePlatform) -> Response:
    return JSONResponse(platform.keys.jwks(), headers={"Cache-Control": "max-age=864000, public"})


@router.get("/api/lti/security/openid-configuration", name="canvas.configuration", dependencies=[ON_ISSUER])
def show_configuration(request: Request, platform: ThePlatform) -> dict[str, Any]:
    """Only with the registration token, in the address as it was handed over or as Bearer."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    token = request.query_params.get("registration_token") or bearer
    if not token:
        raise _refused("Access token missing (You must include the registration_token parameter).")
    known = site_of(platform).read_registration_token(token)
    if known is None or known["exp"] <= platform.now().timestamp():
        raise _refused("Access token invalid")
    return build_configuration(platform)


def _refused(text: str) -> Refusal:
    return Refusal(401, json.dumps({"error": text}), JSON, text)


def build_configuration(platform: Platform) -> dict[str, Any]:
    """Three hosts in one document."""
    urls = platform.urls
    return {
        "issuer": urls.issuer,
        "authorization_endpoint": urls.authorization,
        "registration_endpoint": urls.registration,
        "jwks_uri": urls.jwks,
        "token_endpoint": urls.token,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", *ALL_SCOPES, NOTICES],
        "response_types_supported": ["id_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "picture", "email", "name", "given_name", "family_name", "locale"],
        "subject_types_supported": ["public"],
        "authorization_server": urlsplit(urls.token).netloc,
        PLATFORM_CONFIGURATION: _platform_configuration(platform),
    }


def _platform_configuration(platform: Platform) -> dict[str, Any]:
    return {
        "product_family_code": "canvas",
        "version": "vCloud",
        "messages_supported": [
            {"type": "LtiResourceLinkRequest", "placements": list(RESOURCE_LINK_PLACEMENTS)},
            {"type": "LtiDeepLinkingRequest", "placements": list(DEEP_LINKING_PLACEMENTS)},
        ],
        "notice_types_supported": list(NOTICE_TYPES),
        "variables": list(VARIABLES),
        CANVAS + "account_name": ACCOUNT_NAME,
        CANVAS + "account_lti_guid": f"{ROOT_ACCOUNT}:canvas-lms",
        CANVAS + "account_domain": urlsplit(platform.settings.base_url).netloc,
    }
