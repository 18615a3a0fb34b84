"""Your data: what is kept about the person who asks, and all of it as a file. Theirs alone."""

import json
from dataclasses import replace
from datetime import date
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.assessment.sheets import read_sheets
from app.credentials import keeping, pages, paper, queries, service
from app.credentials.telling import Source
from app.learning import queries as learning_queries
from app.learning.pages.looks import list_look_lines
from app.membership import looks
from app.web.deps import DbSession, Library, Now
from app.web.downloads import attach
from app.web.forms import PostedForm
from app.web.guards import Learner, close_to_actors
from app.web.pdfs import give_pdf, lacks_file
from app.web.templating import path_for, render
from app.web.texts import gettext as _
from app.web.typesetting import typeset_for_one

router = APIRouter()
# Said in the address after a deletion, so that a reload needs no form.
DELETED = "deleted"
ROOT = "/who-can-see-what/your-data"


@router.get(ROOT, name="credentials.own_data")
def show_own_data(request: Request, here: Learner, db: DbSession) -> Response:
    close_to_actors(here)
    holdings = pages.list_holdings(keeping.find_periods(db, institution_id=here.user.institution_id))
    counts = queries.count_records(db, user=here.user, names=[one.tables[0] for one in holdings if one.is_counted])
    told = tuple(replace(one, count=counts.get(one.tables[0])) for one in holdings)
    return render(
        request,
        "credentials/own_data.html",
        holdings=told,
        lacks_file=lacks_file(request),
        was_deleted=DELETED in request.query_params,
    )


@router.get(f"{ROOT}.json", name="credentials.own_data_file")
def give_own_data(here: Learner, db: DbSession, now: Now) -> Response:
    close_to_actors(here)
    looked = list_look_lines(looks.list_looks(db, user=here.user, most=None))
    periods = keeping.find_periods(db, institution_id=here.user.institution_id)
    whole = pages.make_file(queries.read_everything(db, user=here.user), looked, periods, now)
    text = json.dumps(whole, ensure_ascii=False, indent=1, default=_write)
    return Response(text, media_type="application/json", headers=attach("cairn-your-data.json"))


@router.get(f"{ROOT}.pdf", name="credentials.own_data_paper")
def give_own_paper(request: Request, here: Learner, db: DbSession, library: Library, now: Now) -> Response:
    """The same to be read; where a character is in none of our fonts, the page with a sentence that says so."""
    close_to_actors(here)
    records = queries.read_everything(db, user=here.user)
    bodies = learning_queries.read_bodies(db, digests={one["digest"] for one in records["attempt"]})
    looked = list_look_lines(looks.list_looks(db, user=here.user, most=None))
    sheets = read_sheets(db, user=here.user, library=library)
    periods = keeping.find_periods(db, institution_id=here.user.institution_id)
    document = paper.make_document(Source(records, library, bodies), sheets, looked, periods, now)
    make = partial(typeset_for_one, paper.TEMPLATE, document)
    return give_pdf(request, make, "cairn-your-data.pdf", page="credentials.own_data")


@router.get(f"{ROOT}/delete", name="credentials.delete_own")
def ask_what_to_delete(request: Request, here: Learner, db: DbSession) -> Response:
    close_to_actors(here)
    return _ask(request, here, db)


@router.post(f"{ROOT}/delete", name="credentials.delete_own")
def delete_own(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, form: PostedForm, db: DbSession, library: Library, now: Now
) -> Response:
    chosen = service.read_kinds(form.all("what"))
    if not chosen:
        return _ask(request, here, db, wrong=_("Choose what to delete, or go back. Nothing was deleted."))
    service.delete_own(db, user=here.user, kinds=chosen, library=library, now=now)
    return RedirectResponse(f"{path_for(request, 'credentials.own_data')}?{DELETED}=1", status_code=303)


def _ask(request: Request, here: Learner, db: DbSession, *, wrong: str | None = None) -> Response:
    counts = queries.count_records(db, user=here.user, names=[one.table for one in service.OwnKind])
    kinds = pages.list_deletable(counts)
    return render(request, "credentials/delete_own.html", status=422 if wrong else 200, kinds=kinds, wrong=wrong)


def _write(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
