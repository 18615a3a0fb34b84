"""The operator's console: institutions, registration links, connections, deployments that wait, keys."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.admin import connection_queries, operator
from app.admin import operator_queries as queries
from app.lti.invitations import LIFETIME
from app.lti.key_rotation import PUBLISHED_BEFORE
from app.lti.keys import NEXT
from app.web import operators
from app.web.cookies import OPERATOR, set_strict_cookie
from app.web.deps import DbSession, HouseDep, Now
from app.web.errors import ConsoleClosed, NotFound
from app.web.forms import PostedForm
from app.web.guards import Operator, Public
from app.web.headers import NOBODY
from app.web.templating import render, see_other
from app.web.texts import gettext as _

router = APIRouter()
REFUSED = 422
LONGEST_NAME = 200


@router.get("/operator/enter/{token}", name="operator.enter", dependencies=[Public])
def show_door(request: Request, token: str, db: DbSession, now: Now) -> Response:
    """A button, because programs that look at links in messages must not spend them."""
    request.state.frame_origins = NOBODY
    if not operators.is_open(db, token=token, now=now):
        raise ConsoleClosed
    return render(request, "operator/door.html", token=token)


@router.post("/operator/enter/{token}", name="operator.enter", dependencies=[Public])
def enter(request: Request, token: str, db: DbSession, now: Now) -> Response:
    request.state.frame_origins = NOBODY
    session = operators.open_console(db, link=token, now=now)
    if session is None:
        raise ConsoleClosed
    response = see_other(request, "operator.home")
    set_strict_cookie(response, OPERATOR, session)
    return response


@router.post("/operator/leave", name="operator.leave")
def leave(request: Request, here: Operator, db: DbSession, now: Now) -> Response:
    operators.end(db, console=here, now=now)
    response = see_other(request, "operator.home")
    set_strict_cookie(response, OPERATOR, "", max_age=0)
    return response


@router.get("/operator", name="operator.home")
def show_home(request: Request, here: Operator, db: DbSession) -> Response:  # noqa: ARG001  a guard's value
    return _show_home(request, db)


def _show_home(request: Request, db: DbSession, *, typed: str = "", wrong: str | None = None) -> Response:
    return render(
        request,
        "operator/home.html",
        status=REFUSED if wrong else 200,
        institutions=queries.list_institutions(db),
        pending=queries.list_pending(db),
        sites=queries.list_sites(db),
        typed=typed,
        wrong=wrong,
    )


@router.post("/operator/invitations", name="operator.invite")
def invite(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request,
    here: Operator,  # noqa: ARG001  a guard's value
    form: PostedForm,
    db: DbSession,
    now: Now,
    house: HouseDep,
) -> Response:
    """Shows the link once, in the answer itself: only its hash is kept."""
    name = " ".join(form.one("name").split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        wrong = _("Write the institution's name, in at most 200 characters.")
        return _show_home(request, db, typed=name[:LONGEST_NAME], wrong=wrong)
    token = operator.invite(db, name=name, now=now)
    link = f"{house.settings.base_url.rstrip('/')}/lti/register/{token}"
    return render(request, "operator/link.html", name=name, link=link, ends_at=now + LIFETIME)


@router.get("/operator/institutions/{institution}", name="operator.institution")
def show_institution(
    request: Request,
    here: Operator,  # noqa: ARG001  a guard's value
    institution: UUID,
    db: DbSession,
    now: Now,
) -> Response:
    found = queries.find_institution(db, uuid=institution)
    if found is None:
        raise NotFound
    return render(
        request,
        "operator/institution.html",
        institution=found,
        connections=queries.list_connections(db, institution=found),
        invitations=queries.list_open_invitations(db, institution=found, now=now),
    )


@router.post("/operator/institutions/{institution}/code", name="operator.make_code")
def make_code(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request,
    here: Operator,  # noqa: ARG001  a guard's value
    institution: UUID,
    form: PostedForm,
    db: DbSession,
    now: Now,
) -> Response:
    code = operator.make_code(db, institution=institution, right=form.one("right"), now=now)
    return render(request, "operator/code.html", code=code, right=form.one("right"), institution=institution)


@router.post("/operator/institutions/{institution}/withdraw", name="operator.withdraw")
def withdraw(
    request: Request,
    here: Operator,  # noqa: ARG001  a guard's value
    institution: UUID,
    db: DbSession,
    now: Now,
) -> Response:
    operator.withdraw_invitations(db, institution=institution, now=now)
    return see_other(request, "operator.institution", institution=institution)


@router.post("/operator/connections/{connection}", name="operator.switch")
def switch(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request,
    here: Operator,  # noqa: ARG001  a guard's value
    connection: UUID,
    form: PostedForm,
    db: DbSession,
    now: Now,
) -> Response:
    if form.one("state") not in {"open", "closed"}:
        raise NotFound
    institution = operator.switch(db, connection=connection, is_active=form.one("state") == "open", now=now)
    if institution is None:
        return see_other(request, "operator.home")
    return see_other(request, "operator.institution", institution=institution)


@router.post("/operator/deployments/{deployment}", name="operator.assign")
def assign(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request,
    here: Operator,  # noqa: ARG001  a guard's value
    deployment: UUID,
    form: PostedForm,
    db: DbSession,
    now: Now,
) -> Response:
    try:
        site = UUID(form.one("site"))
    except ValueError:
        raise NotFound from None
    operator.assign(db, deployment=deployment, site=site, now=now)
    return see_other(request, "operator.home")


@router.get("/operator/keys", name="operator.keys")
def show_keys(request: Request, here: Operator, db: DbSession) -> Response:  # noqa: ARG001  a guard's value
    keys = connection_queries.list_all_keys(db)
    signs_at = max((key.created_at + PUBLISHED_BEFORE for key, _name in keys if key.state == NEXT), default=None)
    return render(request, "operator/keys.html", keys=keys, signs_at=signs_at)


@router.post("/operator/keys", name="operator.rotate")
def rotate(request: Request, here: Operator, db: DbSession, house: HouseDep) -> Response:  # noqa: ARG001  a guard's value
    operator.rotate_keys(db, house)
    return see_other(request, "operator.keys")
