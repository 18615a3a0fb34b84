"""The configuration that a Canvas reads from an address or from its paste field, where nothing registers by itself."""

from typing import Any

from app.lti.platform_profiles import Profile, Wish
from app.lti.scopes import NOTICE_SCOPE, SCOPES
from app.lti.tool_addresses import ToolAddresses
from app.lti.tool_configuration import NAME, describe


def build_canvas_configuration(profile: Profile, ours: ToolAddresses) -> dict[str, Any]:
    """Canvas's own shape (`samples/canvas/canvas-config.json`). It holds no secret: every school reads the same."""
    wishes = profile.registration
    placements = [_write_placement(wish, ours) for wish in wishes.messages if wish.placement is not None]
    return {
        "title": NAME,
        "description": describe(),
        "oidc_initiation_url": ours.login,
        "target_link_uri": ours.launch,
        "public_jwk_url": ours.keyset,
        "scopes": [*SCOPES, NOTICE_SCOPE],
        "custom_fields": dict(wishes.parameters),
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": ours.domain,
                "tool_id": wishes.tool_id,
                "privacy_level": wishes.privacy_level,
                "settings": {"text": NAME, "icon_url": ours.logo, "placements": placements},
            }
        ],
    }


def _write_placement(wish: Wish, ours: ToolAddresses) -> dict[str, Any]:
    turned = {None: None, True: "enabled", False: "disabled"}[wish.is_on_in_new_courses]
    named = {
        "placement": wish.placement, "enabled": True, "message_type": wish.message, "target_link_uri": ours.launch,
        "text": wish.label, "default": turned, "visibility": wish.visibility, "selection_width": wish.width,
        "selection_height": wish.height,
    }  # fmt: skip
    return {name: value for name, value in named.items() if value is not None}
