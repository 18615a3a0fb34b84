"""Puts Cairn together: the one place where the parts meet. It reads as the table of contents."""

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path

import structlog
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.staticfiles import StaticFiles

from app import tables as tables  # a person's own data are looked for in all of them
from app.admin import routes as admin_routes
from app.assessment import routes as assessment_routes
from app.config import Settings
from app.credentials import routes as credentials_routes
from app.credentials.keeping_job import keeping_job
from app.dashboard import drawing
from app.dashboard import routes as dashboard_routes
from app.dashboard.drawing import picture_job
from app.db.session import Database
from app.jobs import Job
from app.learning import clarity
from app.learning import routes as learning_routes
from app.lti import column_routes, deliveries
from app.lti import routes as lti_routes
from app.lti.grades import score_job
from app.lti.key_rotation import rotation_job
from app.lti.making import line_item_job
from app.lti.notices import notice_job
from app.lti.roster.job import roster_job
from app.lti.subscriptions import subscription_job
from app.lti.tidying import tidying_job
from app.outbound.addresses import AddressRules
from app.outbound.http import Outbound
from app.programs import service as programs_service
from app.progress import service as progress_service
from app.progress.service import Listener
from app.web import routes as web_routes
from app.web.error_pages import add_error_pages
from app.web.gate import POSTGRES_WRITERS, Gate
from app.web.headers import SecurityHeaders
from app.web.house import Clock, Hook, House, now_utc
from app.web.signing import Signer
from app.web.templating import STATIC, STATIC_DIGEST
from modules import CONTENT, Library

# Routes are looked through in order; these three make a launch, and come first.
FIRST_ROUTES = ("lti.login", "lti.launch", "learning.home")
ROUTERS = (
    lti_routes.router,
    web_routes.router,
    learning_routes.router,
    assessment_routes.router,
    credentials_routes.router,
    dashboard_routes.router,
    column_routes.router,
    admin_routes.router,
)
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
# An operator's own modules, below the data folder.
OWN_CONTENT = "content"
FOREVER = "public, max-age=31536000, immutable"
log = structlog.get_logger()


def create_app(
    settings: Settings, *, clock: Clock = now_utc, outbound: Outbound | None = None, library: Library | None = None
) -> FastAPI:
    """One running Cairn from its settings; over other content where a library is given."""
    house = build_house(settings, clock=clock, outbound=outbound, library=library)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, telemetry=NO_TELEMETRY)
    app.state.house = house
    for router in ROUTERS:
        # One flat list: a router within a router would be looked through twice on each request.
        app.router.routes.extend(router.routes)
    app.router.routes.sort(key=lambda route: getattr(route, "name", "") not in FIRST_ROUTES)
    app.mount(f"/static/{STATIC_DIGEST}", _ImmutableFiles(directory=STATIC), name="static")
    add_error_pages(app)
    app.add_middleware(SecurityHeaders, is_development=settings.is_development)
    return app


def build_house(
    settings: Settings, *, clock: Clock = now_utc, outbound: Outbound | None = None, library: Library | None = None
) -> House:
    """What requests, jobs and the command line share."""
    library = library or load_library(settings.data_dir / OWN_CONTENT)
    database = Database(settings.database)
    return House(
        settings=settings,
        database=database,
        gate=Gate(1 if database.is_sqlite else POSTGRES_WRITERS),
        library=library,
        signer=Signer(settings.secret),
        outbound=outbound or Outbound(AddressRules(settings.is_development, settings.allowed_private_networks)),
        clock=clock,
        before_commit=hooks_before_commit(library),
        read_role_clarity=clarity.read_role_clarity,
    )


def load_library(own: Path) -> Library:
    """Our content and the operator's own folder. What is wrong in either is logged, and left out of the courses."""
    return _load_library((CONTENT, own) if own.exists() else (CONTENT,))


@lru_cache(maxsize=8)
def _load_library(roots: tuple[Path, ...]) -> Library:
    """Content is read once for each process; it is frozen, so apps may share it."""
    library, problems = Library.load(roots)
    for problem in problems:
        log.warning("content problem", problem=str(problem))
    return library


def list_listeners(library: Library) -> Sequence[Listener]:
    """Who hears of a fact, in this order. Requests, jobs and seed settle through the same list."""
    program = programs_service.default_program([module.id for module in library.modules])
    return (partial(programs_service.hear_fact, program=program), drawing.hear_fact, deliveries.hear_fact)


def list_jobs() -> Sequence[Job]:
    """What is done in the background, by `cairn serve` or `cairn worker`."""
    return (
        score_job(),
        line_item_job(),
        roster_job(),
        subscription_job(),
        notice_job(),
        rotation_job(),
        tidying_job(),
        picture_job(),
        keeping_job(),
    )


def hooks_before_commit(library: Library) -> tuple[Hook, ...]:
    return (partial(progress_service.settle, listeners=list_listeners(library)),)


class _ImmutableFiles(StaticFiles):
    """Static files live under their digest, so a browser may keep them for ever."""

    def file_response(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = FOREVER
        return response
