"""The plan and the profile as tagged PDFs: attachments for the coach, with the words of their pages."""

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from app.assessment import plan_pages, print_pages, profile_pages, queries
from app.assessment.desk import AtDesk
from app.web.errors import NotFound
from app.web.pdfs import give_pdf
from app.web.typesetting import typeset_for_one

router = APIRouter()


@router.get("/plan.pdf", name="assessment.plan_file")
def give_plan(at: AtDesk) -> Response:
    kept = queries.list_goals(at.db, user=at.here.user, today=at.now.date())
    if not kept:
        raise NotFound
    page = plan_pages.make_plan(at.request, at.profile(with_sums=False), kept, at.now)
    make = partial(typeset_for_one, print_pages.PLAN, print_pages.make_plan_paper(page, at.now))
    return give_pdf(at.request, make, "cairn-plan.pdf", page="assessment.plan")


@router.get("/self-assessment/profile.pdf", name="assessment.profile_file")
def give_profile(at: AtDesk) -> Response:
    page = profile_pages.make_profile(at.request, at.profile())
    if page.panel is None:
        raise NotFound
    make = partial(typeset_for_one, print_pages.PROFILE, print_pages.make_profile_paper(page, at.now))
    return give_pdf(at.request, make, "cairn-profile.pdf", page="assessment.profile")
