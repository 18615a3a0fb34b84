"""What a launch held, without anybody's data: kept for one administrator, on request, for an hour."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.db.inserting import build_upsert
from app.lti.launches import Launch
from app.lti.models import Deployment, LaunchRecord
from app.membership.models import Platform, User
from app.web.house import House

LIFETIME = timedelta(hours=1)
MOST_CLAIMS = 100
_MOST_LISTED = 40
_LONGEST = 200
_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
_AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
_NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
# Claims whose value is the same for everybody in that place.
_PLAIN = frozenset(
    {f"{_CLAIM}{name}" for name in ("message_type", "version", "deployment_id", "roles")}
    | {"https://www.instructure.com/placement"}
)
# Of these objects, the members whose values say nothing about a person; of all others only the names.
_MEMBERS: Mapping[str, tuple[str, ...]] = {
    f"{_CLAIM}context": ("type",),
    f"{_CLAIM}launch_presentation": ("document_target", "locale"),
    f"{_CLAIM}tool_platform": ("product_family_code", "version"),
    _AGS: ("scope",),
    _NRPS: ("service_versions",),
}
_ASK = build_upsert(LaunchRecord, ["user_id"], newest=("institution_id", "asked_at", "recorded_at", "content"))


def ask(db: Session, *, user: User, now: datetime) -> None:
    """Records the next launch that this person makes as an administrator; an earlier record is forgotten."""
    _purge(db, now)
    row = {
        "user_id": user.id, "institution_id": user.institution_id, "asked_at": now, "recorded_at": None, "content": [],
    }  # fmt: skip
    _ASK.run(db, row)


def _purge(db: Session, now: datetime) -> None:
    db.execute(delete(LaunchRecord).where(LaunchRecord.asked_at < now - 2 * LIFETIME))


def find(db: Session, *, user: User, now: datetime) -> LaunchRecord | None:
    """What this person asked for, and got or still waits for; None an hour later."""
    row = db.scalars(
        select(LaunchRecord).where(LaunchRecord.institution_id == user.institution_id, LaunchRecord.user_id == user.id)
    ).one_or_none()
    return row if row is not None and now - (row.recorded_at or row.asked_at) < LIFETIME else None


def keep_if_asked(house: House, token: str, launch: Launch) -> None:
    """After an administrator's launch went well; one read where nobody asked. The token was checked before."""
    now = house.clock()
    wanted = (
        select(LaunchRecord.institution_id, LaunchRecord.user_id)
        .select_from(Deployment)
        .join(Platform, Platform.id == Deployment.platform_id)
        .join(User, (User.platform_id == Platform.id) & (User.institution_id == Platform.institution_id))
        .join(
            LaunchRecord,
            (LaunchRecord.user_id == User.id) & (LaunchRecord.institution_id == User.institution_id),
        )
        .where(
            Deployment.registration_id == launch.registration_id,
            Deployment.platform_deployment_id == launch.deployment_id,
            User.sub == launch.person.sub,
            LaunchRecord.recorded_at.is_(None),
            LaunchRecord.asked_at > now - LIFETIME,
        )
    )
    with house.database.reading() as db:
        found = db.execute(wanted).one_or_none()
    if found is None:
        return
    with house.database.writing() as db:
        values = {"recorded_at": now, "content": describe_claims(_read_claims(token))}
        ours = LaunchRecord.institution_id == found.institution_id, LaunchRecord.user_id == found.user_id
        db.execute(update(LaunchRecord).where(*ours).values(values))


def _read_claims(token: str) -> Mapping[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def describe_claims(claims: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each claim's `name`, its `kind` (text, number, list, object…) and the `value` that may be shown, "" for none."""
    return [
        {"name": name[:_LONGEST], "kind": _tell_kind(value), "value": _tell_value(name, value)}
        for name, value in sorted(claims.items())[:MOST_CLAIMS]
    ]


def _tell_kind(value: object) -> str:
    kinds = ((bool, "yes or no"), (str, "text"), (int | float, "number"), (list, "list"), (dict, "object"))
    return next((word for kind, word in kinds if isinstance(value, kind)), "nothing")


def _tell_value(name: str, value: Any) -> str:
    if name in _PLAIN:
        return _write(value)
    if name == f"{_CLAIM}custom" and isinstance(value, dict):
        return _join(f"{key} ({_tell_parameter(found)})" for key, found in value.items())
    if isinstance(value, dict):
        shown = _MEMBERS.get(name, ())
        return _join(f"{key}: {_write(found)}" if key in shown else key for key, found in value.items())
    return ""


def _tell_parameter(value: object) -> str:
    """Whether the LMS filled it in; a variable that it does not know comes back as we wrote it."""
    if value in (None, ""):
        return "empty"
    return "not filled in" if isinstance(value, str) and value.startswith("$") else "filled in"


def _write(value: object) -> str:
    if isinstance(value, list):
        return _join(str(one)[:_LONGEST] for one in value if isinstance(one, str | int))
    return str(value)[:_LONGEST] if isinstance(value, str | int) else ""


def _join(parts: Any) -> str:
    return ", ".join(str(part)[:_LONGEST] for part, _ in zip(parts, range(_MOST_LISTED), strict=False))
