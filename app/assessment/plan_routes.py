"""The pages of the development plan. All of them are the coach's alone; what is shared of it has pages of its own."""

from dataclasses import replace
from http import HTTPStatus
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.responses import Response

from app.assessment import goals, plan_forms, plan_saving, queries, sharing_queries
from app.assessment import plan_pages as pages
from app.assessment.desk import AtDesk
from app.assessment.goals import Draft
from app.assessment.models import Goal
from app.assessment.plan_forms import PostedGoal
from app.assessment.plan_pages import Filled
from app.web.downloads import attach
from app.web.errors import BadForm, NotFound
from app.web.forms import PostedForm, wants_json
from app.web.pdfs import lacks_file
from app.web.templating import render, see_other
from app.web.texts import gettext as _

router = APIRouter()
ROOT = "/plan"
ONE = f"{ROOT}/{{goal}}"


@router.get(ROOT, name="assessment.plan")
def show_plan(at: AtDesk) -> Response:
    kept = queries.list_goals(at.db, user=at.here.user, today=at.now.date())
    profile = at.profile(with_sums=False)
    page = pages.make_plan(at.request, profile, kept, at.now)
    return render(at.request, "assessment/plan.html", page=page, lacks_file=lacks_file(at.request))


@router.get(f"{ROOT}/new", name="assessment.new_goal")
def show_new(at: AtDesk, competency: str = "") -> Response:
    code = competency if competency in at.library.framework.codes else None
    return _render(at, None, Filled(Draft(competency=code), "", 0))


@router.post(f"{ROOT}/new", name="assessment.new_goal")
def add(at: AtDesk, form: PostedForm) -> Response:
    posted = plan_forms.read_goal(form, at.library.framework)
    uuid = posted.made or uuid4()
    known = queries.find_goal(at.db, user=at.here.user, uuid=uuid, is_held=True)
    if known is not None:
        # It was saved before, and the answer was lost on the way.
        return _save(at, known, replace(posted, revision=posted.revision or goals.FIRST_REVISION))
    if queries.count_goals(at.db, user=at.here.user) >= goals.MOST_GOALS:
        full = _("Your plan is full. Delete a goal that is behind you, and save this one again.")
        posted = replace(posted, problems={**posted.problems, "behavior": full})
    if posted.problems:
        return _refuse(at, None, posted)
    if not goals.add_goal(at.db, user=at.here.user, draft=posted.draft, uuid=uuid, now=at.now):
        raise BadForm
    return _tell_kept(at, at.goal(uuid))


@router.get(ONE, name="assessment.goal")
def show_goal(at: AtDesk, goal: UUID) -> Response:
    found = queries.find_goal_and_readers(at.db, user=at.here.user, uuid=goal, today=at.now.date())
    if found is None:
        raise NotFound
    return _render(at, found[0], pages.fill(found[0]), readers=found[1])


@router.post(ONE, name="assessment.goal")
def change(at: AtDesk, goal: UUID, form: PostedForm) -> Response:
    found = at.goal(goal)
    return _save(at, found, plan_forms.read_goal(form, at.library.framework))


@router.post(f"{ONE}/delete", name="assessment.delete_goal")
def delete(at: AtDesk, goal: UUID) -> Response:
    goals.delete_goal(at.db, goal=at.goal(goal))
    return see_other(at.request, "assessment.plan")


@router.get(f"{ONE}/calendar.ics", name="assessment.calendar")
def show_calendar(at: AtDesk, goal: UUID) -> Response:
    found = at.goal(goal)
    if found.by is None:
        raise NotFound
    text = goals.write_calendar(
        found.uuid, found.by, at.now, title=_("Coaching: look at my plan"), text=_("Open Cairn from your course.")
    )
    return Response(text, media_type="text/calendar", headers=attach("plan.ics"))


def _save(at: AtDesk, goal: Goal, posted: PostedGoal) -> Response:
    if posted.problems:
        return _refuse(at, goal, posted)
    if goals.change_goal(goal, draft=posted.draft, revision=posted.revision, now=at.now):
        return _tell_kept(at, goal)
    if wants_json(at.request):
        return plan_saving.answer_clash(goal)
    # Saved once more, it replaces what the other window kept; that is shown beside it.
    filled = Filled(posted.draft, posted.by_text, goal.revision, other=goals.read_draft(goal))
    return _render(at, goal, filled)


def _tell_kept(at: AtDesk, goal: Goal) -> Response:
    if wants_json(at.request):
        return plan_saving.answer_kept(at.request, goal)
    return see_other(at.request, "assessment.plan")


def _refuse(at: AtDesk, goal: Goal | None, posted: PostedGoal) -> Response:
    if wants_json(at.request):
        return plan_saving.answer_refused(posted)
    return _render(at, goal, Filled(posted.draft, posted.by_text, posted.revision, posted.problems, made=posted.made))


def _render(at: AtDesk, goal: Goal | None, filled: Filled, *, readers: int | None = None) -> Response:
    if goal is not None and readers is None:
        readers = sharing_queries.count_readers_of(at.db, goal=goal, today=at.now.date())
    page = pages.make_goal_page(at.request, at.profile(with_sums=False), goal, filled, readers or 0)
    status = (
        HTTPStatus.CONFLICT if filled.other else HTTPStatus.UNPROCESSABLE_ENTITY if filled.problems else HTTPStatus.OK
    )
    return render(at.request, "assessment/goal.html", status=status, page=page)
