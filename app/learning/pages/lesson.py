"""A lesson: its prose, its figures, and the one thing that it asks, before and after the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request

import modules
from app.learning import versions
from app.learning.links import next_step_path, part_path
from app.learning.models import Writing
from app.learning.pages.boxes import NOTHING_SENT, Box, Sent, fill_box
from app.learning.queries import Given
from app.learning.rules import Facts, PartKind, list_parts
from app.learning.service import WRITTEN
from app.membership.models import User
from app.progress.rules import FactKind, activity_key
from modules import InteractionFeedback, InteractionView, Lesson, Module, PageText, RenderedLesson, Vignette

WORDS = "words"


@dataclass(frozen=True)
class LessonReading:
    """What a lesson page is made of, as read."""

    user: User
    module: Module
    lesson: Lesson
    facts: Facts
    given: Given | None = None
    writing: Writing | None = None


@dataclass(frozen=True)
class Posted:
    """An answer that could not be taken as sent: what was chosen or written so far, and the sentence that says why."""

    values: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None
    sent: Sent = NOTHING_SENT


@dataclass(frozen=True)
class VignetteCard:
    """The way into a vignette, and how far the person is in it."""

    vignette: Vignette
    path: str
    done_at: datetime | None
    is_begun: bool


@dataclass(frozen=True)
class Question:
    """A lesson's interaction. `feedback` is None until it is answered; until then no reason leaves the server."""

    view: InteractionView
    feedback: InteractionFeedback | None
    is_older: bool
    posted: Posted
    box: Box | None = None


@dataclass(frozen=True)
class Turn:
    """A neighboring lesson."""

    title: str
    minutes: int
    path: str


@dataclass(frozen=True)
class LessonPage:
    """Everything on a lesson's page."""

    module: Module
    lesson: Lesson
    number: int
    objectives: tuple[str, ...]
    body: RenderedLesson
    question: Question | None
    vignette: VignetteCard | None
    read_at: datetime | None
    next_path: str
    before: Turn | None
    after: Turn | None


NOTHING_POSTED = Posted()


def make_lesson_page(
    request: Request, reading: LessonReading, text: PageText, posted: Posted = NOTHING_POSTED
) -> LessonPage:
    module, lesson = reading.module, reading.lesson
    key = activity_key(module.id, lesson.id)
    at = [one.id for one in module.lessons].index(lesson.id)
    objectives = (module.find_objective(objective) for objective in lesson.objectives)
    return LessonPage(
        module=module,
        lesson=lesson,
        number=at + 1,
        objectives=tuple(objective.text for objective in objectives if objective),
        body=text.lesson(lesson, figures=module.figures),
        question=_make_question(reading, posted),
        vignette=_make_vignette_card(request, reading),
        read_at=reading.facts.get((FactKind.READ, key)),
        next_path=next_step_path(request, module, reading.facts, after=key),
        before=_make_turn(request, module, at - 1),
        after=_make_turn(request, module, at + 1),
    )


def _make_turn(request: Request, module: Module, at: int) -> Turn | None:
    if not 0 <= at < len(module.lessons):
        return None
    lesson = module.lessons[at]
    part = next(part for part in list_parts(module) if part.kind is PartKind.LESSON and part.id == lesson.id)
    return Turn(lesson.title, lesson.minutes, part_path(request, module, part))


def _make_vignette_card(request: Request, reading: LessonReading) -> VignetteCard | None:
    interaction, module = reading.lesson.interaction, reading.module
    vignette = module.find_vignette(interaction.vignette) if interaction.kind == "vignette" else None
    if vignette is None:
        return None
    part = next(part for part in list_parts(module) if part.kind is PartKind.VIGNETTE and part.id == vignette.id)
    path, done_at = part_path(request, module, part), part.done_at(reading.facts)
    return VignetteCard(vignette, path, done_at, is_begun=reading.given is not None)


def _make_question(reading: LessonReading, posted: Posted) -> Question | None:
    today = reading.lesson.interaction
    if today.kind == "vignette":
        return None
    seed = f"{reading.user.uuid}:{reading.lesson.id}"
    box = _make_words_box(reading, posted) if today.kind == "write-compare" else None
    given = reading.given
    if given is None or given.answer is None:
        return Question(modules.view_interaction(today, seed), None, is_older=False, posted=posted, box=box)
    asked = versions.restore(given.version)
    answer = (reading.writing.text if reading.writing else "") or WRITTEN if given.answer == WRITTEN else given.answer
    feedback = modules.answer_interaction(asked, answer)
    is_older = given.attempt.digest != modules.digest_of(today)
    return Question(modules.view_interaction(asked, seed), feedback, is_older=is_older, posted=posted, box=box)


def _make_words_box(reading: LessonReading, posted: Posted) -> Box:
    interaction = reading.lesson.interaction
    assert interaction.kind == "write-compare"
    box = Box(id=WORDS, label=interaction.ask, rows=interaction.rows, is_required=True)
    key = f"{activity_key(reading.module.id, reading.lesson.id)}/{WORDS}"
    return fill_box(box, reading.writing, key, posted.sent)
