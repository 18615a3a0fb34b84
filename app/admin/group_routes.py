"""What the office sets about the group picture: the least number of coaches in a figure, and courses by themselves."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.admin import group_settings as settings
from app.dashboard.rules import LEAST, MOST
from app.web.deps import DbSession, Now
from app.web.errors import BadForm
from app.web.forms import PostedForm
from app.web.guards import Office
from app.web.templating import render, see_other

router = APIRouter()
PAGE = "/office/coaching-picture/settings"
_NUMBERS = {str(number): number for number in range(LEAST, MOST + 1)}


@router.get(PAGE, name="admin.group_settings")
def show_settings(request: Request, here: Office, db: DbSession) -> Response:
    page = settings.read_settings(db, institution_id=here.user.institution_id)
    return render(request, "admin/group_settings.html", page=page)


@router.post(PAGE, name="admin.group_settings")
def save_settings(request: Request, here: Office, form: PostedForm, db: DbSession, now: Now) -> Response:
    if form.one("least") not in _NUMBERS:
        raise BadForm
    courses = frozenset(form.all("course"))
    settings.save_settings(db, by=here.user, least=_NUMBERS[form.one("least")], courses=courses, now=now)
    return see_other(request, "dashboard.picture")
