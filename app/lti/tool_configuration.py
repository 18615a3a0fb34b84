"""What we tell a platform at registration: our addresses, and of our wishes those that it offers."""

from collections.abc import Mapping
from typing import Any

from app.lti.platform_configuration import list_messages, list_offered, list_variables, read_profile
from app.lti.platform_profiles import Wish, Wishes
from app.lti.scopes import NOTICE_SCOPE, SCOPES
from app.lti.tool_addresses import ToolAddresses
from app.web.texts import gettext as _

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
NAME = "Cairn"
CLAIMS = ("name", "given_name", "family_name", "email")
_ALWAYS = frozenset({"LtiResourceLinkRequest", "LtiDeepLinkingRequest"})
# The name that a draft gave to a message, for LMSs that kept it.
_DRAFT_NAMES = {"LtiDataPrivacyLaunchRequest": "DataPrivacyLaunchRequest"}


def describe() -> str:
    return _("Coach training for medical education")


def build_metadata(document: Mapping[str, Any], ours: ToolAddresses) -> dict[str, Any]:
    """The body of our registration request, no wider than what this platform says that it knows."""
    wishes = read_profile(document).registration
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": ours.login,
        "redirect_uris": [ours.launch],
        "client_name": NAME,
        "client_uri": ours.base,
        "logo_uri": ours.logo,
        "policy_uri": ours.privacy,
        "tos_uri": ours.terms,
        "jwks_uri": ours.keyset,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(_list_scopes(document.get("scopes_supported"))),
        TOOL: {
            "domain": ours.domain,
            "description": describe(),
            "target_link_uri": ours.launch,
            "custom_parameters": _list_parameters(wishes, document),
            "claims": ["iss", "sub", *list_offered(CLAIMS, document.get("claims_supported"))],
            "messages": _list_messages(wishes, document, ours),
            **_list_extensions(wishes),
        },
    }


def _list_scopes(supported: object) -> list[str]:
    """Never `openid`: a Canvas of 2024 refuses the whole registration for it."""
    is_offered = isinstance(supported, list) and NOTICE_SCOPE in supported
    return [*list_offered(SCOPES, supported), *([NOTICE_SCOPE] if is_offered else [])]


def _list_parameters(wishes: Wishes, document: Mapping[str, Any]) -> dict[str, str]:
    known = list_offered((value[1:] for value in wishes.parameters.values()), list_variables(document))
    return {name: value for name, value in wishes.parameters.items() if value[1:] in known}


def _list_extensions(wishes: Wishes) -> dict[str, Any]:
    if wishes.extensions is None:
        return {}
    named = {"privacy_level": wishes.privacy_level, "tool_id": wishes.tool_id}
    return {f"{wishes.extensions}{name}": value for name, value in named.items() if value is not None}


def _list_messages(wishes: Wishes, document: Mapping[str, Any], ours: ToolAddresses) -> list[dict[str, Any]]:
    offered = list_messages(document)
    written = (_write_message(wish, wishes.extensions or "", offered, ours) for wish in wishes.messages)
    return [message for message in written if message is not None]


def _write_message(
    wish: Wish, extensions: str, offered: Mapping[str, list[str]] | None, ours: ToolAddresses
) -> dict[str, Any] | None:
    """The wish in this platform's words; None where it is not on offer."""
    kind = _find_name(wish.message, offered)
    if kind is None:
        return None
    message: dict[str, Any] = {"type": kind, "target_link_uri": ours.launch, "label": wish.label}
    if wish.placement is None:
        return message
    # In newer versions names are whole addresses, before they were short words; what is not listed is refused.
    names = (extensions + wish.placement, wish.placement)
    place = next((name for name in names if name in (offered or {}).get(kind, ())), None)
    return None if place is None else {**message, "placements": [place], **_list_options(wish, extensions)}


def _find_name(kind: str, offered: Mapping[str, list[str]] | None) -> str | None:
    if offered is None:
        return kind if kind in _ALWAYS else None
    names = (kind, _DRAFT_NAMES.get(kind, kind))
    return next((name for name in names if name in offered), None)


def _list_options(wish: Wish, extensions: str) -> dict[str, Any]:
    named = {
        f"{wish.placement}/default_enabled": wish.is_on_in_new_courses, "visibility": wish.visibility,
        "launch_width": wish.width, "launch_height": wish.height,
    }  # fmt: skip
    return {f"{extensions}{name}": value for name, value in named.items() if value is not None}
