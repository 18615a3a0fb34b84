"""The office's group picture: how coaches rate themselves, by competency; never anybody's own answers."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.dashboard import group_pages as pages
from app.dashboard import group_paper, service
from app.dashboard.group_pages import GroupPage
from app.membership.roles import Right
from app.web.deps import DbSession, Library
from app.web.downloads import attach
from app.web.errors import NotFound
from app.web.guards import Learner, Office
from app.web.pdfs import give_pdf, lacks_file
from app.web.sheets import write_csv
from app.web.templating import render, see_other
from app.web.typesetting import typeset_for_one

router = APIRouter()


def _open_picture(here: Office, db: DbSession, library: Library, course: UUID | None = None) -> GroupPage:
    reading = service.read_group(db, institution_id=here.user.institution_id, course=course)
    if reading is None:
        raise NotFound
    return pages.make_group_page(library.framework, reading)


Picture = Annotated[GroupPage, Depends(_open_picture)]


@router.get("/office", name="dashboard.office")
def open_office(request: Request, here: Learner) -> Response:
    """Where a link to the office's view leads: whoever is not of the office comes to their own training."""
    is_office = Right.OFFICE in here.rights and not here.session.is_masqueraded
    return see_other(request, "dashboard.picture" if is_office else "learning.home")


@router.get("/office/coaching-picture", name="dashboard.picture")
def show_picture(request: Request, page: Picture) -> Response:
    return render(request, "dashboard/picture.html", page=page, lacks_file=lacks_file(request))


@router.get("/office/coaching-picture.csv", name="dashboard.picture_file")
def give_sheet(page: Picture) -> Response:
    sheet = write_csv(pages.list_file_rows(page))
    return Response(sheet, media_type="text/csv", headers=attach("coaching-picture.csv"))


@router.get("/office/coaching-picture.pdf", name="dashboard.picture_paper")
def give_paper(request: Request, page: Picture) -> Response:
    if not page.panels:
        raise NotFound
    make = partial(typeset_for_one, group_paper.TEMPLATE, group_paper.make_group_paper(page))
    return give_pdf(request, make, "coaching-picture.pdf", page="dashboard.picture")
