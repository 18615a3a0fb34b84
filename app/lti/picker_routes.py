"""Choosing content for a course: the page of choices, and the answer that goes back to the LMS."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.lti import deep_linking, picker
from app.lti import picker_forms as forms
from app.lti.addresses import find_origin
from app.lti.contents import list_contents
from app.lti.deep_linking import Asked
from app.lti.message_claims import LONGEST_RETURN_URL
from app.lti.picker import Picker
from app.web.deps import DbSession, HouseDep, Library, Now
from app.web.errors import ViewOnly
from app.web.forms import PostedForm
from app.web.guards import Learner, Visitor
from app.web.house import House
from app.web.templating import render

router = APIRouter()
PATH = "/lti/content/{asked}"
UNPROCESSABLE = 422


@router.get(PATH, name="lti.picker")
def show_picker(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, asked: UUID, db: DbSession, library: Library, now: Now
) -> Response:
    found = _get_asked(db, here, asked, now)
    return _show(request, found, picker.make_picker(found, list_contents(library)))


@router.post(PATH, name="lti.choose")
def choose(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, asked: UUID, form: PostedForm, db: DbSession, house: HouseDep
) -> Response:
    found, contents = _get_asked(db, here, asked, house.clock()), list_contents(house.library)
    refusal = picker.tell_refusal(found)
    if refusal or form.one("act") == "cancel":
        return _send(request, house, found, deep_linking.answer(db, house, found, (), error=refusal))
    posted = forms.read_posted(form)
    items = picker.build_items(found, contents, posted, base_url=house.settings.base_url)
    problems = forms.list_problems(posted, takes_several=found.request.accepts_several)
    if problems:
        page = picker.make_picker(found, contents, posted, problems)
        return _show(request, found, page, status=UNPROCESSABLE)
    return _send(request, house, found, deep_linking.answer(db, house, found, items))


def _get_asked(db: Session, here: Visitor, asked: UUID, now: datetime) -> Asked:
    """Raises ViewOnly for somebody who acts as another: nothing is added in that person's name."""
    if here.session.is_masqueraded:
        raise ViewOnly
    return deep_linking.get_asked(db, uuid=asked, session=here.session, now=now)


def _show(request: Request, asked: Asked, page: Picker, *, status: int = 200) -> Response:
    refusal = picker.tell_refusal(asked)
    if refusal:
        return render(request, "lti/no_picker.html", why=refusal, asked=asked.request.uuid)
    return render(request, "lti/picker.html", status=status, page=page, asked=asked.request.uuid)


def _send(request: Request, house: House, asked: Asked, token: str) -> Response:
    """A form that goes to the LMS by itself, or by its button. The policy lets it go there and nowhere else."""
    url = asked.request.return_url
    origin = find_origin(url, allow_http=house.settings.is_development, most=LONGEST_RETURN_URL)
    request.state.form_targets = origin or ""
    return render(request, "lti/sent.html", address=url, token=token)
