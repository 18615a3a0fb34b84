"""What the pages of a vignette show: never a step, a reply or a note that was not reached."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.learning.places import VignettePlace
from app.learning.runs import Run
from app.learning.vignette_service import walk_run
from app.web.texts import gettext as _
from app.web.texts import lazy
from modules import Ending, Html, MapRow, PageText, Step, Vignette, draw_path_map, speaker_name, view_node, walk

RESUMED_AFTER = timedelta(minutes=30)
STAYED, CAME_BACK = lazy("stayed in coaching"), lazy("came back to coaching")
MOVES = {
    "advising": lazy("moved into advising"),
    "mentoring": lazy("moved into mentoring"),
    "referring": lazy("went beyond coaching"),
    "assessing": lazy("moved into assessing"),
    "holding": lazy("held the line"),
    "waiting": lazy("put it off"),
}


@dataclass(frozen=True)
class Line:
    """What somebody says, or, where `who` is None, what happens."""

    who: str | None
    words: Html


@dataclass(frozen=True)
class Option:
    """A choice that can be made now."""

    id: str
    say: Html
    aside: Html | None


@dataclass(frozen=True)
class Taken:
    """The last choice: what was said, which move it was, the answer, and the coach's note."""

    say: Html
    aside: Html | None
    move: str
    reply: tuple[Line, ...]
    note: Html


@dataclass(frozen=True)
class StepPage:
    """The decision that stands now."""

    number: int
    about: int
    scene: Html
    lines: tuple[Line, ...]
    ask: Html
    options: tuple[Option, ...]
    taken: Taken | None
    you: Html
    stopped_at: datetime | None


@dataclass(frozen=True)
class MapOption:
    """One choice on the map of a path that is over."""

    say: Html
    aside: Html | None
    move: str
    is_taken: bool
    is_ours: bool
    leads_to: str | None


@dataclass(frozen=True)
class MapPart:
    """One decision on the map: the choice taken and the others."""

    number: int
    scene: Html
    taken: MapOption
    others: tuple[MapOption, ...]


@dataclass(frozen=True)
class EndPage:
    """How it came out, what it cost, what could be said tomorrow, and the map."""

    title: str
    text: Html
    cost: Html
    repair: Html
    taken: Taken | None
    parts: tuple[MapPart, ...]
    ours: tuple[MapOption, ...]
    commentary: Html


@dataclass(frozen=True)
class IntroPage:
    """What comes, before the first attempt."""

    you: Html
    cast: tuple[Html, ...]


def make_intro(place: VignettePlace, text: PageText) -> IntroPage:
    cast = place.vignette.cast
    return IntroPage(text.inline(cast["you"]), tuple(text.inline(cast[one]) for one in cast if one != "you"))


def make_step(run: Run[Vignette], text: PageText, *, now: datetime) -> StepPage:
    """The page of the decision at which the attempt stands. Only for an attempt that is not over."""
    walked = walk_run(run)
    assert walked.node is not None
    node, done = view_node(walked.node), len(walked.steps)
    return StepPage(
        number=done + 1,
        about=done + expect_decisions(run.activity, node.id),
        scene=text.paragraphs(node.scene),
        lines=_write_lines(run.activity, node.lines, text),
        ask=text.inline(node.ask),
        options=tuple(Option(one.id, text.spoken(one.say), _aside(one.aside, text)) for one in node.choices),
        taken=_write_taken(run.activity, walked.steps, text),
        you=text.inline(run.activity.cast["you"]),
        stopped_at=_stopped_at(run, now),
    )


def make_end(run: Run[Vignette], text: PageText) -> EndPage:
    """The page after an ending. Only for an attempt that is over."""
    walked = walk_run(run)
    assert walked.ending is not None
    ending: Ending = walked.ending
    vignette = run.activity
    ours = walk(vignette, vignette.after.expert_path).steps
    rows = draw_path_map(vignette, [step.choice.id for step in walked.steps])
    return EndPage(
        title=ending.title,
        text=text.paragraphs(ending.text),
        cost=text.inline(ending.cost),
        repair=text.spoken(ending.repair),
        taken=_write_taken(vignette, walked.steps, text),
        parts=tuple(_write_part(number, row, text) for number, row in enumerate(rows, start=1)),
        ours=tuple(_write_ours(ours, at, text) for at in range(len(ours))),
        commentary=text.paragraphs(vignette.after.commentary),
    )


def describe_move(move: str, before: str | None) -> str:
    """The move in words; coaching after something else was come back to."""
    if move == "coaching":
        return _(STAYED) if before in {None, "coaching"} else _(CAME_BACK)
    return _(MOVES[move])


def expect_decisions(vignette: Vignette, node_id: str) -> int:
    """About how many decisions are left from here: midway between the shortest and the longest way, rounded up."""
    shortest, longest = _measure(vignette, node_id, {})
    return -((shortest + longest) // -2)


def _measure(vignette: Vignette, node_id: str, known: dict[str, tuple[int, int]]) -> tuple[int, int]:
    node = vignette.find_node(node_id)
    if node is None:
        return (0, 0)
    if node_id not in known:
        ways = [_measure(vignette, choice.goto, known) for choice in node.choices]
        known[node_id] = (1 + min(way[0] for way in ways), 1 + max(way[1] for way in ways))
    return known[node_id]


def _stopped_at(run: Run[Vignette], now: datetime) -> datetime | None:
    """When the person went away; None while they are at it."""
    last = run.answers[-1].at if run.answers else None
    return last if last is not None and now - last > RESUMED_AFTER else None


def _aside(aside: str | None, text: PageText) -> Html | None:
    return text.inline(aside) if aside else None


def _write_lines(vignette: Vignette, lines: Iterable[tuple[str, str]], text: PageText) -> tuple[Line, ...]:
    named = ((speaker_name(vignette, speaker), words) for speaker, words in lines)
    return tuple(Line(who, text.spoken(words) if who else text.inline(words)) for who, words in named)


def _spread(lines: Iterable[Mapping[str, str]]) -> Iterable[tuple[str, str]]:
    return (pair for line in lines for pair in line.items())


def _write_taken(vignette: Vignette, steps: tuple[Step, ...], text: PageText) -> Taken | None:
    if not steps:
        return None
    choice = steps[-1].choice
    return Taken(
        text.spoken(choice.say),
        _aside(choice.aside, text),
        _move_at(steps, len(steps) - 1),
        _write_lines(vignette, _spread(choice.reply), text),
        text.inline(choice.note),
    )


def _move_at(steps: tuple[Step, ...], at: int) -> str:
    return describe_move(steps[at].choice.move, steps[at - 1].choice.move if at else None)


def _write_part(number: int, row: MapRow, text: PageText) -> MapPart:
    options = tuple(
        MapOption(
            say=text.spoken(one.choice.say),
            aside=_aside(one.choice.aside, text),
            move=describe_move(one.choice.move, None),
            is_taken=one.taken,
            is_ours=one.on_expert_path,
            leads_to=one.leads_to,
        )
        for one in row.choices
    )
    taken = next(one for one in options if one.is_taken)
    return MapPart(number, text.inline(row.node.scene), taken, tuple(one for one in options if not one.is_taken))


def _write_ours(steps: tuple[Step, ...], at: int, text: PageText) -> MapOption:
    choice = steps[at].choice
    said, aside = text.spoken(choice.say), _aside(choice.aside, text)
    return MapOption(said, aside, _move_at(steps, at), is_taken=False, is_ours=True, leads_to=None)
