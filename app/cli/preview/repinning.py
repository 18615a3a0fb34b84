"""Lets the author's own attempts follow the text that they edit, so that a page shows the newest words at once.

A learner's attempt stays on the wording that it was begun with. In a preview that would hide every change: here an
attempt moves to the new wording while its ids are the same, and is forgotten as soon as they are not.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.learning import versions
from app.learning.models import Answer, Attempt, ContentVersion
from app.progress.rules import activity_key
from competencies import list_texts
from modules import Module, canonical_json


def follow(db: Session, module: Module, *, now: datetime) -> None:
    """Moves every attempt to today's content, or forgets it. Only ever over a preview's own database."""
    today = dict(_list_activities(module))
    rows = select(Attempt, ContentVersion).join(ContentVersion, ContentVersion.digest == Attempt.digest)
    for attempt, version in db.execute(rows).all():
        activity = today.get(attempt.key)
        if activity is not None and _bones(versions.restore(version)) == _bones(activity):
            attempt.digest = versions.keep_version(db, activity=activity, now=now)
            continue
        db.execute(
            delete(Answer).where(Answer.institution_id == attempt.institution_id, Answer.attempt_id == attempt.id)
        )
        db.execute(delete(Attempt).where(Attempt.institution_id == attempt.institution_id, Attempt.id == attempt.id))


def _list_activities(module: Module) -> Iterator[tuple[str, Any]]:
    role_sets = (*module.role_sets, *module.later_role_sets)
    named = (*((one.id, one) for one in module.vignettes), *((one.id, one) for one in role_sets))
    for own_id, activity in (*named, (module.check.id, module.check)):
        yield activity_key(module.id, own_id), activity
    for lesson in module.lessons:
        yield activity_key(module.id, lesson.id), lesson.interaction


def _bones(activity: Any) -> Any:
    """An activity without its words: ids, keys, points and where everything leads."""
    words = {written.text for written in list_texts(activity)}
    return _strip(json.loads(canonical_json(activity)), words)


def _strip(value: Any, words: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _strip(part, words) for key, part in value.items()}
    if isinstance(value, list):
        return [_strip(part, words) for part in value]
    return "" if value in words else value
