"""The completion list of a marked course."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.dashboard import pages, service
from app.dashboard.queries import After
from app.programs.service import default_program
from app.web.deps import DbSession, Library
from app.web.guards import CourseStaff
from app.web.templating import render

router = APIRouter()


@router.get("/courses/{context}/people", name="dashboard.course")  # noqa: FAST003  the guard reads it
def show_course(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request,
    here: CourseStaff,
    db: DbSession,
    library: Library,
    after_name: Annotated[str, Query(max_length=300)] = "",
    after: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> Response:
    program = default_program([module.id for module in library.modules])
    start = None if after is None else After(after_name, after)
    reading = service.read_course(db, context=here.context, program=program, after=start)
    return render(request, "dashboard/course.html", page=pages.make_course_page(reading, is_first=start is None))
