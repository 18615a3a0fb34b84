"""The pages that an LMS opens to register: what will be shared, one button, and the end. By hand: which LMS it is."""

import base64
import json
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.lti import hand_routes, invitations, pages
from app.lti.finishing import Finished, finish
from app.lti.hand_forms import SAME_AS
from app.lti.hand_pages import Choice, list_questions
from app.lti.platform_profiles import list_profiles
from app.lti.refusals import Reason, Refused
from app.lti.registering import Asked, in_own_thread, register
from app.lti.renewal import Renewal, list_likely
from app.membership.models import Institution
from app.web.deps import HouseDep
from app.web.forms import Form, PostedForm, parse_form
from app.web.guards import Public
from app.web.house import House
from app.web.limits import require_patience
from app.web.templating import render
from app.web.texts import gettext as _

router = APIRouter()
LONGEST_FIELD = 16_384


@router.get("/lti/register/{token}", name="lti.register", dependencies=[Public])
def show(request: Request, token: str, house: HouseDep) -> Response:
    """Asks the platform for nothing yet: the address of its configuration may work only once."""
    require_patience(request, house.limits.registration)
    try:
        with house.database.reading() as db:
            institution = invitations.find_institution(db, token=token, now=house.clock())
        asked = _read_asked(parse_form(request.scope["query_string"]))
    except Refused as refusal:
        return pages.show_refusal(request, refusal)
    if asked is None:
        profiles = list_profiles()
        return render(request, "lti/which_lms.html", token=token, institution=institution.name, profiles=profiles)
    questions = _list_questions(house, institution, asked)
    return render(
        request, "lti/register.html", token=token, institution=institution.name, asked=asked, questions=questions
    )


@router.post("/lti/register/{token}", name="lti.register", dependencies=[Public])
async def connect(request: Request, token: str, house: HouseDep, form: PostedForm) -> Response:
    require_patience(request, house.limits.registration)
    try:
        finished = await in_own_thread(partial(_register, house, token, form))
    except Refused as refusal:
        return pages.show_refusal(request, refusal)
    return render(request, "lti/registered.html", finished=finished)


def _register(house: House, token: str, form: Form) -> Finished:
    asked = _read_asked(form)
    if asked is None:
        raise Refused(Reason.BAD_REGISTRATION, detail=_("the LMS did not say where its configuration is"))
    return finish(house, register(house, invitation=token, asked=asked, renewal=Renewal(form.one(SAME_AS))))


def _read_asked(form: Form) -> Asked | None:
    """What the platform handed over; None for somebody who opened the invitation by hand."""
    url, token = form.one("openid_configuration"), form.one("registration_token")
    if max(len(url), len(token)) > LONGEST_FIELD or not token.isprintable() or not token.isascii():
        raise Refused(Reason.BAD_REGISTRATION, detail=_("what the LMS handed over is too long or cannot be read"))
    return Asked(url, token) if url else None


def _list_questions(house: House, institution: Institution, asked: Asked) -> tuple[Choice, ...]:
    with house.database.reading() as db:
        found = list_likely(db, institution_id=institution.id, configuration_url=asked.configuration_url)
    return list_questions(found, host=_read_host(asked.token))


def _read_host(token: str) -> str:
    """The school's host as Canvas's token names it. Unproven: it only decides which answer is chosen beforehand."""
    part = token.split(".")[1] if token.count(".") == 2 else ""  # noqa: PLR2004  a JWT's
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return ""
    host = claims.get("root_account_domain") if isinstance(claims, dict) else None
    return host if isinstance(host, str) else ""


router.routes.extend(hand_routes.router.routes)
