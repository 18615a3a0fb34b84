"""Moodle's registration endpoint: one token, one registration, pending until an administrator activates it."""

import json
from typing import Any
from urllib.parse import urlsplit

import jwt
from fastapi import APIRouter, Request

from app.practice_lms.dependencies import RawBody, ThePlatform, only_in
from app.practice_lms.jose import RefusedToken, verify_compact
from app.practice_lms.moodle.discovery import SCOPES
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.registrations import Registration, ToolConfig, ToolMessage
from app.practice_lms.words import AGS_SCOPES, TOOL_CONFIGURATION

router = APIRouter(prefix="/mod/lti", dependencies=[only_in("moodle")])

_ERROR_PAGE = "<!DOCTYPE html><html lang=en><title>Error</title><p>Invalid registration token</p>"


@router.post("/openid-registration.php", name="moodle.register")
def register(request: Request, body: RawBody, platform: ThePlatform) -> dict[str, Any]:
    """Take a tool's metadata, answer with what was stored."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not token:
        raise _refused(401, "missing_registration_token")
    claims = _read_token(platform, token)
    config = _read_config(body)
    with platform.lock:
        if not platform.tokens.is_first_use("registration", token, now=platform.now()):
            raise _refused(401, "token_already_used")
        registration = _store(platform, claims, config)
    return show_registration(registration)


def _refused(status: int, word: str) -> Refusal:
    return Refusal(status, word, reason=word)


def _read_token(platform: Platform, token: str) -> dict[str, Any]:
    try:
        claims = verify_compact(token, platform.keys.jwks()).claims
    except (RefusedToken, jwt.PyJWTError) as problem:
        raise Refusal(404, _ERROR_PAGE, reason=str(problem)) from problem
    if claims.get("scope") not in {"reg", "reg-update"} or claims["exp"] <= platform.now().timestamp():
        raise Refusal(404, _ERROR_PAGE, reason="the registration token has expired or is none")
    return claims


def _read_config(body: bytes) -> ToolConfig:
    try:
        given = json.loads(body)
        tool = given.get(TOOL_CONFIGURATION)
    except (ValueError, AttributeError) as problem:
        raise _refused(400, "invalid_json") from problem
    if not isinstance(tool, dict) or not tool:
        raise _refused(400, "missing_lti_tool_configuration")
    _check_metadata(given)
    _check_domain(tool)
    return _build_config(given, tool)


def _check_metadata(given: dict[str, Any]) -> None:
    if "id_token" not in given.get("response_types", []):
        raise _refused(400, "invalid_response_types")
    for name in ("initiate_login_uri", "client_name", "jwks_uri"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise _refused(400, f"missing_{name}")
    redirects = given.get("redirect_uris")
    if not isinstance(redirects, list) or not redirects or not all(isinstance(one, str) for one in redirects):
        raise _refused(400, "invalid_redirect_uris")
    if given.get("token_endpoint_auth_method") != "private_key_jwt":
        raise _refused(400, "invalid_token_endpoint_auth_method")
    if given.get("application_type", "web") != "web":
        raise _refused(400, "invalid_application_type")


def _check_domain(tool: dict[str, Any]) -> None:
    domain, target = tool.get("domain"), tool.get("target_link_uri", "")
    if not isinstance(domain, str) or not domain:
        raise _refused(400, "missing_domain")
    if target and urlsplit(target).netloc != domain:
        raise _refused(400, "domain_targetlinkuri_mismatch")


def _build_config(given: dict[str, Any], tool: dict[str, Any]) -> ToolConfig:
    target = tool.get("target_link_uri") or f"https://{tool['domain']}"
    given_messages = [one for one in tool.get("messages", []) if "type" in one]
    messages = [ToolMessage(one["type"], one.get("target_link_uri", target)) for one in given_messages]
    asked = given.get("scope", "").split()
    return ToolConfig(
        initiate_login_uri=given["initiate_login_uri"],
        redirect_uris=tuple(given["redirect_uris"]),
        jwks_uri=given["jwks_uri"],
        target_link_uri=target,
        client_name=given["client_name"],
        domain=tool["domain"],
        description=tool.get("description", ""),
        logo_uri=given.get("logo_uri", ""),
        scopes=tuple(scope for scope in SCOPES if scope in asked),
        claims=tuple(tool.get("claims", ())),
        custom_parameters={str(key): str(value) for key, value in tool.get("custom_parameters", {}).items()},
        messages=tuple(message for message in messages if message.type == "LtiDeepLinkingRequest"),
    )


def _store(platform: Platform, claims: dict[str, Any], config: ToolConfig) -> Registration:
    """A new tool waits for activation; an update keeps ids and state."""
    if claims["scope"] == "reg-update":
        for known in platform.registrations.list_all("moodle"):
            if known.deployment_id == claims["sub"]:
                known.config = config
                return known
        raise _refused(400, "invalid_tool")
    registration = platform.temper.new_registration(config, platform.registrations)
    registration.client_id = claims["sub"]
    registration.is_active = platform.settings.auto_activate
    return platform.registrations.add(registration)


def show_registration(registration: Registration) -> dict[str, Any]:
    """The answer in Moodle's shape; a custom value is cut at its equals sign, as Moodle cuts it."""
    config = registration.config
    scopes = [scope for scope in (*reversed(AGS_SCOPES), *SCOPES[4:]) if scope in config.scopes]
    return {
        "client_id": registration.client_id,
        "response_types": ["id_token"],
        "jwks_uri": config.jwks_uri,
        "initiate_login_uri": config.initiate_login_uri,
        "grant_types": ["client_credentials", "implicit"],
        "redirect_uris": list(config.redirect_uris),
        "application_type": "web",
        "token_endpoint_auth_method": "private_key_jwt",
        "client_name": config.client_name,
        "logo_uri": config.logo_uri,
        "scope": " ".join(scopes),
        TOOL_CONFIGURATION: {
            "version": "1.3.0",
            "deployment_id": registration.deployment_id,
            "target_link_uri": config.target_link_uri,
            "domain": config.domain,
            "description": config.description,
            "messages": [{"type": one.type, "target_link_uri": one.target_link_uri} for one in config.messages],
            "custom_parameters": {key: value.split("=")[0] for key, value in config.custom_parameters.items()},
            "claims": list(config.claims),
        },
    }
