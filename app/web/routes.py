"""What belongs to every page: leaving, the choice of light or dark, and health."""

from fastapi import APIRouter, Request
from sqlalchemy import text
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.db.schema import is_at_head
from app.web import session, ticket_routes
from app.web.cookies import LOOK, SESSION, drop_cookie, set_cookie
from app.web.deps import DbSession, HouseDep, Now
from app.web.forms import PostedForm
from app.web.guards import Learner, Public
from app.web.lean import LeanRoute
from app.web.returning import write_course_url
from app.web.templating import LOOKS, render, see_other
from app.web.texts import gettext as _

router = APIRouter(route_class=LeanRoute)
router.routes.extend(ticket_routes.router.routes)
A_YEAR = 31_536_000


@router.post("/leave", name="web.leave")
def leave(request: Request, here: Learner, db: DbSession, now: Now) -> Response:
    session.end_session(db, session=here.session, now=now)
    request.state.visitor = None
    told = _("You have left Cairn. Everything you saved is kept.")
    course_url = write_course_url(here.session.return_url, lti_msg=told)
    response = render(request, "left.html", course_url=course_url)
    drop_cookie(response, SESSION)
    return response


@router.post("/look", name="web.look")
def look(request: Request, here: Learner, form: PostedForm) -> Response:  # noqa: ARG001  a guard's value
    chosen, back = form.one("look"), form.one("back")
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    response = RedirectResponse(back, status_code=303) if is_ours else see_other(request, "learning.home")
    if chosen in LOOKS:
        set_cookie(response, LOOK, chosen, max_age=A_YEAR)
    else:
        drop_cookie(response, LOOK)
    return response


@router.get("/health/live", name="web.live", dependencies=[Public])
async def live(request: Request) -> Response:  # noqa: ARG001  a lean route takes the request
    return JSONResponse({"status": "live"})


@router.get("/health/ready", name="web.ready", dependencies=[Public])
def ready(house: HouseDep) -> Response:
    """Ready means: the database answers and its schema is the one that this code was written for."""
    try:
        with house.database.reading() as db:
            db.execute(text("SELECT 1"))
            is_current = is_at_head(db)
    except Exception:  # noqa: BLE001  whatever is wrong with the database, the answer is the same
        return JSONResponse({"status": "not ready", "why": "database"}, status_code=503)
    if not is_current:
        return JSONResponse({"status": "not ready", "why": "migrations"}, status_code=503)
    return JSONResponse({"status": "ready"})
