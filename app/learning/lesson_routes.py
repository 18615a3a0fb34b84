"""A lesson: shown, answered, marked as read."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from app.learning import forms, queries, saving, service
from app.learning.forms import TextTooLong
from app.learning.links import next_step_path, see_other_at
from app.learning.opening import OpenLesson, OpenModule
from app.learning.pages import lesson as lesson_pages
from app.learning.pages.boxes import Sent
from app.learning.pages.lesson import NOTHING_POSTED, WORDS, LessonReading, Posted
from app.learning.referral import make_page_text
from app.learning.writings import Kept
from app.progress import queries as progress_queries
from app.progress.rules import activity_key
from app.web.deps import DbSession, Library, Now
from app.web.forms import Form, PostedForm, wants_json
from app.web.guards import Learner
from app.web.templating import render
from app.web.texts import gettext as _
from app.web.texts import lazy
from modules import AnswerDoesNotFit

router = APIRouter()
PATH = "/modules/{slug}/lessons/{lesson_id}"
ANCHOR = "interaction"
NOT_YET = {
    "predict": lazy("Write a whole number from 0 to {of}."),
    "sort": lazy("Give every line a place first; what you chose is kept."),
    "write-compare": lazy("Write a sentence of your own first. It can be rough."),
}
NOT_CHOSEN = lazy("Choose one of the answers first.")


@dataclass(frozen=True)
class LessonDesk:
    """Who is at which lesson, and what is needed to answer them."""

    request: Request
    here: Learner
    module: OpenModule
    lesson: OpenLesson
    db: DbSession
    library: Library
    now: Now

    @property
    def key(self) -> str:
        return activity_key(self.module.id, self.lesson.id)


AtLesson = Annotated[LessonDesk, Depends(LessonDesk)]


@router.get(PATH, name="learning.lesson")
def show_lesson(at: AtLesson) -> Response:
    return _render(at)


@router.post(PATH, name="learning.answer")
def answer_lesson(at: AtLesson, form: PostedForm) -> Response:
    take = _take_words if at.lesson.interaction.kind == "write-compare" else _take_answer
    return take(at, form)


@router.post(f"{PATH}/read", name="learning.read")
def read_lesson(at: AtLesson) -> Response:
    facts = service.read_lesson(at.db, user=at.here.user, module=at.module, lesson=at.lesson, now=at.now)
    path = next_step_path(at.request, at.module, facts, after=at.key)
    return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)


def _take_answer(at: LessonDesk, form: Form) -> Response:
    answer = forms.read_answer(at.lesson.interaction, form)
    try:
        if answer is not None:
            _keep_answer(at, answer)
            return _go_to_answer(at)
    except AnswerDoesNotFit:
        pass
    return _refuse(at, Posted(forms.read_placed(at.lesson.interaction, form), _tell_not_yet(at)))


def _take_words(at: LessonDesk, form: Form) -> Response:
    """Keeps the person's own words; a form (not the script that saves) also opens the others' words."""
    try:
        drafts = forms.read_drafts(at.key, [WORDS], form)
    except TextTooLong:
        return saving.answer_too_long() if wants_json(at.request) else _refuse_words(at, form, too_long=WORDS)
    kept = service.save_notes(at.db, user=at.here.user, module=at.module, drafts=drafts, now=at.now)
    if wants_json(at.request):
        return saving.answer_saved(kept, at.now)
    if any(one.is_conflict for one in kept):
        return _refuse_words(at, form, kept=kept)
    if not any(draft.text for draft in drafts):
        return _refuse(at, Posted(problem=_tell_not_yet(at), sent=Sent({}, problems={WORDS: _tell_not_yet(at)})))
    _keep_answer(at, drafts[0].text)
    return _go_to_answer(at)


def _keep_answer(at: LessonDesk, answer: object) -> None:
    service.answer_lesson(at.db, user=at.here.user, module=at.module, lesson=at.lesson, answer=answer, now=at.now)


def _go_to_answer(at: LessonDesk) -> Response:
    return see_other_at(at.request, "learning.lesson", ANCHOR, slug=at.module.slug, lesson_id=at.lesson.id)


def _tell_not_yet(at: LessonDesk) -> str:
    interaction = at.lesson.interaction
    of = interaction.of if interaction.kind == "predict" else 0
    return _(NOT_YET.get(interaction.kind, NOT_CHOSEN)).format(of=of)


def _refuse(at: LessonDesk, posted: Posted, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> Response:
    return _render(at, posted, status)


def _refuse_words(at: LessonDesk, form: Form, *, kept: tuple[Kept, ...] = (), too_long: str | None = None) -> Response:
    sent = saving.make_sent(form, [WORDS], kept=kept, too_long=too_long)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if too_long else HTTPStatus.CONFLICT
    return _refuse(at, Posted(problem=saving.tell_problem(sent), sent=sent), status)


def _render(at: LessonDesk, posted: Posted = NOTHING_POSTED, status: HTTPStatus = HTTPStatus.OK) -> Response:
    text = make_page_text(at.library, at.here.user, at.lesson.locale)
    page = lesson_pages.make_lesson_page(at.request, _read(at), text, posted)
    return render(at.request, "learning/lesson.html", status=status, page=page, text=text)


def _read(at: LessonDesk) -> LessonReading:
    """Three statements at most. Who acts in this person's name sees the lesson, and nothing that was answered."""
    facts = progress_queries.read_facts(at.db, user=at.here.user)
    reading = LessonReading(at.here.user, at.module, at.lesson, facts)
    if at.here.session.is_masqueraded:
        return reading
    interaction, user = at.lesson.interaction, at.here.user
    key = activity_key(at.module.id, interaction.vignette) if interaction.kind == "vignette" else at.key
    given = queries.find_given(at.db, user=user, key=key, step=service.ANSWER_STEP)
    writing = None
    if interaction.kind == "write-compare":
        writing = queries.read_writings(at.db, user=user, keys=[f"{at.key}/{WORDS}"]).get(f"{at.key}/{WORDS}")
    return LessonReading(user, at.module, at.lesson, facts, given, writing)
