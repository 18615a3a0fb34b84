"""Our custom parameters: which content a link names, and what Canvas says about who really acts."""

from collections.abc import Mapping
from typing import Any

from app.lti import addresses

KEY_PARAMETER = "cairn_key"
KEY_QUERY = "open"
_MASQUERADING = ("masquerading_id", "masquerading_sub")

# Asked of each LMS that knows them, as its profile says: which links and courses a copy comes from.
LINK_HISTORY, CONTEXT_HISTORY = "link_history", "context_history"


def find_key(custom: Mapping[str, Any], target: str) -> str:
    """The content key: the link's own parameter, else the one in our address, else ""."""
    return read_value(custom, KEY_PARAMETER) or addresses.read_query(target, KEY_QUERY) or ""


def is_student_view(custom: Mapping[str, Any]) -> bool:
    return custom.get("student_view") in (True, "true")


def tells_masquerading(custom: Mapping[str, Any]) -> bool:
    """Whether the parameters that say it came at all; where they did not, nobody can tell who really acts."""
    return any(name in custom for name in _MASQUERADING)


def is_masqueraded(custom: Mapping[str, Any]) -> bool:
    """Whether somebody acts in this person's name. Ask only where the person is no test user: there it resolves too."""
    return any(read_value(custom, name) for name in _MASQUERADING)


def list_origins(custom: Mapping[str, Any], presentation: Mapping[str, Any], *, allow_http: bool) -> tuple[str, ...]:
    """The origins that this launch names as those that frame us."""
    domain = read_value(custom, "canvas_api_domain")
    named = (presentation.get("return_url"), f"https://{domain}" if domain else None)
    found = (addresses.find_origin(url, allow_http=allow_http) for url in named)
    return tuple(dict.fromkeys(origin for origin in found if origin))


def read_value(custom: Mapping[str, Any], name: str) -> str:
    """The parameter's value as text, "" where it is missing, empty or a variable that nobody resolved."""
    value = custom.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return "" if str(value).startswith("$") else str(value)
