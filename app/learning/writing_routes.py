"""The private pages to write on: reflection and practice task. Each box may be saved alone, by the page's script."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.learning import forms, queries, saving, service
from app.learning.forms import TextTooLong
from app.learning.links import see_other_at
from app.learning.opening import OpenModule
from app.learning.pages import writing as pages
from app.learning.pages.boxes import NOTHING_SENT, Sent
from app.learning.referral import make_page_text
from app.progress import queries as progress_queries
from app.progress.rules import activity_key
from app.web.deps import DbSession, Library, Now
from app.web.forms import PostedForm, wants_json
from app.web.guards import Learner, close_to_actors
from app.web.pdfs import lacks_file
from app.web.templating import render, see_other
from app.web.texts import gettext as _

router = APIRouter()
REFLECTION = "/modules/{slug}/reflection"
TASK = "/modules/{slug}/task"
ATTEST_FIRST = "attest"


@dataclass(frozen=True)
class Desk:
    """Who writes in which module, and what is needed to answer them."""

    request: Request
    here: Learner
    module: OpenModule
    db: DbSession
    library: Library
    now: Now


AtDesk = Annotated[Desk, Depends(Desk)]


@router.get(REFLECTION, name="learning.reflection")
def show_reflection(at: AtDesk) -> Response:
    return _render_reflection(at)


@router.post(REFLECTION, name="learning.reflection")
def save_reflection(at: AtDesk, form: PostedForm) -> Response:
    boxes = [prompt.id for prompt in at.module.reflection.prompts]
    try:
        drafts = forms.read_drafts(activity_key(at.module.id, at.module.reflection.id), boxes, form)
    except TextTooLong as error:
        return _refuse_reflection(at, saving.make_sent(form, boxes, too_long=str(error)))
    kept = service.save_reflection(at.db, user=at.here.user, module=at.module, drafts=drafts, now=at.now)
    if wants_json(at.request):
        return saving.answer_saved(kept, at.now)
    if any(one.is_conflict for one in kept):
        return _refuse_reflection(at, saving.make_sent(form, boxes, kept=kept))
    return see_other_at(at.request, "learning.reflection", "kept", slug=at.module.slug)


@router.post(f"{REFLECTION}/delete", name="learning.delete_reflection")
def delete_reflection(at: AtDesk) -> Response:
    service.delete_texts(at.db, user=at.here.user, keys=pages.list_reflection_keys(at.module), now=at.now)
    return see_other(at.request, "learning.reflection", slug=at.module.slug)


@router.get(TASK, name="learning.task")
def show_task(at: AtDesk) -> Response:
    return _render_task(at)


@router.post(TASK, name="learning.task")
def save_task(at: AtDesk, form: PostedForm) -> Response:
    boxes = [note.id for note in at.module.task.notes]
    try:
        drafts = forms.read_drafts(activity_key(at.module.id, at.module.task.id), boxes, form)
    except TextTooLong as error:
        return _refuse_task(at, saving.make_sent(form, boxes, too_long=str(error)))
    kept = service.save_notes(at.db, user=at.here.user, module=at.module, drafts=drafts, now=at.now)
    if wants_json(at.request):
        return saving.answer_saved(kept, at.now)
    if any(one.is_conflict for one in kept):
        return _refuse_task(at, saving.make_sent(form, boxes, kept=kept))
    return _attest(at, asks=form.one("act") == ATTEST_FIRST, is_true=form.one("attest") == "yes")


@router.post(f"{TASK}/delete", name="learning.delete_notes")
def delete_notes(at: AtDesk) -> Response:
    service.delete_texts(at.db, user=at.here.user, keys=pages.list_task_keys(at.module), now=at.now)
    return see_other(at.request, "learning.task", slug=at.module.slug)


def _attest(at: Desk, *, asks: bool, is_true: bool) -> Response:
    if asks and not is_true:
        problem = _("Check the box if the sentence is true. If it is not yet, come back when it is.")
        return _render_task(at, status=HTTPStatus.UNPROCESSABLE_ENTITY, attest_problem=problem)
    if asks:
        service.attest_task(at.db, user=at.here.user, module=at.module, now=at.now)
    return see_other_at(at.request, "learning.task", "attested" if asks else "kept", slug=at.module.slug)


def _refuse_reflection(at: Desk, sent: Sent) -> Response:
    if wants_json(at.request):
        return saving.answer_too_long()
    return _render_reflection(at, sent, HTTPStatus.CONFLICT if sent.clashes else HTTPStatus.UNPROCESSABLE_ENTITY)


def _refuse_task(at: Desk, sent: Sent) -> Response:
    if wants_json(at.request):
        return saving.answer_too_long()
    status = HTTPStatus.CONFLICT if sent.clashes else HTTPStatus.UNPROCESSABLE_ENTITY
    return _render_task(at, sent, status)


def _render_reflection(at: Desk, sent: Sent = NOTHING_SENT, status: HTTPStatus = HTTPStatus.OK) -> Response:
    close_to_actors(at.here)
    facts = progress_queries.read_facts(at.db, user=at.here.user)
    writings = queries.read_writings(at.db, user=at.here.user, keys=pages.list_reflection_keys(at.module))
    page = pages.make_reflection_page(at.request, at.module, facts, pages.Held(writings, sent))
    text = make_page_text(at.library, at.here.user, at.module.reflection.locale)
    return render(at.request, "learning/reflection.html", status=status, page=page, text=text)


def _render_task(
    at: Desk, sent: Sent = NOTHING_SENT, status: HTTPStatus = HTTPStatus.OK, attest_problem: str | None = None
) -> Response:
    close_to_actors(at.here)
    facts = progress_queries.read_facts(at.db, user=at.here.user)
    writings = queries.read_writings(at.db, user=at.here.user, keys=pages.list_task_keys(at.module))
    page = pages.make_task_page(at.module, facts, pages.Held(writings, sent), attest_problem)
    text = make_page_text(at.library, at.here.user, at.module.task.locale)
    shown = {"page": page, "text": text, "lacks_file": lacks_file(at.request)}
    return render(at.request, "learning/task.html", status=status, **shown)
