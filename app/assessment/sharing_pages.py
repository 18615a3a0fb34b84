"""View data of sharing: who may read a goal, what happened to that, and what somebody reads who may."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from fastapi import Request

from app.assessment.goals import Draft, GoalState, read_draft
from app.assessment.models import Goal, GoalShare, GoalShareEvent
from app.assessment.plan_pages import STATES
from app.assessment.sharing_queries import MOST_EVENTS, Received
from app.assessment.sharing_rules import (
    LONGEST,
    USUAL,
    EventKind,
    Scope,
    Standing,
    is_opened,
    list_endings,
    tell_standing,
)
from app.membership.models import User
from app.web.templating import path_for
from app.web.texts import gettext as _
from app.web.texts import lazy
from app.web.words import day
from competencies import Framework

SCOPES = {
    Scope.GOAL: lazy("the goal alone"),
    Scope.REVIEWS: lazy("the goal, how far it is, and what happened"),
}
STANDINGS = {
    Standing.OPEN: lazy("shared"),
    Standing.ENDED: lazy("ended"),
    Standing.REVOKED: lazy("ended by you"),
}


@dataclass(frozen=True)
class Filled:
    """What the form holds, with its problems by field; `wrong` is what became of changing a share."""

    code: str
    scope: str
    until: str
    problems: Mapping[str, str] = field(default_factory=dict)
    wrong: str | None = None


@dataclass(frozen=True)
class History:
    """With whom a goal is or was shared, and the events of that, newest first."""

    shares: Sequence[tuple[GoalShare, User]]
    events: Sequence[GoalShareEvent]


@dataclass(frozen=True)
class Agreed:
    """What somebody is about to share, with whom, by which code."""

    reader: User
    scope: Scope
    until: date
    code: str


@dataclass(frozen=True)
class ShareRow:
    """One person who may read the goal, or might once."""

    name: str
    scope: str
    scope_words: str
    until: date
    standing: str
    path: str | None


@dataclass(frozen=True)
class LogLine:
    """One thing that happened."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Days:
    """The first and the last day that sharing can end on."""

    first: date
    last: date


@dataclass(frozen=True)
class SharingPage:
    """Who may read one goal, with the form that adds somebody and the log."""

    goal: Goal
    rows: tuple[ShareRow, ...]
    log: tuple[LogLine, ...]
    is_log_whole: bool
    scopes: tuple[tuple[str, str], ...]
    days: Days
    filled: Filled


@dataclass(frozen=True)
class ReadGoal:
    """A goal as somebody else reads it; without its reviews, `state` and the outcome are empty."""

    title: str | None
    draft: Draft
    state: str


@dataclass(frozen=True)
class PreviewPage:
    """What exactly will be shared with whom, before it is."""

    goal: Goal
    name: str
    is_named: bool
    scope: str
    scope_words: str
    until: date
    code: str
    read: ReadGoal


@dataclass(frozen=True)
class ReceivedRow:
    """A goal that somebody shares with the reader; what it says is not in it."""

    name: str
    until: date
    path: str


@dataclass(frozen=True)
class SharedPage:
    """What is shared with somebody, and until when their own code can be used."""

    rows: tuple[ReceivedRow, ...]
    code_until: datetime | None


@dataclass(frozen=True)
class ReceivedPage:
    """One shared goal; `read` is None until it is opened."""

    name: str
    until: date
    path: str
    read: ReadGoal | None


def tell_name(user: User) -> str:
    return user.name or _("somebody whose name your LMS does not share")


def fill_anew(today: date) -> Filled:
    return Filled("", Scope.GOAL, (today + USUAL).isoformat())


def make_sharing(request: Request, goal: Goal, history: History, filled: Filled, now: datetime) -> SharingPage:
    today = now.date()
    return SharingPage(
        goal=goal,
        rows=tuple(_make_row(request, goal, share, reader, today) for share, reader in history.shares),
        log=tuple(_list_log(history, now)),
        is_log_whole=len(history.events) < MOST_EVENTS,
        scopes=tuple((scope, _(words)) for scope, words in SCOPES.items()),
        days=Days(today, today + LONGEST),
        filled=filled,
    )


def _make_row(request: Request, goal: Goal, share: GoalShare, reader: User, today: date) -> ShareRow:
    standing = tell_standing(share, today)
    path = path_for(request, "assessment.share", goal=goal.uuid, share=share.uuid)
    return ShareRow(
        name=tell_name(reader),
        scope=share.scope,
        scope_words=_(SCOPES[Scope(share.scope)]),
        until=share.until,
        standing=_(STANDINGS[standing]),
        path=path if standing is Standing.OPEN else None,
    )


def _list_log(history: History, now: datetime) -> list[LogLine]:
    """Newest first. That a share came to its end stands among the rest, though nothing was written then."""
    lines = []
    for share, reader in history.shares:
        name = tell_name(reader)
        own = [one for one in reversed(history.events) if one.share_id == share.id]
        lines += [LogLine(one.at, _tell_event(one, name)) for one in own]
        ended = _("Sharing with {name} came to its end.").format(name=name)
        lines += [LogLine(one.at, ended) for one in list_endings(own, now)]
    return sorted(lines, key=lambda one: one.at, reverse=True)


def _tell_event(event: GoalShareEvent, name: str) -> str:
    told = {
        EventKind.SHARED: _("You shared it with {name}: {scope}, until {until}."),
        EventKind.CHANGED: _("You changed it for {name}: {scope}, until {until}."),
        EventKind.OPENED: _("{name} opened it."),
        EventKind.REVOKED: _("You ended sharing with {name}."),
    }
    scope = _(SCOPES[Scope(event.scope)]) if event.scope else ""
    return told[EventKind(event.kind)].format(name=name, scope=scope, until=day(event.until) if event.until else "")


def make_preview(framework: Framework, goal: Goal, agreed: Agreed) -> PreviewPage:
    return PreviewPage(
        goal=goal,
        name=tell_name(agreed.reader),
        is_named=bool(agreed.reader.name),
        scope=agreed.scope,
        scope_words=_(SCOPES[agreed.scope]),
        until=agreed.until,
        code=agreed.code,
        read=read_goal(framework, goal, agreed.scope),
    )


def read_goal(framework: Framework, goal: Goal, scope: str) -> ReadGoal:
    """The goal as far as it is shared: what is not is nowhere in it."""
    found = framework.find_competency(goal.competency) if goal.competency else None
    whole = read_draft(goal)
    kept = {
        name: getattr(whole, name) for name in ("competency", "behavior", "with_whom", "how_known", "support", "by")
    }
    if scope == Scope.REVIEWS:
        return ReadGoal(found.title if found else None, whole, _(STATES[GoalState(goal.state)]))
    return ReadGoal(found.title if found else None, Draft(**kept), "")


def make_shared(request: Request, received: Iterable[Received], code_until: datetime | None) -> SharedPage:
    return SharedPage(tuple(_list_received(request, received)), code_until)


def _list_received(request: Request, received: Iterable[Received]) -> Iterator[ReceivedRow]:
    for one in received:
        path = path_for(request, "assessment.received", received=one.share.uuid)
        yield ReceivedRow(tell_name(one.owner), one.share.until, path)


def make_received(request: Request, framework: Framework, received: Received, now: datetime) -> ReceivedPage:
    is_open = is_opened(received.opened_at, now)
    return ReceivedPage(
        name=tell_name(received.owner),
        until=received.share.until,
        path=path_for(request, "assessment.received", received=received.share.uuid),
        read=read_goal(framework, received.goal, received.share.scope) if is_open else None,
    )
