"""What the links of a course open: seen by its staff, and chosen by them where the LMS does not say."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.lti import link_pages, unnamed
from app.lti.contents import list_contents
from app.lti.link_pages import Question
from app.web.deps import DbSession, Library, Now
from app.web.errors import NotFound
from app.web.forms import PostedForm
from app.web.guards import AnyCourseStaff, Staff
from app.web.templating import render, see_other

router = APIRouter()


@router.get("/courses/{context}/links", name="lti.links")  # noqa: FAST003  the guard reads it
def show_links(request: Request, here: AnyCourseStaff, db: DbSession, library: Library) -> Response:
    links = unnamed.list_links(db, context=here.context)
    return render(request, "lti/links.html", page=link_pages.make_links_page(request, library, here.context, links))


@router.get("/courses/{context}/links/{link}", name="lti.link")  # noqa: FAST003  the guard reads it
def show_link(request: Request, here: AnyCourseStaff, link: UUID, db: DbSession, library: Library) -> Response:
    asked = _get_question(db, here, link)
    return render(request, "lti/link.html", page=link_pages.make_link_page(request, library, asked))


@router.post("/courses/{context}/links/{link}", name="lti.link")  # noqa: FAST003  the guard reads it
def choose(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: AnyCourseStaff, link: UUID, form: PostedForm, db: DbSession, library: Library, now: Now
) -> Response:
    asked, key = _get_question(db, here, link), form.one("key")
    if key not in {content.key for content in list_contents(library)}:
        page = link_pages.make_link_page(request, library, asked, is_missing=True)
        return render(request, "lti/link.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, page=page)
    unnamed.choose(db, asked.link, key=key, now=now)
    return see_other(request, "lti.links", context=here.context.uuid)


def _get_question(db: Session, here: Staff, uuid: UUID) -> Question:
    link = unnamed.find_link(db, context=here.context, uuid=uuid)
    if link is None:
        raise NotFound
    return Question(here.context, link, uuid)
