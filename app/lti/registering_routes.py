"""The pages that an LMS opens to register: what will be shared, one button, and the end."""

import asyncio
from functools import partial
from weakref import WeakKeyDictionary

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.lti import invitations, pages
from app.lti.refusals import Reason, Refused
from app.lti.registering import Asked, register
from app.membership import codes
from app.web.deps import HouseDep
from app.web.forms import Form, PostedForm, parse_form
from app.web.guards import Public
from app.web.house import House
from app.web.templating import render
from app.web.texts import gettext as _

router = APIRouter()
LONGEST_FIELD = 16_384
# A platform that answers slowly keeps a few of these threads, never one that pages need.
_REGISTRATIONS_AT_ONCE = 4
_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, CapacityLimiter] = WeakKeyDictionary()


@router.get("/lti/register/{token}", name="lti.register", dependencies=[Public])
def show(request: Request, token: str, house: HouseDep) -> Response:
    """Asks the platform for nothing yet: the address of its configuration may work only once."""
    try:
        with house.database.reading() as db:
            institution = invitations.find_institution(db, token=token, now=house.clock())
        asked = _read_asked(parse_form(request.scope["query_string"]))
    except Refused as refusal:
        return pages.show_refusal(request, refusal)
    return render(request, "lti/register.html", token=token, institution=institution.name, asked=asked)


@router.post("/lti/register/{token}", name="lti.register", dependencies=[Public])
async def connect(request: Request, token: str, house: HouseDep, form: PostedForm) -> Response:
    limiter = _limiters.setdefault(asyncio.get_running_loop(), CapacityLimiter(_REGISTRATIONS_AT_ONCE))
    try:
        work = partial(_register, house, token, form)
        host, code = await to_thread.run_sync(work, limiter=limiter)
    except Refused as refusal:
        return pages.show_refusal(request, refusal)
    return render(request, "lti/registered.html", host=host, code=code)


def _register(house: House, token: str, form: Form) -> tuple[str, str | None]:
    """Whom we are connected with now, and the code that makes its administrator our LMS admin."""
    asked = _read_asked(form)
    if asked is None:
        raise Refused(Reason.BAD_REGISTRATION, detail=_("the LMS did not say where its configuration is"))
    registration = register(house, invitation=token, asked=asked)
    with house.database.writing() as db:
        code = codes.make_code_for_platform(db, platform_id=registration.platform_id, now=house.clock())
    return registration.issuer, code


def _read_asked(form: Form) -> Asked | None:
    """What the platform handed over; None for somebody who opened the invitation by hand."""
    url, token = form.one("openid_configuration"), form.one("registration_token")
    if max(len(url), len(token)) > LONGEST_FIELD or not token.isprintable() or not token.isascii():
        raise Refused(Reason.BAD_REGISTRATION, detail=_("what the LMS handed over is too long or cannot be read"))
    return Asked(url, token) if url else None
