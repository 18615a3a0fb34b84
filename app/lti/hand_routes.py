"""The pages of an invitation for people: which LMS it is, how it is installed there, and what it gave back."""

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.lti import invitations, pages
from app.lti.finishing import finish
from app.lti.hand_forms import SAME_AS, Given, Manner, describe, read_given
from app.lti.hand_pages import build_page
from app.lti.hand_registering import WhichSite, find_keyset_problem, register_by_hand
from app.lti.platform_profiles import find_by_key
from app.lti.refusals import Refused
from app.lti.registering import in_own_thread
from app.lti.renewal import Candidate, Renewal
from app.lti.tool_addresses import ToolAddresses
from app.web.deps import HouseDep
from app.web.errors import NotFound
from app.web.forms import Form, PostedForm
from app.web.guards import Public
from app.web.house import House
from app.web.limits import require_patience
from app.web.templating import render

router = APIRouter()
OWN = "own"
UNPROCESSABLE = 422


@dataclass(frozen=True)
class _Here:
    """Which invitation's page of which LMS is open."""

    request: Request
    house: House
    token: str
    manner: Manner


@router.get("/lti/register/{token}/{lms}", name="lti.by_hand", dependencies=[Public])
def show(request: Request, house: HouseDep, token: str, lms: str, server: str = "") -> Response:
    require_patience(request, house.limits.registration)
    here = _Here(request, house, token, _find_manner(lms, server))
    try:
        return _show(here, Given(here.manner, {}))
    except Refused as refusal:
        return pages.show_refusal(request, refusal)


@router.post("/lti/register/{token}/{lms}", name="lti.by_hand", dependencies=[Public])
async def connect(request: Request, house: HouseDep, token: str, lms: str, form: PostedForm) -> Response:
    require_patience(request, house.limits.registration)
    here = _Here(request, house, token, _find_manner(lms, form.one("server")))
    try:
        return await in_own_thread(partial(_connect, here, form))
    except Refused as refusal:
        return pages.show_refusal(request, refusal)


def _find_manner(lms: str, server: str) -> Manner:
    profile = find_by_key(lms)
    if profile is None:
        raise NotFound
    return Manner(profile, is_own_server=server == OWN and bool(profile.shared_sites))


def _connect(here: _Here, form: Form) -> Response:
    house = here.house
    _get_institution(here)
    allow_http = house.settings.is_development
    given = read_given(here.manner, form, is_refused=house.outbound.refuses, allow_http=allow_http)
    if given.problems:
        return _show(here, given)
    connection = describe(given)
    problem = find_keyset_problem(house, connection.endpoints.keyset_url)
    if problem is not None:
        given.problems[here.manner.list_fields()[0]] = problem
        return _show(here, given)
    try:
        renewal = Renewal(form.one(SAME_AS))
        kept = register_by_hand(house, invitation=here.token, connection=connection, renewal=renewal)
    except WhichSite as question:
        return _show(here, given, question.candidates)
    return render(here.request, "lti/registered.html", finished=finish(house, kept, here.manner.profile))


def _get_institution(here: _Here) -> str:
    """Its name. Raises Refused where the invitation is spent, before anything else is done."""
    with here.house.database.reading() as db:
        return invitations.find_institution(db, token=here.token, now=here.house.clock()).name


def _show(here: _Here, given: Given, candidates: tuple[Candidate, ...] = ()) -> Response:
    institution, base_url = _get_institution(here), here.house.settings.base_url
    own = invitations.uuid_of(here.token)
    page = build_page(
        here.manner,
        ToolAddresses(base_url, own_login=own if here.manner.asks_server else None, own_keys=own),
        invitation=f"{base_url.rstrip('/')}/lti/register/{here.token}",
        given=given,
        candidates=candidates,
    )
    status = UNPROCESSABLE if given.problems or candidates else 200
    values = {"page": page, "token": here.token, "institution": institution}
    return render(here.request, "lti/by_hand.html", status=status, **values)
