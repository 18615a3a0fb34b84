"""Your data: what is kept about the person who asks, and all of it as a file. Theirs alone."""

import json
from dataclasses import replace
from datetime import date
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.assessment.sheets import read_sheets
from app.credentials import pages, paper, queries
from app.credentials.telling import Source
from app.learning import queries as learning_queries
from app.learning.pages.looks import list_look_lines
from app.membership import looks
from app.web.deps import DbSession, Library, Now
from app.web.downloads import attach
from app.web.guards import Learner, close_to_actors
from app.web.pdfs import give_pdf, lacks_file
from app.web.templating import render
from app.web.typesetting import typeset_for_one

router = APIRouter()
ROOT = "/who-can-see-what/your-data"


@router.get(ROOT, name="credentials.own_data")
def show_own_data(request: Request, here: Learner, db: DbSession) -> Response:
    close_to_actors(here)
    holdings = pages.list_holdings()
    counts = queries.count_records(db, user=here.user, names=[one.tables[0] for one in holdings if one.is_counted])
    told = tuple(replace(one, count=counts.get(one.tables[0])) for one in holdings)
    return render(request, "credentials/own_data.html", holdings=told, lacks_file=lacks_file(request))


@router.get(f"{ROOT}.json", name="credentials.own_data_file")
def give_own_data(here: Learner, db: DbSession, now: Now) -> Response:
    close_to_actors(here)
    looked = list_look_lines(looks.list_looks(db, user=here.user, most=None))
    whole = pages.make_file(queries.read_everything(db, user=here.user), looked, now)
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
    document = paper.make_document(Source(records, library, bodies), sheets, looked, now)
    make = partial(typeset_for_one, paper.TEMPLATE, document)
    return give_pdf(request, make, "cairn-your-data.pdf", page="credentials.own_data")


def _write(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
