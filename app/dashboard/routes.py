"""The completion list of a marked course, and the office's group picture."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.dashboard import group_routes, pages, service
from app.dashboard.queries import After, Who
from app.membership.looks import LookKind
from app.programs.service import default_program
from app.web.deps import DbSession, Library, Now
from app.web.guards import CourseStaff
from app.web.looking import keep_look
from app.web.templating import render, see_other

router = APIRouter()
router.routes.extend(group_routes.router.routes)


@router.get("/courses/{context}/people", name="dashboard.course")  # noqa: FAST003  the guard reads it
def show_course(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request,
    here: CourseStaff,
    db: DbSession,
    library: Library,
    now: Now,
    who: Who = Who.HERE,
    after_name: Annotated[str, Query(max_length=300)] = "",
    after: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> Response:
    program = default_program([module.id for module in library.modules])
    start = None if after is None else After(after_name, after)
    reading = service.read_course(db, context=here.context, program=program, who=who, after=start)
    keep_look(request, db, LookKind.COURSE_LIST, context_id=here.context.id)
    page = pages.make_course_page(reading, is_first=start is None, now=now)
    return render(request, "dashboard/course.html", page=page)


@router.post("/courses/{context}/roster", name="dashboard.refresh_roster")  # noqa: FAST003  the guard reads it
def refresh_roster(request: Request, here: CourseStaff, db: DbSession, now: Now) -> Response:
    service.refresh_roster(db, context=here.context, now=now)
    return see_other(request, "dashboard.course", context=here.context.uuid)
