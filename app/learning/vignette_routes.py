"""The pages of a branching vignette: begin, decide, and look back."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.learning import vignette_pages as pages
from app.learning import vignette_service as service
from app.learning.addresses import AtVignette, go_on, is_late, read_number
from app.learning.places import VignettePlace
from app.learning.referral import make_page_text
from app.learning.runs import Outcome, Run
from app.web.deps import DbSession, HouseDep, Now
from app.web.forms import PostedForm
from app.web.guards import Learner, close_to_actors
from app.web.house import House
from app.web.templating import render
from modules import Vignette

router = APIRouter()
PATH = "/modules/{slug}/vignettes/{vignette_id}"


@router.get(PATH, name="learning.vignette")
def show_vignette(request: Request, here: Learner, place: AtVignette, db: DbSession, house: HouseDep) -> Response:
    close_to_actors(here)
    return _show(request, house, place, service.find_run(db, place, user=here.user))


@router.post(f"{PATH}/begin", name="learning.begin_vignette")
def begin_vignette(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, place: AtVignette, form: PostedForm, db: DbSession, now: Now
) -> Response:
    service.begin(db, place, user=here.user, after=read_number(form, "after"), now=now)
    return _go_on(request, place)


@router.post(PATH, name="learning.choose")
def choose(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, place: AtVignette, form: PostedForm, db: DbSession, house: HouseDep, now: Now
) -> Response:
    posted = service.PostedChoice(read_number(form, "attempt"), read_number(form, "step"), form.one("choice"))
    outcome = service.choose(db, place, user=here.user, posted=posted, now=now)
    if outcome is Outcome.NOT_WHOLE:
        return _show(request, house, place, service.find_run(db, place, user=here.user), is_refused=True)
    return _go_on(request, place, late=outcome is Outcome.TOO_LATE)


def _go_on(request: Request, place: VignettePlace, *, late: bool = False) -> Response:
    ids = {"slug": place.module.slug, "vignette_id": place.vignette.id}
    return go_on(request, "learning.vignette", late=late, **ids)


def _show(
    request: Request, house: House, place: VignettePlace, run: Run[Vignette] | None, *, is_refused: bool = False
) -> Response:
    """The page of where the person stands: before the first step, at one, or after the end."""
    vignette = run.activity if run else place.vignette
    text = make_page_text(house.library, request.state.visitor.user, vignette.locale)
    lesson = place.module.find_lesson_of_vignette(place.vignette.id)
    shown: dict[str, Any] = {"place": place, "vignette": vignette, "run": run, "lesson": lesson}
    shown |= {"is_late": is_late(request)}
    if run is None:
        return render(request, "learning/vignette_intro.html", page=pages.make_intro(place, text), **shown)
    if run.is_over:
        ended = pages.make_end(run, text)
        return render(request, "learning/vignette_end.html", page=ended, notes=text.sources, **shown)
    step = pages.make_step(run, text, now=house.clock())
    shown |= {"is_refused": is_refused, "notes": text.sources}
    return render(request, "learning/vignette.html", status=422 if is_refused else 200, page=step, **shown)
