"""What an LMS and its administrators may read of us without signing in: privacy, terms, logo, Canvas's file."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.lti.canvas_configuration import build_canvas_configuration
from app.lti.platform_profiles import find_by_key
from app.lti.tool_addresses import ToolAddresses
from app.web.deps import HouseDep
from app.web.errors import NotFound
from app.web.guards import Public
from app.web.house import House
from app.web.templating import STATIC, render

router = APIRouter()
# The same for all; an LMS may keep it for an hour.
FOR_AN_HOUR = "public, max-age=3600"
FOR_A_DAY = "public, max-age=86400"
EVERYBODY = "cairn"


@router.get("/lti/privacy", name="lti.privacy", dependencies=[Public])
def show_privacy(request: Request) -> Response:
    return render(request, "lti/privacy.html")


@router.get("/lti/terms", name="lti.terms", dependencies=[Public])
def show_terms(request: Request) -> Response:
    return render(request, "lti/terms.html")


@router.get("/lti/logo.svg", name="lti.logo", dependencies=[Public])
def show_logo() -> Response:
    """The logo under an address that no release changes, for the LMSs that were told it."""
    content = (STATIC / "logo.svg").read_bytes()
    return Response(content, media_type="image/svg+xml", headers={"cache-control": FOR_A_DAY})


@router.get("/lti/canvas/{name}.json", name="lti.canvas", dependencies=[Public])
def show_canvas_configuration(house: HouseDep, name: str, keys: str = "") -> Response:
    """Named `cairn`; or by a registration's uuid, for a server that needs a login address of its own.

    `keys` is the uuid under which the registration's public keys lie.
    """
    profile = find_by_key("canvas")
    assert profile is not None
    configuration = build_canvas_configuration(profile, _read_addresses(house, name, keys))
    return JSONResponse(configuration, headers={"cache-control": FOR_AN_HOUR})


def _read_addresses(house: House, name: str, keys: str) -> ToolAddresses:
    try:
        own_login = None if name == EVERYBODY else UUID(name)
        own_keys = UUID(keys) if keys else None
    except ValueError as error:
        raise NotFound from error
    return ToolAddresses(house.settings.base_url, own_login=own_login, own_keys=own_keys)
