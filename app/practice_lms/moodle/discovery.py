"""Moodle's public descriptions of itself: key set and openid-configuration."""

from typing import Any

from fastapi import APIRouter

from app.practice_lms.dependencies import ThePlatform, only_in
from app.practice_lms.words import LINEITEM, LINEITEM_READ, MEMBERS, PLATFORM_CONFIGURATION, RESULT_READ, SCORE

router = APIRouter(prefix="/mod/lti", dependencies=[only_in("moodle")])

SCOPES = (LINEITEM_READ, RESULT_READ, SCORE, LINEITEM, MEMBERS)
VARIABLES = (
    "Context.id", "Context.title", "Context.label", "Context.id.history", "Context.sourcedId", "CourseSection.title",
    "CourseSection.label", "CourseSection.sourcedId", "ResourceLink.id", "ResourceLink.title",
    "ResourceLink.description", "User.id", "User.username", "Person.name.full", "Person.name.given",
    "Person.name.family", "Person.email.primary", "Person.sourcedId", "Person.address.timezone", "LineItem.url",
    "Moodle.Person.userGroupIds",
)  # fmt: skip


@router.get("/certs.php", name="moodle.jwks")
def show_keys(platform: ThePlatform) -> dict[str, Any]:
    return platform.keys.jwks()


@router.get("/openid-configuration.php", name="moodle.configuration")
def show_configuration(platform: ThePlatform) -> dict[str, Any]:
    """Moodle asks for no token here."""
    urls = platform.urls
    return {
        "issuer": urls.issuer,
        "token_endpoint": urls.token,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": urls.jwks,
        "authorization_endpoint": urls.authorization,
        "registration_endpoint": urls.registration,
        "scopes_supported": [*SCOPES, "openid"],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        PLATFORM_CONFIGURATION: _platform_configuration(),
    }


def _platform_configuration() -> dict[str, Any]:
    deep_linking = {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]}
    return {
        "product_family_code": "moodle",
        "version": "4.5.6 (practice LMS)",
        "messages_supported": [{"type": "LtiResourceLinkRequest"}, deep_linking],
        "variables": list(VARIABLES),
    }
