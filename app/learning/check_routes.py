"""The pages of a knowledge check: begin, answer one question at a time, read why, and see how it came out."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.learning import check_pages as pages
from app.learning import check_service as service
from app.learning.addresses import AtCheck, go_on, is_late, read_id, read_number
from app.learning.check_pages import Filled
from app.learning.links import next_step_path
from app.learning.places import CheckPlace
from app.learning.referral import make_page_text
from app.learning.runs import Outcome, Run
from app.progress import queries as progress_queries
from app.web.deps import DbSession, Library, Now
from app.web.forms import Form, PostedForm
from app.web.guards import Learner, close_to_actors
from app.web.templating import render
from modules import Check

router = APIRouter()
PATH = "/modules/{slug}/check"
ROW = "row-"


@router.get(PATH, name="learning.check")
def show_check(request: Request, here: Learner, place: AtCheck, db: DbSession, library: Library) -> Response:
    close_to_actors(here)
    run = service.find_run(db, place, user=here.user)
    shown = _shown(request, library, place, run)
    if run is None:
        return render(request, "learning/check_intro.html", **shown)
    if not run.is_over:
        return render(request, "learning/check.html", page=pages.make_item(run), **shown)
    facts = progress_queries.read_facts(db, user=here.user)
    shown |= {"next_path": next_step_path(request, place.module, facts, after=place.key)}
    shown |= {"passed_at": facts.get(place.passed)}
    return render(request, "learning/check_result.html", page=pages.make_result(run, place.module), **shown)


@router.post(f"{PATH}/begin", name="learning.begin_check")
def begin_check(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, place: AtCheck, form: PostedForm, db: DbSession, now: Now
) -> Response:
    service.begin(db, place, user=here.user, after=read_number(form, "after"), now=now)
    return go_on(request, "learning.check", slug=place.module.slug)


@router.post(PATH, name="learning.answer_check")
def answer_check(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, place: AtCheck, form: PostedForm, db: DbSession, library: Library, now: Now
) -> Response:
    posted = _read_posted(form)
    outcome = service.answer(db, place, user=here.user, posted=posted, now=now)
    if read_id(form, "item") is None:
        return go_on(request, "learning.check", late=True, slug=place.module.slug)
    if outcome is not Outcome.NOT_WHOLE:
        ids = {"slug": place.module.slug, "item_id": posted.item}
        return go_on(request, "learning.check_answer", late=outcome is Outcome.TOO_LATE, **ids)
    run = service.find_run(db, place, user=here.user)
    assert run is not None
    page = pages.make_item(run, filled=Filled(posted.chosen, posted.rows))
    return render(request, "learning/check.html", status=422, page=page, **_shown(request, library, place, run))


@router.get(f"{PATH}/answers/{{item_id}}", name="learning.check_answer")
def show_check_answer(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, place: AtCheck, item_id: str, db: DbSession, library: Library
) -> Response:
    close_to_actors(here)
    run = service.find_run(db, place, user=here.user)
    page = pages.find_answer(run, place.module, item_id) if run else None
    if page is None:
        return go_on(request, "learning.check", late=is_late(request), slug=place.module.slug)
    return render(request, "learning/check_answer.html", page=page, **_shown(request, library, place, run))


def _read_posted(form: Form) -> service.PostedItem:
    rows = {name.removeprefix(ROW): values[0] for name, values in form.fields.items() if name.startswith(ROW)}
    return service.PostedItem(read_number(form, "attempt"), form.one("item"), form.all("answer"), rows)


def _shown(request: Request, library: Library, place: CheckPlace, run: Run[Check] | None) -> dict[str, Any]:
    check = run.activity if run else place.check
    text = make_page_text(library, request.state.visitor.user, check.locale)
    return {"place": place, "check": check, "run": run, "text": text, "is_late": is_late(request)}
