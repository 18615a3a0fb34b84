"""Who may what, and who is kept out: codes, the office's right by name, rights taken back, and the log of it all."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.admin import keeping_out, pages, queries, service, words
from app.membership.codes import Outcome
from app.membership.looks import LookKind
from app.membership.roles import Right
from app.web.deps import DbSession, Now
from app.web.errors import NotFound
from app.web.forms import PostedForm
from app.web.guards import Learner, LmsAdmin, Visitor
from app.web.looking import keep_look
from app.web.templating import render, see_other
from app.web.texts import gettext as _

router = APIRouter()
REFUSED = 422
SHORTEST_SEARCH = 2
_LONGEST_SEARCH = 100
_ID_MOST = 2**62


@router.get("/admin/code", name="admin.code")
def ask_code(request: Request, here: Learner) -> Response:
    """For everybody: a code says itself which right it gives."""
    return _show_code(request, here)


@router.post("/admin/code", name="admin.code")
def enter_code(request: Request, here: Learner, form: PostedForm, db: DbSession, now: Now) -> Response:
    outcome = service.enter_code(
        db, user=here.user, typed=form.one("code"), is_administrator=here.session.is_administrator, now=now
    )
    if outcome is Outcome.GRANTED:
        return see_other(request, "admin.code")
    return _show_code(request, here, wrong=_(words.OUTCOMES[outcome]))


def _show_code(request: Request, here: Visitor, *, wrong: str | None = None) -> Response:
    is_admin = Right.LMS_ADMIN in here.rights and here.session.is_administrator
    return render(
        request,
        "admin/code.html",
        status=REFUSED if wrong else 200,
        wrong=wrong,
        is_admin=is_admin,
        is_office=Right.OFFICE in here.rights,
        is_administrator=here.session.is_administrator,
    )


@router.get("/admin/people", name="admin.people")
def show_people(
    request: Request, here: LmsAdmin, db: DbSession, q: Annotated[str, Query(max_length=_LONGEST_SEARCH)] = ""
) -> Response:
    words, institution_id = " ".join(q.replace("\0", "").split()), here.user.institution_id
    found = None
    if len(words) >= SHORTEST_SEARCH:
        found = queries.search_people(db, institution_id=institution_id, words=words)
    grants = queries.list_grants(db, institution_id=institution_id)
    kept_out = queries.list_kept_out(db, institution_id=institution_id)
    shown = (*(found or ())[: queries.MOST_FOUND], *kept_out)
    keep_look(request, db, LookKind.FOUND, about_ids=[user.id for user, _platform in shown])
    keep_look(request, db, LookKind.RIGHTS)
    page = pages.make_rights_page(grants, kept_out, reader=here.user, searched=words, found=found)
    return render(request, "admin/people.html", page=page)


@router.post("/admin/people/grant", name="admin.grant")
def grant(request: Request, here: LmsAdmin, form: PostedForm, db: DbSession, now: Now) -> Response:
    if not service.grant_office(db, by=here.user, person=_read_uuid(form.one("person")), now=now):
        raise NotFound
    return see_other(request, "admin.people")


@router.post("/admin/people/revoke", name="admin.revoke")
def revoke(request: Request, here: LmsAdmin, form: PostedForm, db: DbSession, now: Now) -> Response:
    service.revoke(db, by=here.user, grant=_read_uuid(form.one("grant")), now=now)
    return see_other(request, "admin.people")


@router.post("/admin/people/out", name="admin.keep_out")
def keep_out(request: Request, here: LmsAdmin, form: PostedForm, db: DbSession, now: Now) -> Response:
    if not keeping_out.keep_out(db, by=here.user, person=_read_uuid(form.one("person")), now=now):
        raise NotFound
    return see_other(request, "admin.people")


@router.post("/admin/people/in", name="admin.let_in")
def let_in(request: Request, here: LmsAdmin, form: PostedForm, db: DbSession, now: Now) -> Response:
    if not keeping_out.let_in(db, by=here.user, person=_read_uuid(form.one("person")), now=now):
        raise NotFound
    return see_other(request, "admin.people")


@router.post("/admin/people/code", name="admin.make_code")
def make_code(request: Request, here: LmsAdmin, form: PostedForm, db: DbSession, now: Now) -> Response:
    """Shows the code once, in the answer itself: only its hash is kept."""
    if form.one("right") not in set(Right):
        raise NotFound
    right = Right(form.one("right"))
    code = service.make_code(db, by=here.user, right=right, now=now)
    return render(request, "admin/new_code.html", code=code, right=right.value)


@router.get("/admin/log", name="admin.log")
def show_log(
    request: Request, here: LmsAdmin, db: DbSession, before: Annotated[int | None, Query(ge=0, le=_ID_MOST)] = None
) -> Response:
    found = queries.list_events(db, institution_id=here.user.institution_id, before=before)
    keep_look(request, db, LookKind.LOG)
    return render(request, "admin/log.html", page=pages.make_log_page(found, is_first=before is None))


def _read_uuid(text: str) -> UUID:
    """Raises NotFound: what is no id leads nowhere."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
