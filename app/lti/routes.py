"""The addresses that a platform calls: login, launch and our public keys."""

from functools import partial
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.lti import (
    about_routes,
    key_rings,
    link_routes,
    message_routes,
    notice_routes,
    pages,
    picker_routes,
    registering_routes,
    storage_routes,
)
from app.lti.binding import BrowserSecret, is_same_browser, keep_secret, list_secrets, make_secret
from app.lti.desk import desk_of
from app.lti.launching import Entered, Posted, enter, in_own_thread
from app.lti.logins import LAUNCH_PATH, Login, read_login, write_authentication
from app.lti.posts import read_launch_form
from app.lti.refusals import Reason, Refused
from app.lti.registered import Asked
from app.lti.registrations import Registered
from app.lti.states import read_state
from app.web.cookies import SESSION, set_cookie
from app.web.errors import NotFound
from app.web.forms import Form, parse_form, read_form
from app.web.guards import Public
from app.web.house import House, house_of
from app.web.lean import LeanRoute
from app.web.limits import require_patience
from app.web.templating import path_for

# Login and launch name no dependency but their guard: each one more would cost a thread.
router = APIRouter(route_class=LeanRoute)
SEE_OTHER = 303
KEYS_MAX_AGE = "public, max-age=3600"


@router.get("/lti/login", name="lti.login", dependencies=[Public])
async def login_by_get(request: Request) -> Response:
    return await _answer_login(request, parse_form(request.scope["query_string"]))


@router.post("/lti/login", name="lti.login", dependencies=[Public])
async def login_by_post(request: Request) -> Response:
    return await _answer_login(request, await read_form(request))


@router.get("/lti/login/{own}", name="lti.own_login", dependencies=[Public])
async def own_login_by_get(request: Request, own: UUID) -> Response:
    """For a server that keeps an issuer which others share: their client ids may be the same."""
    return await _answer_login(request, parse_form(request.scope["query_string"]), own)


@router.post("/lti/login/{own}", name="lti.own_login", dependencies=[Public])
async def own_login_by_post(request: Request, own: UUID) -> Response:
    return await _answer_login(request, await read_form(request), own)


async def _answer_login(request: Request, form: Form, own: UUID | None = None) -> Response:
    """Writes nothing anywhere: what must be known at the launch travels in the state."""
    house = house_of(request)
    require_patience(request, house.limits.login)
    try:
        login = read_login(form, origin=house.settings.origin)
        return _go_on(request, house, login, await _get_registered(house, login, own))
    except Refused as refusal:
        return pages.show_refusal(request, refusal)


async def _get_registered(house: House, login: Login, own: UUID | None) -> Registered:
    """Without a thread where the registration was read a moment ago. Raises Refused."""
    shelf, asked = desk_of(house).registrations, Asked(login.issuer, login.client_id, own)
    found = shelf.find_kept(asked) or await to_thread.run_sync(shelf.find, house.database, asked)
    if found is None or not found.is_active:
        raise Refused(Reason.UNKNOWN_PLATFORM)
    return found


def _go_on(request: Request, house: House, login: Login, registered: Registered) -> Response:
    """To the platform with a browser that has a secret; to ourselves, once, with one that has none yet."""
    known = list_secrets(request.cookies)
    if known:
        return _with_secret(_to_platform(house, login, registered, known[0]), known[0])
    if not login.was_bounced:
        again = f"{request.url.path}?{login.bounce_query}"
        return _with_secret(RedirectResponse(again, SEE_OTHER), make_secret())
    return pages.show_new_tab(request, login.fields, storage_routes.make_offer(request, login, registered))


def _to_platform(house: House, login: Login, registered: Registered, secret: BrowserSecret) -> Response:
    return RedirectResponse(write_authentication(house, login, registered, secret_hash=secret.hash), SEE_OTHER)


def _with_secret(response: Response, secret: BrowserSecret) -> Response:
    keep_secret(response, secret)
    return response


@router.post(LAUNCH_PATH, name="lti.launch", dependencies=[Public])
async def launch(request: Request) -> Response:
    house, registration_id = house_of(request), None
    try:
        posted = await read_launch_form(request)
        state = read_state(house.signer, posted.state, now=house.clock())
        registration_id = state.registration_id
        posted.raise_error()
        if state.storage_target:
            return await storage_routes.ask_browser(request, posted, state)
        _check_browser(request, state.secret_hash)
        entered = await enter(house, Posted(posted.id_token, posted.state, state))
    except Refused as refusal:
        return await in_own_thread(partial(pages.refuse, request, refusal, registration_id))
    return _let_in(request, entered)


def _check_browser(request: Request, secret_hash: str) -> None:
    if not list_secrets(request.cookies):
        raise Refused(Reason.COOKIES_BLOCKED)
    if not is_same_browser(request.cookies, secret_hash):
        raise Refused(Reason.OTHER_BROWSER)


def _let_in(request: Request, entered: Entered) -> Response:
    request.state.frame_origins = " ".join(entered.frame_origins)
    place = path_for(request, entered.destination.name, **entered.destination.params)
    response = RedirectResponse(place, SEE_OTHER)
    set_cookie(response, SESSION, entered.token)
    return response


@router.get("/lti/jwks", name="lti.jwks", dependencies=[Public])
async def jwks(request: Request) -> Response:
    """Of connections of old, which share them."""
    house = house_of(request)
    require_patience(request, house.limits.login)
    return _show_keys(await key_rings.list_of_ring(house, None))


@router.get("/lti/jwks/{own}", name="lti.own_jwks", dependencies=[Public])
async def own_jwks(request: Request, own: UUID) -> Response:
    """Of one connection: its LMS takes nothing that we signed for another."""
    house = house_of(request)
    require_patience(request, house.limits.login)
    shown = await key_rings.list_shown(house, own)
    if shown is None:
        raise NotFound
    return _show_keys(shown)


def _show_keys(shown: list[dict[str, str]]) -> Response:
    return JSONResponse({"keys": shown}, headers={"cache-control": KEYS_MAX_AGE})


for more in (
    registering_routes, about_routes, link_routes, picker_routes, message_routes, notice_routes, storage_routes,
):  # fmt: skip
    router.routes.extend(more.router.routes)
