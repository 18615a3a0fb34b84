"""An LMS's configuration at dynamic registration: whether it speaks for itself, and what it offers."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.lti import audiences
from app.lti.addresses import LONGEST_ORIGIN, find_origin
from app.lti.platform_profiles import Profile, find_shared_site, recognize
from app.lti.refusals import Reason, Refused
from app.lti.texts import clean_text
from app.web.texts import gettext as _

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
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
    if issuer is None or (issuer != asked and find_shared_site(document["issuer"]) is None):
        raise Refused(Reason.BAD_REGISTRATION, detail=_("the LMS speaks for another host than its own"))
    return document


def find_own_site(document: Mapping[str, Any], *, url: str, allow_http: bool) -> str:
    """The origin of a school's own server that keeps an issuer which others share; "" for everybody else."""
    issuer, asked = (find_origin(one, allow_http=allow_http) for one in (document["issuer"], url))
    return "" if issuer == asked else asked or ""


def read_product(document: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The LMS's product and version, as it writes them."""
    platform = _platform(document)
    return clean_text(platform.get("product_family_code"), most=64), clean_text(platform.get("version"), most=64)


def read_profile(document: Mapping[str, Any]) -> Profile:
    return recognize(read_product(document)[0], document["issuer"])


def read_audience(document: Mapping[str, Any]) -> str | None:
    """What token requests must name as audience: a whole URL that the LMS names (Canvas: a bare host), else known."""
    named, token_url = document.get("authorization_server"), str(document.get("token_endpoint"))
    return audiences.choose(named, token_url=token_url, profile=read_profile(document))


def list_offered(wanted: Iterable[str], supported: object) -> list[str]:
    """Of what we want, what is offered; all of it where the platform does not say."""
    return [one for one in wanted if not isinstance(supported, list) or one in supported]


def list_variables(document: Mapping[str, Any]) -> object:
    return _platform(document).get("variables")


def list_messages(document: Mapping[str, Any]) -> dict[str, list[str]] | None:
    """The messages on offer and the placements of each; None where it does not say. Some LMSs list plain words."""
    listed = _platform(document).get("messages_supported")
    if not isinstance(listed, list):
        return None
    offered: dict[str, list[str]] = {}
    for one in listed:
        kind = one.get("type") if isinstance(one, dict) else one
        if isinstance(kind, str):
            offered.setdefault(kind, []).extend(_list_places(one) if isinstance(one, dict) else ())
    return offered


def _list_places(offer: Mapping[str, Any]) -> list[str]:
    places = offer.get("placements")
    return [place for place in places if isinstance(place, str)] if isinstance(places, list) else []


def _platform(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = document.get(PLATFORM)
    return found if isinstance(found, dict) else {}
