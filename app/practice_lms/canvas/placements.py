"""Where Canvas shows a tool; names are full addresses now and were short words before."""

from app.practice_lms.words import CANVAS

_BOTH = (
    "assignment_selection", "collaboration", "course_assignments_menu", "homework_submission", "link_selection",
    "module_index_menu_modal", "module_menu_modal", "submission_type_selection",
)  # fmt: skip
_LINK_ONLY = (
    "account_navigation", "assignment_edit", "assignment_menu", "assignment_view", "course_home_sub_navigation",
    "course_navigation", "course_settings_sub_navigation", "global_navigation", "module_menu", "student_context_card",
    "tool_configuration", "top_navigation", "user_navigation", "wiki_page_menu",
)  # fmt: skip
_DEEP_ONLY = ("editor_button", "migration_selection")

RESOURCE_LINK_PLACEMENTS = (*(CANVAS + name for name in sorted(_BOTH + _LINK_ONLY)), "ContentArea")
DEEP_LINKING_PLACEMENTS = (*(CANVAS + name for name in sorted(_BOTH + _DEEP_ONLY)), "ContentArea", "RichTextEditor")
GRADED_PLACEMENTS = ("assignment_selection", "course_assignments_menu", "module_index_menu_modal")

_ALIASES = {"ContentArea": "link_selection", "RichTextEditor": "editor_button"}
_KNOWN = {"LtiResourceLinkRequest": RESOURCE_LINK_PLACEMENTS, "LtiDeepLinkingRequest": DEEP_LINKING_PLACEMENTS}


def short_name(placement: str) -> str:
    """`course_navigation`, however it was written."""
    return _ALIASES.get(placement, placement.removeprefix(CANVAS))


def is_known(message_type: str, placement: str) -> bool:
    """Whether this message may be asked for at this place, in the long or the short spelling."""
    known = _KNOWN.get(message_type, ())
    return placement in known or CANVAS + placement in known
