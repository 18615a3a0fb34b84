"""Courses that wait for the office to say whether they are training courses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.admin import pages, queries, service
from app.membership.looks import LookKind
from app.web.deps import DbSession, Now
from app.web.errors import NotFound
from app.web.forms import PostedForm
from app.web.guards import Office
from app.web.looking import keep_look
from app.web.templating import render, see_other

router = APIRouter()
_DECISIONS = {"training": True, "other": False, "undo": None}
_ID_MOST = 2**62


@router.get("/office/courses", name="admin.courses")
def show_courses(
    request: Request, here: Office, db: DbSession, after: Annotated[int, Query(ge=0, le=_ID_MOST)] = 0
) -> Response:
    waiting = queries.list_waiting(db, institution_id=here.user.institution_id, after=after)
    decided = queries.list_decided(db, institution_id=here.user.institution_id)
    keep_look(request, db, LookKind.COURSES, about_ids=[one.asker.id for one in (*waiting, *decided)])
    return render(request, "admin/courses.html", page=pages.make_courses_page(waiting, decided, is_first=not after))


@router.post("/office/courses/{course}", name="admin.decide_course")
def decide(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Office, course: UUID, form: PostedForm, db: DbSession, now: Now
) -> Response:
    decision = form.one("decision")
    if decision not in _DECISIONS:
        raise NotFound
    if not service.decide_course(db, by=here.user, course=course, is_training=_DECISIONS[decision], now=now):
        raise NotFound
    return see_other(request, "admin.courses")
