"""What is kept about a person, in words: on their page, and at the head of their file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.credentials.keeping_rules import DEFAULT, Periods
from app.credentials.queries import Record
from app.credentials.service import OwnKind
from app.learning.pages.looks import LookLine
from app.web.session import SESSIONS_KEPT
from app.web.texts import gettext as _

FORMAT, VERSION = "cairn-own-data", 1


@dataclass(frozen=True)
class Holding:
    """One kind of thing that is kept. The records of the first of its tables are counted; `count` is None otherwise."""

    what: str
    kept: str
    seen_by: str
    tables: tuple[str, ...]
    is_counted: bool = True
    count: int | None = None


def list_holdings(periods: Periods = DEFAULT) -> tuple[Holding, ...]:
    """All kinds, in the language of this request. A test holds that every personal table stands in exactly one."""
    return (*_list_what_others_see(), *_list_own(periods), *_list_of_rights_and_visits(periods))


def _list_what_others_see() -> tuple[Holding, ...]:
    return (
        Holding(
            _("Your name, e-mail address and identifier, as your LMS gives them"),
            _until_removed(),
            _("the name: course staff and the office; name and e-mail address: LMS admins who give rights"),
            ("user", "roster_entry"),
        ),
        Holding(
            _("Courses that you belong to, and your role there"),
            _until_removed(),
            _("staff of a course marked as training: that you belong to it, and whether you have opened Cairn"),
            ("membership",),
        ),
        Holding(
            _("What you completed or handed in, and its way to a gradebook"),
            _until_removed(),
            _("staff of a course marked as training and the office; your LMS: complete or not, nothing else"),
            ("fact", "receipt", "delivery"),
        ),
    )


def _list_own(periods: Periods) -> tuple[Holding, ...]:
    answered = _("Lessons, cases, role sets and checks in which you answered, with each answer")
    assessed = _("nobody; the office learns that you handed one in, and sees figures of many coaches together")
    return (
        Holding(answered, _until_idle(periods), _nobody(), ("attempt", "answer")),
        Holding(_("Reflections and notes"), _until_deleted(periods), _nobody(), ("writing",)),
        Holding(
            _("Self-assessments, with each answer"),
            _until_deleted(periods),
            assessed,
            ("assessment", "assessment_answer", "group_entry"),
        ),
        Holding(
            _("Goals of your plan"),
            _until_deleted(periods),
            _("each person you share one with, until the day you set"),
            ("goal",),
        ),
        Holding(
            _("That a goal is shared, by you or with you, and what happened to that"),
            _("until the goal is deleted, or your institution has your data removed"),
            _("the person whose goal it is: each time that it was opened"),
            ("goal_share", "goal_share_event", "reader_code"),
        ),
    )


def _list_of_rights_and_visits(periods: Periods) -> tuple[Holding, ...]:
    return (
        Holding(
            _("Rights that you were given or gave, and what you did with them"),
            _until_removed(),
            _("LMS admins of your institution, and whoever runs Cairn"),
            ("right_grant", "right_code", "code_try", "launch_record", "admin_event"),
        ),
        Holding(
            _("Launches made in your name"),
            _for_months(periods.visits) + (_("; the newest one as long as your name") if periods.visits else ""),
            _nobody(),
            ("visit",),
        ),
        Holding(
            _("Which links in courses you opened, so that a completion reaches the gradebook"),
            _until_removed(),
            _nobody(),
            ("link_user",),
        ),
        Holding(
            _("Who opened pages that name you, and which pages that name others you opened"),
            _for_months(periods.looks),
            _("whoever stands on such a page: that it was opened, on which day, and by whom or by which office"),
            ("look",),
            is_counted=False,
        ),
        Holding(
            _("When you were signed in"),
            _("{days} days after the last use").format(days=SESSIONS_KEPT.days),
            _nobody(),
            ("web_session", "web_ticket", "deep_linking_request"),
            is_counted=False,
        ),
    )


def _until_removed() -> str:
    return _("until your institution has your data removed")


def _until_deleted(periods: Periods) -> str:
    if not periods.private:
        return _("until you delete it, or your institution has your data removed")
    return _("until you delete it, at the latest {n} months after your last visit").format(n=periods.private)


def _until_idle(periods: Periods) -> str:
    if not periods.private:
        return _until_removed()
    return _("until {n} months after your last visit").format(n=periods.private)


def _for_months(months: int) -> str:
    return _("{n} months").format(n=months) if months else _until_removed()


def _nobody() -> str:
    return _("nobody")


@dataclass(frozen=True)
class Deletable:
    """What can be deleted at once: its name in the form, in words, and how many there are."""

    name: str
    title: str
    about: str
    count: int


def list_deletable(counts: Mapping[str, int]) -> tuple[Deletable, ...]:
    """`counts` by table, as `queries.count_records` gives them."""
    texts = {
        OwnKind.TEXTS: (
            _("Reflections and notes"),
            _("Every text of yours: reflections, notes of practice tasks, your own words in lessons."),
        ),
        OwnKind.ASSESSMENTS: (
            _("Self-assessments"),
            _("Every answer, target and example, also of one that you have only begun. Your profile is empty then."),
        ),
        OwnKind.GOALS: (
            _("Goals"),
            _(
                "Your development plan, with what you wrote about how it went."
                " Whoever you share a goal with reads it no more."
            ),
        ),
    }
    return tuple(Deletable(kind.value, *texts[kind], counts[kind.table]) for kind in OwnKind)


def make_file(
    records: Mapping[str, list[Record]], looks: Iterable[LookLine], periods: Periods, now: datetime
) -> dict[str, Any]:
    """The whole file, ready to be written as JSON."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now,
        "notes": [
            _("Everything that Cairn keeps with your name on it. Other people are called “somebody else”."),
            _("Left out: what opens a session, and addresses that belong to your LMS."),
            _("A record is referred to by its number in this file."),
        ],
        "explained": [
            {"what": one.what, "kept": one.kept, "seen_by_others": one.seen_by, "records": one.tables}
            for one in list_holdings(periods)
        ],
        "looked_at_by_others": [{"day": look.at.date(), "who": look.who, "what": look.what} for look in looks],
        "records": records,
    }
