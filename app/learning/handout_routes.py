"""The job aid and the practice task of a module as tagged PDFs: attachments, so that no link leaves the LMS's frame."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.learning.opening import OpenModule
from app.learning.pages import handout as pages
from app.learning.referral import make_page_text
from app.web.deps import Library
from app.web.guards import Learner
from app.web.pdfs import give_pdf
from app.web.typesetting import typeset

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
    return give_pdf(request, partial(typeset, pages.TEMPLATE, data), f"{slug}-{name}.pdf", page=page, slug=slug)
