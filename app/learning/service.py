"""What a person does in lessons, reflections and tasks: reads, answers, writes, attests. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

import modules
from app.learning import attempts, completion, versions, writings
from app.learning.models import Attempt
from app.learning.writings import Draft, Kept
from app.membership.models import User
from app.progress import queries as progress_queries
from app.progress import service as progress_service
from app.progress.rules import FactKind, activity_key
from modules import Lesson, Module

ANSWER_STEP = "answer"
# What is kept as the answer where the words themselves are a writing, which its owner may delete.
WRITTEN = "written"
Facts = dict[tuple[str, str], datetime]


def read_lesson(db: Session, *, user: User, module: Module, lesson: Lesson, now: datetime) -> Facts:
    """Marks a lesson as read, for good; returns the person's facts as they stand now."""
    fact = (FactKind.READ, activity_key(module.id, lesson.id))
    completion.record_part(db, user=user, module=module, fact=fact, now=now)
    return progress_queries.read_facts(db, user=user)


def answer_lesson(  # noqa: PLR0913  who, where, what and when
    db: Session, *, user: User, module: Module, lesson: Lesson, answer: Any, now: datetime
) -> None:
    """Keeps the answer to a lesson's interaction, pinned to today's wording; the first answer stands.

    Raises AnswerDoesNotFit for an answer that the interaction does not have.
    """
    modules.answer_interaction(lesson.interaction, answer)
    digest = versions.keep_version(db, activity=lesson.interaction, now=now)
    new = Attempt(key=activity_key(module.id, lesson.id), number=1, digest=digest, started_at=now)
    attempt = attempts.open_attempt(db, user=user, attempt=new)
    given = WRITTEN if lesson.interaction.kind == "write-compare" else answer
    attempts.give_answer(db, attempt=attempt, step=ANSWER_STEP, given=given, now=now)
    completion.note_progress(db, user=user, module=module, now=now)


def save_drafts(db: Session, *, user: User, drafts: Sequence[Draft], now: datetime) -> tuple[Kept, ...]:
    """Keeps each draft that it can; what another window changed meanwhile comes back as a conflict."""
    kept = (writings.save_text(db, user=user, draft=draft, now=now) for draft in drafts)
    return tuple(one for one in kept if one is not None)


def save_reflection(
    db: Session, *, user: User, module: Module, drafts: Sequence[Draft], now: datetime
) -> tuple[Kept, ...]:
    """Keeps the boxes of a reflection; it is written once its required box holds any word, and stays written."""
    kept = save_drafts(db, user=user, drafts=drafts, now=now)
    key = activity_key(module.id, module.reflection.id)
    required = {f"{key}/{prompt.id}" for prompt in module.reflection.prompts if prompt.required}
    if any(one.key in required and one.text.strip() for one in kept):
        completion.record_part(db, user=user, module=module, fact=(FactKind.WRITTEN, key), now=now)
    elif kept:
        completion.note_progress(db, user=user, module=module, now=now)
    return kept


def save_notes(db: Session, *, user: User, module: Module, drafts: Sequence[Draft], now: datetime) -> tuple[Kept, ...]:
    """Keeps private texts that change no status: a task's notes, a lesson's own words."""
    kept = save_drafts(db, user=user, drafts=drafts, now=now)
    if kept:
        completion.note_progress(db, user=user, module=module, now=now)
    return kept


def delete_texts(db: Session, *, user: User, keys: Sequence[str], now: datetime) -> None:
    """Empties what the person wrote under these keys. What was complete stays complete."""
    writings.delete_texts(db, user=user, keys=keys, now=now)


def attest_task(db: Session, *, user: User, module: Module, now: datetime) -> None:
    """Records that the person says they did the practice task. A requirement of its own, not of the module."""
    key = activity_key(module.id, module.task.id)
    progress_service.record(db, user=user, kind=FactKind.ATTESTED, key=key, at=now)
    completion.note_progress(db, user=user, module=module, now=now)
