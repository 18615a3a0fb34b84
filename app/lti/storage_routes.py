"""The launch of a browser that keeps no cookie of ours: what we ask of the LMS's storage, and what comes back."""

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.lti import pages
from app.lti.desk import desk_of
from app.lti.launching import Entered, Posted, enter, in_own_thread
from app.lti.logins import Login, write_authentication
from app.lti.posts import LaunchForm, read_launch_form
from app.lti.refusals import Reason, Refused
from app.lti.registrations import Registered
from app.lti.states import State, hash_text, read_state
from app.lti.storage import Offer, Question, check_sender, find_place, make_secret, tells_its_site
from app.web.guards import Public
from app.web.house import House, house_of
from app.web.lean import LeanRoute
from app.web.templating import path_for

router = APIRouter(route_class=LeanRoute)


def make_offer(request: Request, login: Login, registered: Registered) -> Offer | None:
    """A fresh secret for the LMS to keep, and where to go on; None where the LMS offers nothing.

    None also where this browser could not prove afterwards that our own page sent the secret: then better a new tab
    now, while the LMS's hint is unspent.
    """
    if not login.storage_target or not tells_its_site(request):
        return None
    house, secret = house_of(request), make_secret()
    secret_hash, target = hash_text(secret), login.storage_target
    place = find_place(house, registered, target=target, secret_hash=secret_hash)
    if place is None:
        return None
    onward = write_authentication(house, login, registered, secret_hash=secret_hash, storage_target=target)
    return Offer(place, secret, onward)


async def ask_browser(request: Request, posted: LaunchForm, state: State) -> Response:
    """The page that fetches the secret. The token is not looked at yet. Raises Refused for a closed registration."""
    return await in_own_thread(partial(_show_question, request, house_of(request), posted, state))


def _show_question(request: Request, house: House, posted: LaunchForm, state: State) -> Response:
    registered = desk_of(house).registrations.get_open(house.database, registration_id=state.registration_id)
    place = find_place(house, registered, target=state.storage_target, secret_hash=state.secret_hash)
    if place is None:
        raise Refused(Reason.COOKIES_BLOCKED)
    return pages.show_question(request, Question(place, posted.id_token, posted.state))


@router.post("/lti/launch/stored", name="lti.stored", dependencies=[Public])
async def launch_stored(request: Request) -> Response:
    """The launch itself, posted by our own page with what the LMS had kept. It ends in a ticket, not in a cookie."""
    house, registration_id = house_of(request), None
    try:
        posted = await read_launch_form(request)
        state = read_state(house.signer, posted.state, now=house.clock())
        registration_id = state.registration_id
        check_sender(request, posted, state)
        entered = await enter(house, Posted(posted.id_token, posted.state, state))
    except Refused as refusal:
        return await in_own_thread(partial(pages.refuse, request, refusal, registration_id))
    return _let_into_tab(request, entered)


def _let_into_tab(request: Request, entered: Entered) -> Response:
    request.state.frame_origins = " ".join(entered.frame_origins)
    place = path_for(request, entered.destination.name, **entered.destination.params)
    return pages.show_ticket(request, entered.ticket, place)
