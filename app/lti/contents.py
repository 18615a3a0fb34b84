"""The content keys that a link may name, and the page that each one opens."""

from dataclasses import dataclass

from app.lti.arrival import Arrived
from app.lti.refusals import Reason, Refused
from app.progress.rules import COURSE_LIST_KEY, HOME_KEY, module_key
from app.web.texts import gettext as _
from modules import Library

ROLE_SET_KEY = "role-set"
# What a link opens until its course's staff have said so: home for everybody, and no gradebook is owed for it.
UNDECIDED_KEY = "undecided"
_MODULE = module_key("")


@dataclass(frozen=True)
class Destination:
    """A route's name and the parameters of its path."""

    name: str
    params: dict[str, str]


HOME = Destination("learning.home", {})


def get_known_key(library: Library, key: str) -> str:
    """The key as it is stored and compared. Raises Refused for content that does not exist here."""
    if key in {HOME_KEY, COURSE_LIST_KEY} or (key == ROLE_SET_KEY and _find_role_set(library) is not None):
        return key
    module = library.find_module(key.removeprefix(_MODULE)) if key.startswith(_MODULE) else None
    if module is None:
        raise Refused(Reason.CONTENT_UNKNOWN)
    return module_key(module.id)


def list_contents(library: Library) -> tuple[tuple[str, str], ...]:
    """Everything that a link may open: key and title."""
    modules = ((module_key(module.id), module.title) for module in library.modules)
    role_set = ((ROLE_SET_KEY, _("Which role now? The role set")),) if _find_role_set(library) else ()
    return (
        (HOME_KEY, _("The whole training")),
        *modules,
        *role_set,
        (COURSE_LIST_KEY, _("Who is done: the list for this course's staff")),
    )


def find_destination(library: Library, arrived: Arrived) -> Destination:
    """The page of what was opened. A course's list opens for its staff only; everybody else comes home.

    Staff who open a link of which nobody knows what it opens are asked.
    """
    key = arrived.key
    if arrived.question is not None and arrived.context is not None:
        where = {"context": str(arrived.context.uuid), "link": str(arrived.question)}
        return Destination("lti.link", where)
    if key == COURSE_LIST_KEY and arrived.is_staff and arrived.context is not None and arrived.context.marked_at:
        return Destination("dashboard.course", {"context": str(arrived.context.uuid)})
    if key == ROLE_SET_KEY:
        return _find_role_set(library) or HOME
    module = library.find_module(key.removeprefix(_MODULE)) if key.startswith(_MODULE) else None
    return HOME if module is None else Destination("learning.module", {"slug": module.slug})


def _find_role_set(library: Library) -> Destination | None:
    found = ((module.slug, form.id) for module in library.modules for form in module.role_sets)
    slug, role_set_id = next(found, ("", ""))
    return Destination("learning.role_set", {"slug": slug, "role_set_id": role_set_id}) if slug else None
