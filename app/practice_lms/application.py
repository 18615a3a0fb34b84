"""The one place where the practice LMS's parts meet."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from app.practice_lms import controls, launching, pages, registration_pages
from app.practice_lms.canvas import routes as canvas_routes
from app.practice_lms.moodle import routes as moodle_routes
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal, answer_refusal
from app.practice_lms.rendering import STATIC
from app.practice_lms.settings import PracticeSettings
from app.practice_lms.watching import WatchedServices


def create_practice_lms(settings: PracticeSettings) -> FastAPI:
    """The practice LMS as an application; `app.state.platform` is what tests hold."""
    app = FastAPI(title="Practice LMS", openapi_url=None, redirect_slashes=False)
    platform = Platform(settings)
    app.state.platform = platform
    app.add_exception_handler(Refusal, answer_refusal)
    app.add_middleware(WatchedServices, platform=platform)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    own = (pages.router, launching.router, registration_pages.router, controls.router)
    for router in (*own, *moodle_routes.ROUTERS, *canvas_routes.ROUTERS):
        # One flat list, as of the tool itself: what is included is worked out anew for each application.
        app.router.routes.extend(router.routes)
    return app
