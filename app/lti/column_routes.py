"""The gradebook columns of a marked course, and the click that asks for one."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.lti import offer_queries, offers
from app.lti.column_pages import make_columns_page
from app.web.deps import DbSession, Library, Now
from app.web.errors import NotFound
from app.web.forms import PostedForm
from app.web.guards import CourseStaff
from app.web.templating import render, see_other

router = APIRouter()


@router.get("/courses/{context}/gradebook", name="lti.columns")  # noqa: FAST003  the guard reads it
def show_columns(request: Request, here: CourseStaff, db: DbSession, library: Library) -> Response:
    columns = offer_queries.list_columns(db, context=here.context)
    return render(request, "lti/columns.html", page=make_columns_page(here.context, columns, library))


@router.post("/courses/{context}/gradebook", name="lti.columns")  # noqa: FAST003
def make_column(request: Request, here: CourseStaff, db: DbSession, now: Now, form: PostedForm) -> Response:
    try:
        uuid = UUID(form.one("offer"))
    except ValueError:
        raise NotFound from None
    if not offers.ask(db, context=here.context, uuid=uuid, now=now):
        raise NotFound
    return see_other(request, "lti.columns", context=here.context.uuid)
