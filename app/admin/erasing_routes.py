"""Having one person's data removed, on their request: what goes and what stays is shown first. For LMS admins."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.admin import erasing, pages, queries
from app.credentials.pages import list_holdings
from app.membership.looks import LookKind
from app.membership.models import User
from app.web.deps import DbSession, Library, Now
from app.web.errors import NotFound
from app.web.forms import PostedForm
from app.web.guards import LmsAdmin, Visitor
from app.web.looking import keep_look
from app.web.templating import render, see_other
from app.web.texts import gettext as _

router = APIRouter()
PATH = "/admin/people/{person}/erase"
REFUSED = 422


@router.get(PATH, name="admin.erase")
def ask(request: Request, here: LmsAdmin, person: UUID, db: DbSession) -> Response:
    """Without counts: how much somebody answered and wrote is no LMS admin's to know."""
    found = _find(here, db, person)
    keep_look(request, db, LookKind.FOUND, about_ids=[found.id])
    return _show(request, found)


@router.post(PATH, name="admin.erase")
def erase(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: LmsAdmin, person: UUID, form: PostedForm, db: DbSession, library: Library, now: Now
) -> Response:
    found = _find(here, db, person)
    if form.one("sure") != "yes":
        return _show(request, found, wrong=_("Say that you are sure, or go back. Nothing was removed."))
    erasing.erase(db, by=here.user, person=found, library=library, now=now)
    return see_other(request, "admin.people")


def _find(here: Visitor, db: DbSession, person: UUID) -> User:
    """Raises NotFound for whoever is not of this institution, and for oneself: that would lock the door from inside."""
    found = queries.find_person(db, institution_id=here.user.institution_id, uuid=person)
    if found is None or found.id == here.user.id:
        raise NotFound
    return found


def _show(request: Request, person: User, *, wrong: str | None = None) -> Response:
    return render(
        request,
        "admin/erase.html",
        status=REFUSED if wrong else 200,
        person=person,
        name=pages.tell_name(person),
        kinds=[one.what for one in list_holdings()],
        wrong=wrong,
    )
