"""Canvas's registration endpoint: a schema that refuses the whole request, off until an administrator confirms."""

import json
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request

from app.practice_lms.canvas import callers
from app.practice_lms.canvas.hosts import ON_COURSE_HOST
from app.practice_lms.canvas.placements import is_known, short_name
from app.practice_lms.dependencies import RawBody, ThePlatform, only_in
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.registrations import Registration, ToolConfig, ToolMessage
from app.practice_lms.words import ALL_SCOPES, CANVAS, NOTICES, TOOL_CONFIGURATION

router = APIRouter(dependencies=[only_in("canvas"), ON_COURSE_HOST])

_SCOPES = (*ALL_SCOPES, NOTICES)
_REQUIRED = (
    "application_type", "grant_types", "response_types", "redirect_uris", "initiate_login_uri", "client_name",
    "jwks_uri", "token_endpoint_auth_method", TOOL_CONFIGURATION,
)  # fmt: skip
_ENUMS = {
    "privacy_level": ("public", "name_only", "email_only", "anonymous"), "visibility": ("public", "members", "admins"),
}  # fmt: skip
_SHOWN = (
    "application_type", "grant_types", "initiate_login_uri", "redirect_uris", "response_types", "client_name",
    "jwks_uri", "logo_uri", "token_endpoint_auth_method",
)  # fmt: skip


@router.post("/api/lti/registrations", name="canvas.register")
def register(request: Request, body: RawBody, platform: ThePlatform) -> dict[str, Any]:
    """Take a tool's metadata, answer with what was stored; an update waits and is answered with the old values."""
    token = _read_token(platform, request.headers.get("authorization", "").removeprefix("Bearer ").strip())
    given = _read_metadata(body)
    config = _build_config(given)
    with platform.lock:
        registration = _store(platform, token, config, given)
    return show_registration(platform, registration)


def _read_token(platform: Platform, token: str) -> dict[str, Any]:
    claims = callers.site_of(platform).read_registration_token(token)
    if claims is None:
        text = "JWT did not include expected contents"
        raise Refusal(401, json.dumps({"errorMessage": text}), callers.JSON, text)
    if claims["exp"] <= platform.now().timestamp():
        error = {"message": "An error occurred.", "error_code": "internal_server_error"}
        raise Refusal(401, json.dumps({"errors": [error]}), callers.JSON, "the registration token has expired")
    return claims


def refuse_metadata(*errors: Any) -> Refusal:
    return Refusal(422, json.dumps({"errors": list(errors)}), callers.JSON, str(errors[0]))


def _read_metadata(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError as problem:
        raise refuse_metadata("the body is no JSON") from problem
    if not isinstance(given, dict) or any(not given.get(name) for name in _REQUIRED):
        raise refuse_metadata(*_REQUIRED)
    problems = [*_list_metadata_problems(given), *_list_tool_problems(given[TOOL_CONFIGURATION])]
    if problems:
        raise refuse_metadata(*problems)
    return given


def _list_metadata_problems(given: dict[str, Any]) -> list[Any]:
    asked = str(given.get("scope", "")).split()
    checks = {
        "application_type must be web": given["application_type"] == "web",
        "grant_types must contain client_credentials and implicit": {"client_credentials", "implicit"}
        <= set(given["grant_types"]),
        "response_types must contain id_token": "id_token" in given["response_types"],
        "token_endpoint_auth_method must be private_key_jwt": given["token_endpoint_auth_method"] == "private_key_jwt",  # noqa: S105 - the name of a method
        "contacts must be e-mail addresses": all("@" in one for one in given.get("contacts", [])),
    }
    problems: list[Any] = [problem for problem, holds in checks.items() if not holds]
    if "openid" in asked:
        problems.append({"field": "scopes", "message": "cannot contain openid", "error_code": None})
    return problems + [f'"{scope}" /scope is no known scope' for scope in asked if scope not in {*_SCOPES, "openid"}]


def _list_tool_problems(tool: Any) -> list[str]:
    lists = isinstance(tool, dict) and all(isinstance(tool.get(name), list) for name in ("claims", "messages"))
    if not lists or not tool.get("domain"):
        return ["domain", "claims", "messages"]
    custom = tool.get("custom_parameters", {})
    problems = [f"/custom_parameters/{key} is no string" for key, value in custom.items() if not isinstance(value, str)]
    targets = [tool.get("target_link_uri", ""), *(m.get("target_link_uri", "") for m in tool.get("messages", []))]
    outside = [target for target in targets if target and urlsplit(target).netloc != tool["domain"]]
    problems += [f"{target} is outside the domain" for target in outside]
    problems += [f"{tool['domain']} is a host and a port at most"] if "/" in tool["domain"] else []
    return problems + _list_enum_problems(tool) + _list_placement_problems(tool["messages"])


def _list_enum_problems(tool: dict[str, Any]) -> list[str]:
    """Members of which Canvas knows the few values that they may have."""
    asked = [("privacy_level", tool), *(("visibility", message) for message in tool["messages"])]
    return [
        f'"{given[CANVAS + name]}" /{name} is none of {", ".join(_ENUMS[name])}'
        for name, given in asked
        if given.get(CANVAS + name, _ENUMS[name][0]) not in _ENUMS[name]
    ]


def _list_placement_problems(messages: list[dict[str, Any]]) -> list[str]:
    path = "/https:~1~1purl.imsglobal.org~1spec~1lti-tool-configuration/messages"
    return [
        f'"{placement}" {path}/{number}/placements/{place}.'
        for number, message in enumerate(messages)
        for place, placement in enumerate(message.get("placements", []))
        if not is_known(str(message.get("type")), placement)
    ]


def _build_config(given: dict[str, Any]) -> ToolConfig:
    tool = given[TOOL_CONFIGURATION]
    asked, target = str(given.get("scope", "")).split(), tool.get("target_link_uri", "")
    return ToolConfig(
        initiate_login_uri=given["initiate_login_uri"],
        redirect_uris=tuple(given["redirect_uris"]),
        jwks_uri=given["jwks_uri"],
        target_link_uri=target,
        client_name=given["client_name"],
        domain=tool["domain"],
        description=tool.get("description", ""),
        logo_uri=given.get("logo_uri", ""),
        scopes=tuple(scope for scope in _SCOPES if scope in asked),
        claims=tuple(tool["claims"]),
        custom_parameters=dict(tool.get("custom_parameters", {})),
        messages=_keep_first(tool.get("messages", []), target),
        privacy_level=tool.get(CANVAS + "privacy_level") or _infer_privacy(tool["claims"]),
    )


def _keep_first(messages: list[dict[str, Any]], target: str) -> tuple[ToolMessage, ...]:
    """One message per placement: the first wins, a second is dropped without a word."""
    taken: set[str] = set()
    kept = []
    for message in messages:
        names = tuple(short_name(one) for one in message.get("placements") or ["link_selection"])
        fresh = tuple(name for name in names if name not in taken)
        taken |= set(fresh)
        if fresh:
            kept.append(ToolMessage(message["type"], message.get("target_link_uri", target), fresh))
    return tuple(kept)


def _infer_privacy(claims: list[str]) -> str:
    named, mailed = "name" in claims, "email" in claims
    if "picture" in claims or (named and mailed):
        return "public"
    return "name_only" if named else "email_only" if mailed else "anonymous"


def _store(platform: Platform, token: dict[str, Any], config: ToolConfig, given: dict[str, Any]) -> Registration:
    known = platform.registrations.find(str(token.get("update_of")))
    if known is not None:
        known.waiting = config
        return known
    if not platform.tokens.is_first_use("registration", token["uuid"], now=platform.now()):
        raise refuse_metadata("the registration token was used before")
    registration = platform.temper.new_registration(config, platform.registrations)
    registration.raw, registration.is_active = given, platform.settings.auto_activate
    return platform.registrations.add(registration)


def show_registration(platform: Platform, registration: Registration) -> dict[str, Any]:
    """The answer in the shape of a 2026 Canvas, with the deployment at the top level."""
    given: dict[str, Any] = registration.raw
    host = platform.settings.base_url
    view = f"{host}/api/lti/registrations/{registration.client_id}"
    scopes = " ".join([*registration.config.scopes, "openid"])
    return {
        "client_id": registration.client_id,
        **{name: given[name] for name in _SHOWN if name in given},
        "scope": scopes,
        TOOL_CONFIGURATION: {**given.get(TOOL_CONFIGURATION, {}), CANVAS + "registration_config_url": f"{view}/view"},
        "registration_client_uri": view,
        "deployment_id": registration.deployment_id,
    }
