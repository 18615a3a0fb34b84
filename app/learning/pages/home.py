"""The learner's home: where they stopped, the one next thing, and the path."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from app.learning import rules
from app.learning.pages.coming import NextCard, find_coming
from app.learning.pages.receipts import ReceiptLine, list_receipt_lines
from app.learning.rules import Facts
from app.membership.models import User
from app.membership.queries import Staffed
from app.programs.rules import Status, status
from app.progress.models import Receipt
from app.progress.rules import HOME_KEY, FactKind, activity_key, module_key, submitted_key
from app.web.templating import path_for
from app.web.texts import gettext as _
from modules import Library, Module

STONES = 6
# What a launch or a roster says of a person; they did nothing here yet.
_BELONGING = frozenset({FactKind.JOINED, FactKind.LEFT})


@dataclass(frozen=True)
class StoneRow:
    """One module on the path."""

    number: int
    title: str
    path: str
    status: str
    since: datetime | None
    minutes_left: int


@dataclass(frozen=True)
class LaterSet:
    """A second form of a role set, for after the training; `since` is when it was first gone through."""

    title: str
    minutes: int
    path: str
    since: datetime | None


@dataclass(frozen=True)
class Course:
    """A course in which this person is staff; `path` leads to its completion list, None while it is not open.

    `copied_from` is the training course that it is a copy of, `links_path` leads to what its links open.
    """

    title: str
    path: str | None
    copied_from: str | None
    links_path: str


@dataclass(frozen=True)
class HomePage:
    """Everything on the learner's home; `kept` are modules that this person worked in and nobody is offered now.

    `later` is offered when all parts are complete, and nothing asks for it.
    """

    name: str | None
    is_first_visit: bool
    is_complete: bool
    done: int
    total: int
    minutes_left: int
    coming: NextCard | None
    assessment: str
    stones: tuple[StoneRow, ...]
    kept: tuple[StoneRow, ...]
    later: tuple[LaterSet, ...]
    receipts: tuple[ReceiptLine, ...]
    courses: tuple[Course, ...]


@dataclass(frozen=True)
class HomeReading:
    """What the home page is made of, as read."""

    user: User
    facts: Facts
    receipts: Sequence[Receipt]
    staffed: Sequence[Staffed]


def make_home_page(request: Request, library: Library, reading: HomeReading) -> HomePage:
    facts, offered = reading.facts, library.modules
    stones = tuple(_make_stone(request, module, facts) for module in offered)
    retired = (_make_stone(request, module, facts) for module in library.retired)
    done = sum(stone.status == Status.COMPLETE for stone in stones)
    is_complete = bool(stones) and done == len(stones)
    return HomePage(
        name=reading.user.name,
        is_first_visit=all(kind in _BELONGING for kind, _key in facts),
        is_complete=is_complete,
        done=done,
        total=len(stones),
        minutes_left=sum(stone.minutes_left for stone in stones),
        coming=find_coming(request, offered, facts),
        assessment=_tell_assessment(facts),
        stones=stones,
        kept=tuple(stone for stone in retired if stone.status != Status.NOT_STARTED),
        later=_list_later(request, offered, facts) if is_complete else (),
        receipts=list_receipt_lines(reading.receipts, [HOME_KEY, *(module_key(module.id) for module in offered)]),
        courses=tuple(_make_course(request, one) for one in reading.staffed),
    )


def _tell_assessment(facts: Facts) -> str:
    """Which self-assessment home invites to: `baseline`, `post`, or `none`, and then it leads to the profile."""
    if (FactKind.SUBMITTED, submitted_key("baseline")) not in facts:
        return "baseline"
    is_through = any(kind == FactKind.PROGRAM_COMPLETED for kind, _key in facts)
    return "post" if is_through and (FactKind.SUBMITTED, submitted_key("post")) not in facts else "none"


def _make_stone(request: Request, module: Module, facts: Facts) -> StoneRow:
    standing = status(facts, module_key(module.id))
    left = 0 if standing.is_met else rules.count_minutes(rules.list_remaining(module, facts))
    path = path_for(request, "learning.module", slug=module.slug)
    number = module.order % STONES + 1
    return StoneRow(number, module.title, path, standing.status, standing.since, left)


def _list_later(request: Request, offered: Sequence[Module], facts: Facts) -> tuple[LaterSet, ...]:
    return tuple(
        LaterSet(
            one.title,
            one.minutes,
            path_for(request, "learning.role_set", slug=module.slug, role_set_id=one.id),
            facts.get((FactKind.FINISHED, activity_key(module.id, one.id))),
        )
        for module in offered
        for one in module.later_role_sets
    )


def _make_course(request: Request, staffed: Staffed) -> Course:
    context = staffed.context
    title = context.title or context.label or _("Your course")
    path = path_for(request, "dashboard.course", context=context.uuid) if context.marked_at else None
    links_path = path_for(request, "lti.links", context=context.uuid)
    return Course(title, path, staffed.copied_from, links_path)
