"""The pages of self-assessment: begin, one domain at a time, look it over, hand in. All are the coach's alone."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.assessment import (
    forms,
    pages,
    plan_routes,
    print_routes,
    profile_pages,
    queries,
    rules,
    service,
    shape_pages,
    sharing_routes,
)
from app.assessment.desk import AtDesk, Desk
from app.assessment.forms import ExampleTooLong
from app.assessment.lessons import find_support_card
from app.assessment.models import Assessment
from app.assessment.role_pages import find_second_form
from app.assessment.rules import LONGEST_EXAMPLE, Asked, Sheet, Stage
from app.progress import queries as progress_queries
from app.web import words
from app.web.errors import BadForm, NotFound
from app.web.forms import PostedForm, wants_json
from app.web.pdfs import lacks_file
from app.web.templating import path_for, render, see_other
from app.web.texts import gettext as _
from competencies import Domain

router = APIRouter()
router.routes.extend(plan_routes.router.routes)
router.routes.extend(sharing_routes.router.routes)
router.routes.extend(print_routes.router.routes)
ROOT = "/self-assessment"
ONE = f"{ROOT}/{{assessment}}"
PAGE = f"{ONE}/{{stage}}/{{domain}}"


@dataclass(frozen=True)
class Paper:
    """One self-assessment of this person, open on the desk."""

    desk: Desk
    assessment: Assessment
    sheet: Sheet
    stage: Stage

    def answers(self) -> dict[str, str]:
        return queries.read_answers(self.desk.db, assessment=self.assessment)

    def first_path(self) -> str:
        """Where somebody goes on: the first page of the stage."""
        first = self.sheet.framework.domains[0].id
        return pages.page_path(self.desk.request, self.assessment, self.stage, first)


def _find_paper(at: AtDesk, assessment: UUID) -> Paper:
    is_held = at.request.method == "POST"
    found = queries.find_assessment(at.db, user=at.here.user, uuid=assessment, is_held=is_held)
    instrument = at.library.find_instrument(found.instrument) if found else None
    if found is None or instrument is None:
        raise NotFound
    sheet = Sheet(instrument, at.library.framework, found.point, forms.FORMS[found.form])
    return Paper(at, found, sheet, rules.tell_stage(instrument, found))


AtPaper = Annotated[Paper, Depends(_find_paper)]


@router.get(ROOT, name="assessment.home")
def show_home(at: AtDesk) -> Response:
    taken = queries.list_assessments(at.db, user=at.here.user)
    facts = progress_queries.read_facts(at.db, user=at.here.user)
    page = pages.make_overview(at.request, at.instrument, taken, facts, at.now)
    is_after = page.coming is not None and page.coming.point == "post"
    second = find_second_form(at.request, at.library, facts) if is_after else None
    return render(at.request, "assessment/home.html", page=page, second_form=second, text=at.text())


@router.post(f"{ROOT}/begin", name="assessment.begin")
def begin(at: AtDesk, form: PostedForm) -> Response:
    point = form.one("point")
    if point not in {one.point for one in at.instrument.administration}:
        raise BadForm
    begun = service.begin(
        at.db, user=at.here.user, instrument=at.instrument, point=point, form=forms.read_length(form), now=at.now
    )
    if begun is None:
        return see_other(at.request, "assessment.home")
    return see_other(at.request, "assessment.answers", assessment=begun.uuid)


@router.get(f"{ROOT}/profile", name="assessment.profile")
def show_profile(at: AtDesk) -> Response:
    reading = at.profile()
    page = profile_pages.make_profile(at.request, reading)
    lacks = lacks_file(at.request)
    return render(at.request, "assessment/profile.html", page=page, roles=at.roles(reading), lacks_file=lacks)


@router.get(f"{ROOT}/profile/competencies", name="assessment.competencies")
def show_competencies(at: AtDesk) -> Response:
    page = profile_pages.make_competencies(at.profile())
    return render(at.request, "assessment/competencies.html", page=page)


@router.get(f"{ROOT}/profile/over-time", name="assessment.over_time")
def show_over_time(at: AtDesk) -> Response:
    reading = at.profile(with_sums=False)
    page = shape_pages.make_over_time(reading)
    return render(at.request, "assessment/over_time.html", page=page, roles=at.roles(reading))


@router.get(f"{ROOT}/profile/shape", name="assessment.shape")
def show_shape(at: AtDesk) -> Response:
    return render(at.request, "assessment/shape.html", page=shape_pages.make_shape(at.profile(with_sums=False)))


@router.get(ONE, name="assessment.answers")
def show_answers(paper: AtPaper) -> Response:
    if paper.stage is not Stage.CLOSED:
        return _go(paper.first_path())
    page = profile_pages.make_answers(paper.assessment, paper.sheet, paper.answers())
    return render(paper.desk.request, "assessment/answers.html", page=page)


@router.get(f"{ONE}/review", name="assessment.review")
def show_review(paper: AtPaper) -> Response:
    if paper.stage is Stage.CLOSED:
        return _see_answers(paper)
    at = paper.desk
    page = pages.make_review(at.request, paper.assessment, paper.sheet, paper.stage, paper.answers())
    return render(at.request, "assessment/review.html", page=page, instrument=paper.sheet.instrument)


@router.post(f"{ONE}/review", name="assessment.review")
def hand_in(paper: AtPaper, form: PostedForm) -> Response:
    at = paper.desk
    if form.one("stage") != paper.stage:
        return _see_answers(paper)
    outcome = service.hand_in(at.db, user=at.here.user, assessment=paper.assessment, sheet=paper.sheet, now=at.now)
    if outcome is service.Outcome.SUBMITTED:
        return see_other(at.request, "assessment.profile")
    if outcome is service.Outcome.NOW_FIXED:
        return _see_answers(paper)
    return _go(pages.review_path(at.request, paper.assessment))


@router.post(f"{ONE}/delete", name="assessment.delete")
def delete(paper: AtPaper) -> Response:
    at = paper.desk
    service.delete_assessment(at.db, user=at.here.user, assessment=paper.assessment, sheet=paper.sheet)
    return see_other(at.request, "assessment.home")


@router.get(PAGE, name="assessment.page")
def show_page(paper: AtPaper, stage: Stage, domain: str) -> Response:
    found = _find_domain(paper, domain)
    return _see_answers(paper) if stage is not paper.stage else _render_page(paper, found, paper.answers())


@router.post(PAGE, name="assessment.page")
def save_page(paper: AtPaper, stage: Stage, domain: str, form: PostedForm) -> Response:
    at, found = paper.desk, _find_domain(paper, domain)
    is_script = wants_json(at.request)
    if stage is not paper.stage:
        return JSONResponse({}, status_code=HTTPStatus.CONFLICT) if is_script else _see_answers(paper)
    try:
        given = forms.read_given(form, paper.sheet.list_questions(stage, found.id))
    except ExampleTooLong as error:
        return _refuse(paper, found, {str(error): form.one(str(error))}, is_script=is_script)
    service.save(at.db, assessment=paper.assessment, given=given, now=at.now)
    if is_script:
        return _tell_saved(paper, stage, found)
    return _go(_next_path(paper, found, form.one("go")))


def _find_domain(paper: Paper, name: str) -> Domain:
    for one in paper.sheet.framework.domains:
        if one.id.lower() == name:
            return one
    raise NotFound


def _render_page(paper: Paper, domain: Domain, answers: dict[str, str], problem: str | None = None) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    request, sheet = paper.desk.request, paper.sheet
    page = pages.make_domain_page(request, paper.assessment, sheet, paper.stage, domain, answers, problem)
    card = find_support_card(request, paper.desk.library, sheet.instrument, domain.id)
    return render(
        request, "assessment/page.html", status=status, page=page, instrument=sheet.instrument, support_card=card
    )


def _refuse(paper: Paper, domain: Domain, sent: dict[str, str], *, is_script: bool) -> Response:
    if is_script:
        return JSONResponse({}, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)
    problem = _("This box takes {n} characters. Shorten the text; nothing of it is lost.").format(n=LONGEST_EXAMPLE)
    return _render_page(paper, domain, paper.answers() | sent, problem)


def _tell_saved(paper: Paper, stage: Stage, domain: Domain) -> Response:
    answers = paper.answers()
    keys = [rules.answer_key(Asked(stage), one) for one in paper.sheet.list_ids(domain.id)]
    answered = sum(key in answers for key in keys)
    return JSONResponse({"saved_at": paper.desk.now.isoformat(), "count": words.of(answered, len(keys))})


def _next_path(paper: Paper, domain: Domain, go: str) -> str:
    request, domains = paper.desk.request, paper.sheet.framework.domains
    at = domains.index(domain) + (-1 if go == "back" else 1)
    if at < 0:
        return path_for(request, "assessment.home")
    if at == len(domains):
        return pages.review_path(request, paper.assessment)
    return pages.page_path(request, paper.assessment, paper.stage, domains[at].id)


def _see_answers(paper: Paper) -> Response:
    """To wherever this self-assessment stands: its answers, or the first page of its stage."""
    return see_other(paper.desk.request, "assessment.answers", assessment=paper.assessment.uuid)


def _go(path: str) -> Response:
    return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)
