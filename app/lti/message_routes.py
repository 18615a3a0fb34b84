"""Pages that answer a message of the LMS with words alone."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.web.guards import Learner
from app.web.lean import LeanRoute
from app.web.templating import render

router = APIRouter(route_class=LeanRoute)


@router.get("/lti/review", name="lti.review")
def show_review(request: Request, here: Learner) -> Response:  # noqa: ARG001  a guard's value
    """For a submission review: whose submission it was is not even known here."""
    return render(request, "lti/review.html")
