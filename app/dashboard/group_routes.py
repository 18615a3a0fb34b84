"""The office's group picture: how coaches rate themselves, by competency; never anybody's own answers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.dashboard import group_pages as pages
from app.dashboard import service
from app.dashboard.group_pages import GroupPage
from app.web.deps import DbSession, Library
from app.web.downloads import attach
from app.web.errors import NotFound
from app.web.guards import Office
from app.web.sheets import write_csv
from app.web.templating import render

router = APIRouter()


def _open_picture(here: Office, db: DbSession, library: Library, course: UUID | None = None) -> GroupPage:
    reading = service.read_group(db, institution_id=here.user.institution_id, course=course)
    if reading is None:
        raise NotFound
    return pages.make_group_page(library.framework, reading)


Picture = Annotated[GroupPage, Depends(_open_picture)]


@router.get("/office/coaching-picture", name="dashboard.picture")
def show_picture(request: Request, page: Picture) -> Response:
    return render(request, "dashboard/picture.html", page=page)


@router.get("/office/coaching-picture.csv", name="dashboard.picture_file")
def give_sheet(page: Picture) -> Response:
    sheet = write_csv(pages.list_file_rows(page))
    return Response(sheet, media_type="text/csv", headers=attach("coaching-picture.csv"))
