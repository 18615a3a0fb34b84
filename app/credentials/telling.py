"""Records of a person as lines and paragraphs that can be read. `queries.read_everything` gives them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.assessment.plan_pages import STATES
from app.credentials.naming import find_box, name_key, tell_answer
from app.credentials.queries import YOU, Record
from app.web import words
from app.web.texts import gettext as _
from app.web.texts import lazy
from modules import Library


@dataclass(frozen=True)
class Part:
    """A paragraph with what it says first."""

    label: str
    text: str


@dataclass(frozen=True)
class Told:
    """One record in full."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Source:
    """What records are told from: all of them by table, today's content, and stored activities by digest."""

    records: Mapping[str, Sequence[Record]]
    library: Library
    bodies: Mapping[str, Any] = field(default_factory=dict)

    def name(self, key: str) -> str:
        return name_key(self.library, key)


FACTS = {
    "started": lazy("Begun"),
    "read": lazy("Read"),
    "passed": lazy("Passed"),
    "finished": lazy("Gone through"),
    "written": lazy("Written"),
    "attested": lazy("Done, as you said"),
    "submitted": lazy("Handed in"),
    "completed": lazy("Complete"),
    "program-completed": lazy("Whole training complete"),
    "joined": lazy("Joined a course"),
    "left": lazy("Left a course"),
}
# Their key is no content's: it only keeps one coming and going apart from the next.
_COMINGS = frozenset({"joined", "left"})
_DONE = {
    "shared": lazy("A goal was shared, by {who}"),
    "opened": lazy("A shared goal was opened, by {who}"),
    "changed": lazy("What is shared of a goal, or until when, was changed, by {who}"),
    "revoked": lazy("The sharing of a goal was ended, by {who}"),
}
_GOAL = {
    "behavior": lazy("What you will do"),
    "with_whom": lazy("With whom"),
    "how_known": lazy("How you will know"),
    "support": lazy("What would help"),
    "outcome": lazy("What happened"),
}


def _tell_fact(source: Source, one: Record) -> str:
    what = _(FACTS.get(str(one["kind"]), str(one["kind"])))
    return what if one["kind"] in _COMINGS else f"{what}: {source.name(one['key'])}"


def _tell_receipt(source: Source, one: Record) -> str:
    return _("On its way to the gradebook of {course}: {what} ({state})").format(
        course=one["context"] or _("a course without a name"), what=source.name(one["key"]), state=one["state"]
    )


def _tell_membership(_source: Source, one: Record) -> str:
    roles = [_("course staff")] * one["is_staff"] + [_("learner")] * one["is_learner"]
    left = _("left on {day}").format(day=words.day(one["left_at"])) if one["left_at"] else ""
    course = one["context"] or _("A course without a name")
    return ", ".join([course, *roles, *([left] if left else [])])


def _tell_right(_source: Source, one: Record) -> str:
    holder = _("you") if one["user"] == YOU else _("somebody else")
    revoked = _("; taken back on {day}").format(day=words.day(one["revoked_at"])) if one["revoked_at"] else ""
    return _("Right “{right}”, held by {who}").format(right=one["kind"], who=holder) + revoked


def _tell_event(_source: Source, one: Record) -> str:
    who = _("You") if one["actor"] == YOU else _("Somebody else")
    return f"{who}: {one['kind'].replace('-', ' ')} {one['detail']}".strip()


def _tell_visit(_source: Source, one: Record) -> str:
    by = _("somebody acting as you") if one["is_masqueraded"] else _("you, as far as your LMS says")
    return _("From {course}, by {who}").format(course=one["context"] or _("outside a course"), who=by)


def _tell_session(_source: Source, one: Record) -> str:
    return _("Signed in until {moment}").format(moment=words.moment(one["seen_at"]))


def _tell_look(_source: Source, one: Record) -> str:
    who = _("you") if one["viewer"] == YOU else _("somebody else")
    return _("A page that names others ({kind}), opened by {who}").format(kind=one["kind"].replace("-", " "), who=who)


def _tell_share(_source: Source, one: Record) -> str:
    text = _("A goal of yours is shared") if one["user"] == YOU else _("A goal of somebody else is shared with you")
    over = _("; ended on {day}").format(day=words.day(one["revoked_at"])) if one["revoked_at"] else ""
    return _("{what}, until {day}").format(what=text, day=words.day(one["until"])) + over


def _tell_share_event(_source: Source, one: Record) -> str:
    who = _("you") if one["by"] == YOU else _("somebody else")
    return _(_DONE[one["kind"]]).format(who=who)


def _tell_reader_code(_source: Source, one: Record) -> str:  # noqa: ARG001  one of several of a kind
    return _("A code by which somebody can share a goal with you ends")


Tells = Callable[[Source, Record], str]
# One line for each record, after the moment in the second place.
LINES: Mapping[str, tuple[Tells, str]] = {
    "fact": (_tell_fact, "at"),
    "receipt": (_tell_receipt, "at"),
    "membership": (_tell_membership, "joined_at"),
    "right_grant": (_tell_right, "granted_at"),
    "admin_event": (_tell_event, "at"),
    "visit": (_tell_visit, "at"),
    "web_session": (_tell_session, "started_at"),
    "look": (_tell_look, "at"),
    "goal_share": (_tell_share, "shared_at"),
    "goal_share_event": (_tell_share_event, "at"),
    "reader_code": (_tell_reader_code, "expires_at"),
}


def _tell_user(_source: Source, one: Record) -> Told:
    none = _("not shared by the LMS")
    pairs = (
        (_("E-mail address"), one["email"] or none),
        (_("Identifier in your LMS"), one["sub"]),
        (_("LMS"), one["platform"]),
        (_("Known here since"), words.moment(one["created_at"])),
    )
    return Told(one["name"] or _("Name not shared by the LMS"), tuple(Part(*pair) for pair in pairs))


def _tell_attempt(source: Source, one: Record) -> Told:
    begun, ended = words.moment(one["started_at"]), one["finished_at"]
    body, number = source.bodies.get(one["digest"], {}), one["number_here"]
    title = _("{what}, try {number}").format(what=source.name(one["key"]), number=one["number"])
    own = [each for each in source.records.get("answer", ()) if each["attempt_number"] == number]
    answers = (tell_answer(body, each["step"], each["given"]) for each in own)
    when = _("{begun}, to {ended}").format(begun=begun, ended=words.moment(ended)) if ended else begun
    return Told(title, (Part(_("When"), when), *(Part(asked, given) for asked, given in answers)))


def _tell_writing(source: Source, one: Record) -> Told:
    title = source.name(one["key"])
    box = find_box(source.library, one["key"])
    saved = Part(_("Saved"), words.moment(one["saved_at"]))
    return Told(title, (*([Part("", box)] if box else []), Part(_("You wrote"), one["text"]), saved))


def _tell_goal(source: Source, one: Record) -> Told:
    found = source.library.framework.find_competency(one["competency"] or "")
    parts = [Part(_(label), one[name]) for name, label in _GOAL.items() if one[name]]
    if one["by"]:
        parts.append(Part(_("By when"), one["by"].isoformat()))
    state = next((_(word) for kind, word in STATES.items() if kind.value == one["state"]), one["state"])
    parts.append(Part(_("How far it is"), f"{state}, {words.moment(one['saved_at'])}"))
    return Told(found.title if found else _("Something of your own"), tuple(parts))


RECORDS: Mapping[str, Callable[[Source, Record], Told]] = {
    "user": _tell_user,
    "attempt": _tell_attempt,
    "writing": _tell_writing,
    "goal": _tell_goal,
}
# Told with what they belong to.
INNER = frozenset({"answer", "assessment_answer"})


def list_lines(source: Source, table: str) -> Iterator[str]:
    """The records of a table, one line each, oldest first."""
    if table not in LINES:
        return
    tell, at = LINES[table]
    for one in source.records[table]:
        yield f"{_moment(one[at])}: {tell(source, one)}"


def list_records(source: Source, table: str) -> Iterator[Told]:
    """The records of a table in full; a text that was deleted is none."""
    tell = RECORDS.get(table)
    for one in source.records[table] if tell else ():
        if table != "writing" or one["text"]:
            yield tell(source, one)  # type: ignore[misc]


def _moment(at: datetime) -> str:
    return words.moment(at)
