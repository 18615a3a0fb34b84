"""Who looked at a page that named this person, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.membership.looks import LookKind, LookSeen
from app.web.texts import gettext as _
from app.web.texts import lazy


@dataclass(frozen=True)
class LookLine:
    """On which day, who (by name or by their right) and what they opened."""

    at: datetime
    who: str
    what: str


_LMS_ADMIN = lazy("An LMS admin of your institution")
_OFFICE = lazy("The office")
_WHO = {
    LookKind.COURSE_LIST: lazy("Course staff: {name}"),
    LookKind.SHARED_GOAL: lazy("{name}, with whom you shared it"),
    LookKind.RIGHTS: _LMS_ADMIN,
    LookKind.LOG: _LMS_ADMIN,
    LookKind.FOUND: _LMS_ADMIN,
    LookKind.COURSES: _OFFICE,
}
_WHAT = {
    LookKind.COURSE_LIST: lazy("The list of {course}: names, what is complete, and when"),
    LookKind.SHARED_GOAL: lazy("A goal of yours"),
    LookKind.RIGHTS: lazy("The list of rights: who has one, and who gave it"),
    LookKind.LOG: lazy("The log of rights and of what was done with them"),
    LookKind.FOUND: lazy("A search that found you, or the list of those kept out: name, e-mail address, LMS"),
    LookKind.COURSES: lazy("The list of courses: who of their staff opened Cairn first"),
}


def list_look_lines(seen: Iterable[LookSeen]) -> tuple[LookLine, ...]:
    return tuple(LookLine(look.at, _tell_who(look), _tell_what(look)) for look in seen)


def _tell_who(look: LookSeen) -> str:
    who = _(_WHO[look.kind]).format(name=look.name or _("name not shared by the LMS"))
    return _("Somebody acting as: {who}").format(who=who) if look.is_masqueraded else who


def _tell_what(look: LookSeen) -> str:
    return _(_WHAT[look.kind]).format(course=look.course or _("a course without a name"))
