"""How long this institution keeps what is its people's: tried out first, then decided. For LMS admins."""

from dataclasses import asdict

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.admin import keeping_pages, log
from app.admin.rules import EventKind
from app.credentials import keeping
from app.credentials.keeping_rules import Periods, read_periods
from app.web.deps import DbSession, Now
from app.web.errors import BadForm
from app.web.forms import PostedForm
from app.web.guards import LmsAdmin
from app.web.templating import render, see_other

router = APIRouter()


@router.get("/admin/keeping", name="admin.keeping")
def show_keeping(request: Request, here: LmsAdmin, db: DbSession, now: Now) -> Response:
    """With periods in the address: what these would do, before anything is changed."""
    institution_id = here.user.institution_id
    kept = keeping.find_periods(db, institution_id=institution_id)
    tried = read_periods(request.query_params) or kept
    dry_run = keeping.try_out(db, institution_id=institution_id, periods=tried, now=now)
    page = keeping_pages.make_page(kept, tried, dry_run, now)
    return render(request, "admin/keeping.html", page=page)


@router.post("/admin/keeping", name="admin.keeping")
def change_keeping(request: Request, here: LmsAdmin, form: PostedForm, db: DbSession, now: Now) -> Response:
    periods = read_periods({name: form.one(name) for name in asdict(Periods())})
    if periods is None:
        raise BadForm
    if keeping.save_periods(db, institution_id=here.user.institution_id, periods=periods, now=now):
        log.note(db, EventKind.PERIODS_CHANGED, by=here.user, now=now, detail=keeping_pages.tell_periods(periods))
    return see_other(request, "admin.keeping")
