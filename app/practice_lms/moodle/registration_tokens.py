"""Moodle's registration tokens: a JWT for one registration, valid for an hour."""

from datetime import timedelta
from typing import TYPE_CHECKING

from app.practice_lms.registrations import new_moodle_client_id

if TYPE_CHECKING:
    from app.practice_lms.platform import Platform

_HOUR = timedelta(hours=1)


def make_registration_token(platform: "Platform", *, client_id: str | None = None) -> str:
    """A token for one registration; with a client id, for the update of that tool."""
    known = platform.registrations.find(client_id) if client_id else None
    subject = known.deployment_id if known else new_moodle_client_id()
    scope = "reg-update" if known else "reg"
    issued = platform.now()
    claims = {"sub": subject, "scope": scope, "iat": int(issued.timestamp()), "exp": int((issued + _HOUR).timestamp())}
    return platform.sign(claims)
