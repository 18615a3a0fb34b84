"""The names of facts and of content keys, and the states of a receipt: pure."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID


class FactKind(StrEnum):
    """What can happen to a person's record. The key beside it says to what."""

    STARTED = "started"
    READ = "read"
    PASSED = "passed"
    FINISHED = "finished"
    WRITTEN = "written"
    ATTESTED = "attested"
    SUBMITTED = "submitted"
    COMPLETED = "completed"
    PROGRAM_COMPLETED = "program-completed"
    JOINED = "joined"
    LEFT = "left"


class ReceiptState(StrEnum):
    """How far a completion has come on its way to the LMS."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    CHANGED_IN_LMS = "changed-in-lms"
    REFUSED = "refused"


HOME_KEY = "home"
COURSE_LIST_KEY = "course-list"
SELF_ASSESSMENT_KEY = "self-assessment"
OFFICE_KEY = "office"


def module_key(module_id: str) -> str:
    """The content key of a module, `module/m0`: what a resource link names and what a completion is recorded for."""
    return f"module/{module_id}"


def activity_key(module_id: str, activity_id: str) -> str:
    """The key of a lesson or activity inside a module, `m0/04-coach-or-judge`."""
    return f"{module_id}/{activity_id}"


def submitted_key(point: str) -> str:
    """The key of the fact that a self-assessment was handed in, `self-assessment/baseline`."""
    return f"{SELF_ASSESSMENT_KEY}/{point}"


def belonging_key(context: UUID, at: datetime) -> str:
    """The key of *joined* and *left*: which context and when, for a person may come and go more than once."""
    return f"{belonging_prefix(context)}{at:%Y%m%dT%H%M%S.%f}"


def belonging_prefix(context: UUID) -> str:
    """How the keys of all comings and goings in one context begin."""
    return f"{context.hex}/"
