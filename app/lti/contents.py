"""The content keys that a link may name: what each one is called, and the page that it opens."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.lti.arrival import Arrived
from app.lti.refusals import Reason, Refused
from app.progress.rules import COURSE_LIST_KEY, HOME_KEY, OFFICE_KEY, SELF_ASSESSMENT_KEY, module_key
from app.web.texts import gettext as _
from modules import Library, Module, RoleSet

ROLE_SET_KEY = "role-set"
# What a link opens until its course's staff have said so: home for everybody, and no gradebook is owed for it.
UNDECIDED_KEY = "undecided"
_MODULE = module_key("")


@dataclass(frozen=True)
class Destination:
    """A route's name and the parameters of its path."""

    name: str
    params: dict[str, str]


@dataclass(frozen=True)
class Content:
    """A part of the training as it is offered to whoever makes links. Gradable: it can become complete."""

    key: str
    title: str
    about: str
    minutes: int | None
    is_gradable: bool


HOME = Destination("learning.home", {})
# Pages that are the same for every course and person; they themselves know who may see what.
_PAGES = {
    SELF_ASSESSMENT_KEY: Destination("assessment.home", {}),
    OFFICE_KEY: Destination("dashboard.office", {}),
}


def list_contents(library: Library) -> tuple[Content, ...]:
    """Everything that a link may open here, in the order in which it is offered."""
    contents = [_FIXED[HOME_KEY](library), *map(_describe_module, library.modules)]
    contents += [describe(library) for key, describe in _FIXED.items() if key != HOME_KEY]
    return tuple(content for content in contents if content is not None)


def get_known_key(library: Library, key: str) -> str:
    """The key as it is stored and compared. Raises Refused for content that does not exist here."""
    if key in _FIXED and (key != ROLE_SET_KEY or _find_role_set(library) is not None):
        return key
    module = library.find_module(key.removeprefix(_MODULE)) if key.startswith(_MODULE) else None
    if module is None:
        raise Refused(Reason.CONTENT_UNKNOWN)
    return module_key(module.id)


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
    if key in _PAGES:
        return _PAGES[key]
    if key == ROLE_SET_KEY:
        found = _find_role_set(library)
        return HOME if found is None else _role_set_page(*found)
    module = library.find_module(key.removeprefix(_MODULE)) if key.startswith(_MODULE) else None
    return HOME if module is None else Destination("learning.module", {"slug": module.slug})


def _role_set_page(module: Module, role_set: RoleSet) -> Destination:
    return Destination("learning.role_set", {"slug": module.slug, "role_set_id": role_set.id})


def _find_role_set(library: Library) -> tuple[Module, RoleSet] | None:
    return next(_list_role_sets(library), None)


def _list_role_sets(library: Library) -> Iterator[tuple[Module, RoleSet]]:
    return ((module, role_set) for module in library.modules for role_set in module.role_sets)


def _describe_module(module: Module) -> Content:
    return Content(module_key(module.id), module.title, module.sheet.promise, module.sheet.minutes, is_gradable=True)


def _describe_home(library: Library) -> Content:
    about = _("The whole program: where each person stopped, and what comes next.")
    minutes = sum(module.sheet.minutes for module in library.modules)
    return Content(HOME_KEY, _("Coach training"), about, minutes or None, is_gradable=True)


def _describe_role_set(library: Library) -> Content | None:
    found = _find_role_set(library)
    if found is None:
        return None
    about = _("Situations in which to coach, advise, mentor or refer. Part of its module, never graded by itself.")
    return Content(ROLE_SET_KEY, found[1].title, about, found[1].minutes, is_gradable=False)


def _describe_self_assessment(library: Library) -> Content | None:
    instrument = library.instrument
    if instrument is None:
        return None
    about = _("What each person did in their last conversations, before and after the training. Private, never graded.")
    return Content(SELF_ASSESSMENT_KEY, _("Self-assessment"), about, instrument.minutes.core, is_gradable=False)


def _describe_course_list(_library: Library) -> Content:
    about = _("Who in the course is done. Opens for course staff; everybody else comes to their own training.")
    return Content(COURSE_LIST_KEY, _("Completion list"), about, None, is_gradable=False)


def _describe_office(_library: Library) -> Content:
    about = _(
        "How coaches rate themselves as a group. Opens for the office; everybody else comes to their own training."
    )
    return Content(OFFICE_KEY, _("Office view"), about, None, is_gradable=False)


# A key that stands here is known to launches and offered to whoever makes links.
_FIXED: dict[str, Callable[[Library], Content | None]] = {
    HOME_KEY: _describe_home,
    SELF_ASSESSMENT_KEY: _describe_self_assessment,
    ROLE_SET_KEY: _describe_role_set,
    COURSE_LIST_KEY: _describe_course_list,
    OFFICE_KEY: _describe_office,
}
