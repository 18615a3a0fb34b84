"""Keeps each activity once, as it was when somebody answered it, and makes it again."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

import modules
from app.db.inserting import insert_once
from app.learning.models import ContentVersion


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
    """The activity of a stored version, as the model of its kind."""
    return modules.load_activity(version.kind, version.format, json.dumps(version.body))
