"""Answers the form of a goal that saves itself: what was kept, in which revision, and what another window holds."""

from http import HTTPStatus

from fastapi import Request
from starlette.responses import JSONResponse, Response

from app.assessment.goals import Draft, read_draft
from app.assessment.models import Goal
from app.assessment.plan_forms import LONGEST, PostedGoal
from app.web.templating import path_for


def answer_kept(request: Request, goal: Goal) -> Response:
    """200 with the revision that the next save is made of, and where the goal stands from now on."""
    path = path_for(request, "assessment.goal", goal=goal.uuid)
    return JSONResponse({"saved_at": goal.saved_at.isoformat(), "revision": goal.revision, "path": path})


def answer_clash(goal: Goal) -> Response:
    """409 with the fields as they stand; the sender still holds its own."""
    fields = _write_fields(read_draft(goal))
    return JSONResponse({"revision": goal.revision, "fields": fields}, status_code=HTTPStatus.CONFLICT)


def answer_refused(posted: PostedGoal) -> Response:
    """422 with the first sentence of what is wrong; nothing was kept."""
    problem = next(iter(posted.problems.values()))
    return JSONResponse({"problem": problem}, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)


def _write_fields(draft: Draft) -> dict[str, str]:
    """The fields of the form, by name, as a browser sends them."""
    texts = {name: getattr(draft, name) for name in LONGEST}
    by = draft.by.isoformat() if draft.by else ""
    return {**texts, "competency": draft.competency or "", "by": by, "state": draft.state.value}
