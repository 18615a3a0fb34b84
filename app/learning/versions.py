"""Keeps each activity once, as it was when somebody answered it, and makes it again."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

import modules
from app.db.inserting import insert_once
from app.learning.models import ContentVersion

# All activities of a few years, and no more than some megabytes.
MOST_RESTORED = 500
_restored: dict[tuple[str, str, int], Any] = {}


def keep_version(db: Session, *, activity: Any, now: datetime) -> str:
    """Stores a check, vignette, role set, interaction or other activity once, under its digest, and returns that."""
    digest = modules.digest_of(activity)
    row = {
        "digest": digest,
        "kind": modules.kind_of(activity),
        "format": modules.FORMAT,
        "body": json.loads(modules.canonical_json(activity)),
        "stored_at": now,
    }
    insert_once(db, ContentVersion, row, unique=["digest"])
    return digest


def restore(version: ContentVersion) -> Any:
    """The activity of a stored version, as the model of its kind; frozen, and made once for each digest."""
    key = (version.digest, version.kind, version.format)
    if key not in _restored:
        if len(_restored) >= MOST_RESTORED:
            _restored.clear()
        _restored[key] = modules.load_activity(version.kind, version.format, json.dumps(version.body))
    return _restored[key]
