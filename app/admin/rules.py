"""The names of what administrators do, as the log keeps them: pure."""

from enum import StrEnum


class EventKind(StrEnum):
    """At most 24 characters each, never changed once used."""

    CODE_MADE = "code-made"
    RIGHT_BY_CODE = "right-by-code"
    RIGHT_GRANTED = "right-granted"
    RIGHT_REVOKED = "right-revoked"
    PERSON_KEPT_OUT = "person-kept-out"
    PERSON_LET_IN = "person-let-in"
    COURSE_MARKED = "course-marked"
    COURSE_DECLINED = "course-declined"
    COURSE_REOPENED = "course-reopened"
    GROUP_LEAST_SET = "group-least-set"
    GROUP_COURSE_PARTED = "group-course-parted"
    # Of older lines: since courses stay apart, nobody writes it.
    GROUP_COURSE_JOINED = "group-course-joined"
    CONNECTION_CLOSED = "connection-closed"
    CONNECTION_OPENED = "connection-opened"
    DEPLOYMENT_ASSIGNED = "deployment-assigned"
    DEPLOYMENT_LET_IN = "deployment-let-in"
    DEPLOYMENT_CLOSED = "deployment-closed"
    POLICY_CHANGED = "policy-changed"
    ANONYMOUS_ALLOWED = "anonymous-allowed"
    ANONYMOUS_REFUSED = "anonymous-refused"
    ORIGIN_ADDED = "origin-added"
    ORIGIN_REMOVED = "origin-removed"
    SERVICES_ACCEPTED = "services-accepted"
    SCORES_RESENT = "scores-resent"
    RECORD_ASKED = "record-asked"
    DIAGNOSIS_TAKEN = "diagnosis-taken"
    INVITED = "invited"
    KEY_ROTATED = "key-rotated"
    PERIODS_CHANGED = "periods-changed"
    PERSON_ERASED = "person-erased"
