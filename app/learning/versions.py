"""Keeps each activity once, as it was when somebody answered it, and makes it again."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

import modules
from app.learning.models import ContentVersion

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_KEEP = {
    name: insert(ContentVersion).on_conflict_do_nothing(index_elements=["digest"]) for name, insert in _INSERTS.items()
}


def keep_version(db: Session, *, activity: Any, now: datetime) -> str:
    """Stores a check, vignette, role set, interaction, reflection or task under its digest, once; returns the digest."""
    digest = modules.digest_of(activity)
    row = {
        "digest": digest,
        "kind": modules.kind_of(activity),
        "format": modules.FORMAT,
        "body": json.loads(modules.canonical_json(activity)),
        "stored_at": now,
    }
    db.execute(_KEEP[db.get_bind().dialect.name], row)
    return digest


def restore(version: ContentVersion) -> Any:
    """The activity of a stored version, as the model of its kind."""
    return modules.load_activity(version.kind, version.format, json.dumps(version.body))
