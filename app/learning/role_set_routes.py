"""The pages of a role set: begin, answer one situation at a time, read why, and see the pattern."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.learning import role_set_pages as pages
from app.learning import role_set_service as service
from app.learning.addresses import AtRoleSet, go_on, is_late, read_number
from app.learning.links import next_step_path
from app.learning.places import RoleSetPlace
from app.learning.referral import make_page_text
from app.learning.runs import Outcome, Run
from app.progress import queries as progress_queries
from app.web.deps import DbSession, Library, Now
from app.web.errors import NotFound
from app.web.forms import Form, PostedForm
from app.web.guards import Learner, close_to_actors
from app.web.templating import render
from modules import RoleSet

router = APIRouter()
PATH = "/modules/{slug}/role-sets/{role_set_id}"


@router.get(PATH, name="learning.role_set")
def show_role_set(request: Request, here: Learner, place: AtRoleSet, db: DbSession, library: Library) -> Response:
    close_to_actors(here)
    run = service.find_run(db, place, user=here.user)
    shown = _shown(request, library, place, run)
    if run is None:
        return render(request, "learning/role_set_intro.html", names=pages.name_roles(place.role_set), **shown)
    if not run.is_over:
        return render(request, "learning/role_set.html", page=pages.make_scenario(run), **shown)
    return _show_pattern(request, place, run, db, shown)


@router.post(f"{PATH}/begin", name="learning.begin_role_set")
def begin_role_set(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, place: AtRoleSet, form: PostedForm, db: DbSession, now: Now
) -> Response:
    service.begin(db, place, user=here.user, after=read_number(form, "after"), now=now)
    return go_on(request, "learning.role_set", late=False, **_ids(place))


@router.post(PATH, name="learning.answer_role_set")
def answer_role_set(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, place: AtRoleSet, form: PostedForm, db: DbSession, library: Library, now: Now
) -> Response:
    posted = _read_posted(form)
    outcome = service.answer(db, place, user=here.user, posted=posted, now=now)
    if outcome is not Outcome.NOT_WHOLE:
        scenario_id = posted.step.partition("/")[0] or "-"
        ids = {**_ids(place), "scenario_id": scenario_id}
        return go_on(request, "learning.role_set_answer", late=outcome is Outcome.TOO_LATE, **ids)
    run = service.find_run(db, place, user=here.user)
    assert run is not None
    page = pages.make_scenario(run, posted=posted)
    return render(request, "learning/role_set.html", status=422, page=page, **_shown(request, library, place, run))


@router.get(f"{PATH}/answers/{{scenario_id}}", name="learning.role_set_answer")
def show_role_set_answer(  # noqa: PLR0913, PLR0917  a route's injected ones
    request: Request, here: Learner, place: AtRoleSet, scenario_id: str, db: DbSession, library: Library
) -> Response:
    close_to_actors(here)
    run = service.find_run(db, place, user=here.user)
    page = pages.find_answer(run, scenario_id) if run else None
    if page is None:
        return go_on(request, "learning.role_set", late=is_late(request), **_ids(place))
    return render(request, "learning/role_set_answer.html", page=page, **_shown(request, library, place, run))


@router.get(f"{PATH}/pattern", name="learning.role_set_pattern")
def show_role_set_pattern(
    request: Request, here: Learner, place: AtRoleSet, db: DbSession, library: Library
) -> Response:
    close_to_actors(here)
    run = service.find_run(db, place, user=here.user)
    if run is None:
        raise NotFound
    return _show_pattern(request, place, run, db, _shown(request, library, place, run))


def _show_pattern(
    request: Request, place: RoleSetPlace, run: Run[RoleSet], db: DbSession, shown: dict[str, Any]
) -> Response:
    facts = progress_queries.read_facts(db, user=run.user)
    next_path = next_step_path(request, place.module, facts, after=place.key)
    return render(request, "learning/role_set_pattern.html", page=pages.make_pattern(run), next_path=next_path, **shown)


def _ids(place: RoleSetPlace) -> dict[str, str]:
    return {"slug": place.module.slug, "role_set_id": place.role_set.id}


def _read_posted(form: Form) -> service.PostedRole:
    attempt = read_number(form, "attempt")
    return service.PostedRole(attempt, form.one("step"), form.one("role"), form.one("opening"), form.one("confidence"))


def _shown(request: Request, library: Library, place: RoleSetPlace, run: Run[RoleSet] | None) -> dict[str, Any]:
    role_set = run.activity if run else place.role_set
    text = make_page_text(library, request.state.visitor.user, role_set.locale)
    return {"place": place, "role_set": role_set, "run": run, "text": text, "is_late": is_late(request)}
