"""What the LIS role names of a launch mean here: pure, exact, and never more than the context grants."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

CONTEXT = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION_ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
SYSTEM_ADMINISTRATORS = (
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin",
)
TEST_USERS = (
    "http://purl.imsglobal.org/vocab/lti/system/person#TestUser",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#TestUser",
)
TEACHING_ASSISTANT = "TeachingAssistant"
SUB_ROLES = {
    "Instructor": (
        "ExternalInstructor",
        "Grader",
        "GuestInstructor",
        "Lecturer",
        "PrimaryInstructor",
        "SecondaryInstructor",
    ),
    "ContentDeveloper": ("ContentDeveloper", "ContentExpert", "ExternalContentExpert", "Librarian"),
    "Learner": ("ExternalLearner", "GuestLearner", "Instructor", "Learner", "NonCreditLearner"),
}
GRANTED_BY = {
    role: frozenset({role, f"{CONTEXT}#{role}", *(f"{CONTEXT}/{role}#{sub}" for sub in subs)})
    for role, subs in SUB_ROLES.items()
}


class Right(StrEnum):
    """What a person is granted by name, whatever role they launch with. No right includes another."""

    LMS_ADMIN = "lms-admin"
    OFFICE = "office"


@dataclass(frozen=True)
class Standing:
    """What a list of roles amounts to in the context that it was received for."""

    is_staff: bool = False
    is_learner: bool = False
    is_administrator: bool = False
    is_test_user: bool = False
    is_content_developer: bool = False


def read_standing(roles: Iterable[str]) -> Standing:
    """Reads a roles claim. Unknown names give nothing; institution roles give no right in a context.

    Canvas sends a teaching assistant both Instructor and the TeachingAssistant sub-role, so the sub-role anywhere
    in the list takes the staff right away. Moodle's short names are those of the LTI 1.3 core specification.
    """
    names = frozenset(roles)
    return Standing(
        is_staff=not names.isdisjoint(GRANTED_BY["Instructor"]) and not _is_teaching_assistant(names),
        is_learner=not names.isdisjoint(GRANTED_BY["Learner"]),
        is_administrator=INSTITUTION_ADMINISTRATOR in names or not names.isdisjoint(SYSTEM_ADMINISTRATORS),
        is_test_user=not names.isdisjoint(TEST_USERS),
        is_content_developer=not names.isdisjoint(GRANTED_BY["ContentDeveloper"]),
    )


def _is_teaching_assistant(names: frozenset[str]) -> bool:
    return any(
        name == TEACHING_ASSISTANT or (name.startswith(CONTEXT) and name.endswith(f"#{TEACHING_ASSISTANT}"))
        for name in names
    )
