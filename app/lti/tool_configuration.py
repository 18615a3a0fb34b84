"""What we tell a platform at registration: our addresses, and of our wishes those that it offers."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from app.lti.addresses import LONGEST_ORIGIN, find_origin
from app.lti.custom_claims import CANVAS_PARAMETERS
from app.lti.refusals import Reason, Refused
from app.lti.texts import clean_text
from app.web.texts import gettext as _

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CANVAS = "https://canvas.instructure.com/lti/"
# Their self-hosted copies often keep these names, so the host that answers may be another.
SHARED_ISSUERS = frozenset(f"https://canvas{environment}.instructure.com" for environment in ("", ".beta", ".test"))
SCOPES = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)
CLAIMS = ("name", "given_name", "family_name", "email")
MESSAGE = "LtiResourceLinkRequest"
PLACEMENTS = ("course_navigation", "assignment_selection", "link_selection")
_ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")


def check_configuration(document: object, *, url: str, allow_http: bool) -> dict[str, Any]:
    """The platform's configuration, if it speaks for the host that it came from. Raises Refused."""
    if not isinstance(document, dict) or not isinstance(document.get("issuer"), str):
        raise Refused(Reason.BAD_REGISTRATION, detail=_("what the LMS calls its configuration is none"))
    wrong = [name for name in _ADDRESSES if find_origin(document.get(name), allow_http=allow_http) is None]
    if wrong:
        raise Refused(Reason.BAD_REGISTRATION, detail=_("the LMS names no usable {name}").format(name=wrong[0]))
    if len(document["issuer"]) > LONGEST_ORIGIN:
        raise Refused(Reason.BAD_REGISTRATION, detail=_("the LMS names no usable {name}").format(name="issuer"))
    issuer, asked = (find_origin(one, allow_http=allow_http) for one in (document["issuer"], url))
    if issuer is None or (issuer != asked and document["issuer"] not in SHARED_ISSUERS):
        raise Refused(Reason.BAD_REGISTRATION, detail=_("the LMS speaks for another host than its own"))
    return document


def build_metadata(document: Mapping[str, Any], *, base_url: str) -> dict[str, Any]:
    """The body of our registration request, no wider than what this platform says that it knows."""
    base, launch = base_url.rstrip("/"), f"{base_url.rstrip('/')}/lti/launch"
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": f"{base}/lti/login",
        "redirect_uris": [launch],
        "client_name": "Cairn",
        "client_uri": base,
        "jwks_uri": f"{base}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(_offered(SCOPES, document.get("scopes_supported"))),
        TOOL: {
            "domain": urlsplit(base).netloc,
            "description": _("Coach training for medical education"),
            "target_link_uri": launch,
            "custom_parameters": _list_parameters(document),
            "claims": ["iss", "sub", *_offered(CLAIMS, document.get("claims_supported"))],
            "messages": _list_messages(document, launch),
            **({f"{CANVAS}privacy_level": "public"} if is_canvas(document) else {}),
        },
    }


def read_product(document: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The LMS's product and version, as it writes them."""
    platform = _platform(document)
    return clean_text(platform.get("product_family_code"), most=64), clean_text(platform.get("version"), most=64)


def is_canvas(document: Mapping[str, Any]) -> bool:
    return read_product(document)[0] == "canvas"


def read_audience(document: Mapping[str, Any]) -> str | None:
    """What token requests must name as audience, where the platform gives a whole URL for it (Canvas: a bare host)."""
    audience = document.get("authorization_server")
    return audience if isinstance(audience, str) and audience.startswith("https://") else None


def _platform(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = document.get(PLATFORM)
    return found if isinstance(found, dict) else {}


def _offered(wanted: Iterable[str], supported: object) -> list[str]:
    """Of what we want, what is offered; all of it where the platform does not say."""
    return [one for one in wanted if not isinstance(supported, list) or one in supported]


def _list_parameters(document: Mapping[str, Any]) -> dict[str, str]:
    if not is_canvas(document):
        return {}
    known = _offered((value[1:] for value in CANVAS_PARAMETERS.values()), _platform(document).get("variables"))
    return {name: value for name, value in CANVAS_PARAMETERS.items() if value[1:] in known}


def _list_messages(document: Mapping[str, Any], launch: str) -> list[dict[str, Any]]:
    """Platforms list their messages as words or as objects, and Canvas refuses a placement that it did not list."""
    listed = _platform(document).get("messages_supported")
    message = {"type": MESSAGE, "target_link_uri": launch, "label": _("Coach training")}
    if not is_canvas(document):
        return [message]
    offers = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    offered = [place for one in offers if one.get("type") == MESSAGE for place in _places(one)]
    wanted = [place for name in PLACEMENTS for place in (CANVAS + name, name) if place in offered]
    return [{**message, "placements": wanted, f"{CANVAS}course_navigation/default_enabled": False}]


def _places(offer: Mapping[str, Any]) -> list[str]:
    places = offer.get("placements")
    return [place for place in places if isinstance(place, str)] if isinstance(places, list) else []
