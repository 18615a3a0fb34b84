"""The job aid and the practice task of a module as tagged PDFs: attachments, so that no link leaves the LMS's frame."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.learning.addresses import NO_FILE
from app.learning.opening import OpenModule
from app.learning.pages import handout as pages
from app.learning.referral import make_page_text
from app.web.deps import Library
from app.web.downloads import attach
from app.web.guards import Learner
from app.web.templating import path_for
from app.web.typesetting import NotTypeset, typeset

router = APIRouter()


@router.get("/modules/{slug}/job-aid.pdf", name="learning.job_aid_file")  # noqa: FAST003  OpenModule reads it
def give_card(request: Request, here: Learner, module: OpenModule, library: Library) -> Response:
    text = make_page_text(library, here.user, module.sheet.locale)
    return _give(request, pages.make_card_handout(module, text), "job-aid", page="learning.job_aid", slug=module.slug)


@router.get("/modules/{slug}/task.pdf", name="learning.task_file")  # noqa: FAST003  OpenModule reads it
def give_task(request: Request, here: Learner, module: OpenModule, library: Library) -> Response:
    text = make_page_text(library, here.user, module.task.locale)
    return _give(request, pages.make_task_handout(module, text), "task", page="learning.task", slug=module.slug)


def _give(request: Request, data: Mapping[str, Any], name: str, *, page: str, slug: str) -> Response:
    """The file; where it cannot be made, its page with a sentence that says so."""
    try:
        made = typeset(pages.TEMPLATE, data)
    except NotTypeset:
        return RedirectResponse(f"{path_for(request, page, slug=slug)}?{NO_FILE}=1", status_code=303)
    return Response(made, media_type="application/pdf", headers=attach(f"{slug}-{name}.pdf"))
