"""Health, connections, what a launch held, and the diagnosis: for LMS admins, and without learning data."""

from importlib.metadata import PackageNotFoundError, version
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from app.admin import connection_pages as pages
from app.admin import connection_queries as queries
from app.admin import connections, log
from app.admin.connection_pages import Typed
from app.admin.rules import EventKind
from app.lti import received
from app.lti.addresses import find_origin
from app.lti.policies import DeploymentPolicy
from app.lti.tool_addresses import ToolAddresses
from app.web.cookies import SESSION, drop_cookie
from app.web.deps import DbSession, HouseDep, Now
from app.web.downloads import attach
from app.web.errors import NotFound
from app.web.forms import PostedForm
from app.web.guards import LmsAdmin, Visitor
from app.web.house import house_of
from app.web.templating import render, see_other
from app.web.texts import gettext as _

router = APIRouter()
REFUSED = 422
_LONGEST_TYPED = 300


@router.get("/admin", name="admin.health")
def show_health(request: Request, here: LmsAdmin, db: DbSession, now: Now) -> Response:
    return render(request, "admin/health.html", page=_read_health(here, db, now))


def _read_health(here: Visitor, db: Session, now: Now) -> pages.HealthPage:
    readings = queries.read_connections(db, institution_id=here.user.institution_id)
    keys = queries.list_keys(db, {reading.registration.key_ring for reading in readings})
    return pages.make_health_page(readings, keys, now=now)


@router.post("/admin/diagnosis", name="admin.diagnosis")
def give_diagnosis(here: LmsAdmin, db: DbSession, now: Now) -> Response:
    """A file to send on. A form and no link, because the log keeps that it was taken."""
    found = pages.make_diagnosis(_read_health(here, db, now), version=_find_version(), now=now)
    log.note(db, EventKind.DIAGNOSIS_TAKEN, by=here.user, now=now)
    return JSONResponse(found, headers=attach("cairn-diagnosis.json"))


def _find_version() -> str:
    try:
        return version("cairn")
    except PackageNotFoundError:
        return "from a checkout"


@router.get("/admin/connections/{connection}", name="admin.connection")
def show_connection(request: Request, here: LmsAdmin, connection: UUID, db: DbSession, now: Now) -> Response:
    return _show_connection(request, _read_connection(here, connection, db, now))


def _show_connection(request: Request, page: pages.ConnectionPage, *, status: int = 200) -> Response:
    ours = ToolAddresses(house_of(request).settings.base_url, own_keys=page.registration.key_ring)
    return render(request, "admin/connection.html", status=status, page=page, our_keyset=ours.keyset)


def _read_connection(
    here: Visitor, connection: UUID, db: Session, now: Now, typed: Typed | None = None
) -> pages.ConnectionPage:
    found = queries.read_connections(db, institution_id=here.user.institution_id, uuid=connection)
    if not found:
        raise NotFound
    deployments = queries.list_deployments(db, registration=found[0].registration)
    origins = queries.list_origins(db, platform=found[0].platform)
    return pages.make_connection_page(found[0], deployments, origins, now=now, typed=typed or Typed())


@router.post("/admin/connections/{connection}/close", name="admin.close")
def close(request: Request, here: LmsAdmin, connection: UUID, db: DbSession, now: Now) -> Response:
    """Ends every session from that LMS; also the admin's own, if they came from there."""
    platform = connections.close(db, by=here.user, uuid=connection, now=now)
    if platform.id != here.user.platform_id:
        return see_other(request, "admin.connection", connection=connection)
    request.state.visitor = None
    response = render(request, "admin/closed.html", name=platform.name)
    drop_cookie(response, SESSION)
    return response


@router.post("/admin/connections/{connection}/open", name="admin.open")
def reopen(request: Request, here: LmsAdmin, connection: UUID, db: DbSession, now: Now) -> Response:
    connections.reopen(db, by=here.user, uuid=connection, now=now)
    return see_other(request, "admin.connection", connection=connection)


@router.post("/admin/connections/{connection}/resend", name="admin.resend")
def resend(request: Request, here: LmsAdmin, connection: UUID, db: DbSession, now: Now) -> Response:
    connections.send_again(db, by=here.user, uuid=connection, now=now)
    return see_other(request, "admin.connection", connection=connection)


@router.post("/admin/connections/{connection}/services", name="admin.accept_services")
def accept_services(request: Request, here: LmsAdmin, connection: UUID, db: DbSession, now: Now) -> Response:
    connections.accept_services(db, by=here.user, uuid=connection, now=now)
    return see_other(request, "admin.connection", connection=connection)


@router.post("/admin/connections/{connection}/origins", name="admin.add_origin")
def add_origin(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: LmsAdmin, connection: UUID, form: PostedForm, db: DbSession, now: Now, house: HouseDep
) -> Response:
    typed = form.one("origin").strip()[:_LONGEST_TYPED]
    address = typed if "://" in typed else f"https://{typed}"
    origin = find_origin(address, allow_http=house.settings.is_development)
    if origin is None:
        wrong = _("This is no address that a browser could show in a frame. Write it as https://lms.example.edu.")
    elif not connections.add_origin(db, by=here.user, uuid=connection, origin=origin, now=now):
        wrong = _("There are 15 already, and that is the most. Remove one that is no longer used.")
    else:
        return see_other(request, "admin.connection", connection=connection)
    page = _read_connection(here, connection, db, now, Typed(typed, wrong))
    return _show_connection(request, page, status=REFUSED)


@router.post("/admin/connections/{connection}/origins/remove", name="admin.remove_origin")
def remove_origin(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: LmsAdmin, connection: UUID, form: PostedForm, db: DbSession, now: Now
) -> Response:
    connections.remove_origin(db, by=here.user, uuid=connection, origin=form.one("origin"), now=now)
    return see_other(request, "admin.connection", connection=connection)


@router.post("/admin/connections/{connection}/policy", name="admin.policy")
def set_policy(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: LmsAdmin, connection: UUID, form: PostedForm, db: DbSession, now: Now
) -> Response:
    if form.one("policy") not in set(DeploymentPolicy):
        raise NotFound
    policy = DeploymentPolicy(form.one("policy"))
    connections.set_policy(db, by=here.user, uuid=connection, policy=policy, now=now)
    return see_other(request, "admin.connection", connection=connection)


@router.post("/admin/connections/{connection}/anonymous", name="admin.anonymous")
def set_anonymous(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: LmsAdmin, connection: UUID, form: PostedForm, db: DbSession, now: Now
) -> Response:
    if form.one("state") not in {"open", "closed"}:
        raise NotFound
    is_allowed = form.one("state") == "open"
    connections.set_anonymous(db, by=here.user, uuid=connection, is_allowed=is_allowed, now=now)
    return see_other(request, "admin.connection", connection=connection)


@router.post("/admin/connections/{connection}/deployments/{deployment}", name="admin.decide_deployment")
def decide_deployment(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request,
    here: LmsAdmin,
    connection: UUID,
    deployment: UUID,
    form: PostedForm,
    db: DbSession,
    now: Now,
) -> Response:
    if form.one("state") not in {"open", "closed"}:
        raise NotFound
    connections.decide_deployment(
        db, by=here.user, uuid=connection, deployment=deployment, is_let_in=form.one("state") == "open", now=now
    )
    return see_other(request, "admin.connection", connection=connection)


@router.get("/admin/received", name="admin.received")
def show_received(request: Request, here: LmsAdmin, db: DbSession, now: Now) -> Response:
    page = pages.make_received_page(received.find(db, user=here.user, now=now))
    return render(request, "admin/received.html", page=page)


@router.post("/admin/received", name="admin.record")
def record(request: Request, here: LmsAdmin, db: DbSession, now: Now) -> Response:
    connections.record_next_launch(db, by=here.user, now=now)
    return see_other(request, "admin.received")
