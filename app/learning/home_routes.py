"""Home, a module's front page, its end, its role card, and who can see what."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.learning import queries
from app.learning.opening import OpenModule
from app.learning.pages import home
from app.learning.pages import looks as look_pages
from app.learning.pages import module as module_pages
from app.learning.referral import make_page_text
from app.membership import looks
from app.membership import queries as membership_queries
from app.progress import queries as progress_queries
from app.web.deps import DbSession, DirectDb, Library
from app.web.guards import Learner
from app.web.lean import LeanRoute
from app.web.pdfs import lacks_file
from app.web.templating import render

router = APIRouter(route_class=LeanRoute)


@router.get("/", name="learning.home")
def show_home(request: Request, here: Learner, db: DirectDb, library: Library) -> Response:
    reading = home.HomeReading(
        user=here.user,
        facts=progress_queries.read_facts(db, user=here.user),
        receipts=progress_queries.list_receipts(db, user=here.user),
        staffed=membership_queries.list_staffed_contexts(db, user=here.user),
    )
    return render(request, "learning/home.html", page=home.make_home_page(request, library, reading))


@router.get("/modules/{slug}", name="learning.module")  # noqa: FAST003  OpenModule reads it
def show_module(request: Request, here: Learner, module: OpenModule, db: DbSession, library: Library) -> Response:
    facts = progress_queries.read_facts(db, user=here.user)
    text = make_page_text(library, here.user, module.sheet.locale)
    page = module_pages.make_module_page(request, module, facts, text)
    return render(request, "learning/module.html", page=page)


@router.get("/modules/{slug}/complete", name="learning.complete")  # noqa: FAST003  OpenModule reads it
def show_complete(request: Request, here: Learner, module: OpenModule, db: DbSession, library: Library) -> Response:
    facts = progress_queries.read_facts(db, user=here.user)
    receipts = progress_queries.list_receipts(db, user=here.user)
    page = module_pages.make_complete_page(request, module, facts, receipts, library.modules)
    return render(request, "learning/complete.html", page=page)


@router.get("/modules/{slug}/job-aid", name="learning.job_aid")  # noqa: FAST003  OpenModule reads it
def show_card(request: Request, here: Learner, module: OpenModule, library: Library) -> Response:
    text = make_page_text(library, here.user, module.sheet.locale)
    page = module_pages.make_card_page(module, text)
    return render(request, "learning/card.html", page=page, lacks_file=lacks_file(request))


@router.get("/who-can-see-what", name="learning.privacy")
def show_privacy(request: Request, here: Learner, db: DbSession) -> Response:
    visits = queries.list_visits(db, user=here.user)
    looked = look_pages.list_look_lines(looks.list_looks(db, user=here.user))
    return render(request, "learning/privacy.html", visits=visits, looks=looked)


@router.get("/help", name="learning.help")
def show_help(request: Request, here: Learner) -> Response:  # noqa: ARG001  a guard's value
    return render(request, "learning/help.html")
