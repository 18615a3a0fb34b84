"""What a learner may see before answering: no keys, no reasons, no later nodes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from modules.drawing import shuffle
from modules.model import ROLES, Interaction, Item, Node, Role, RoleSet, Scenario
from modules.model.check import ClassifyRow
from modules.model.parts import Row, SpeakerLine, Worded


@dataclass(frozen=True)
class OptionView:
    """An option: spoken (`say`) or written (`text`)."""

    id: str
    say: str | None
    text: str | None


@dataclass(frozen=True)
class RowView:
    """A row to sort; `who` only in a check."""

    id: str
    who: str | None
    say: str | None
    text: str | None


@dataclass(frozen=True)
class LineView:
    """A line of a conversation; only a selectable one can be chosen."""

    id: str
    speaker: str
    text: str
    selectable: bool


@dataclass(frozen=True)
class ItemView:
    """An item of a check; the fields that its kind does not have are empty."""

    id: str
    kind: str
    stem: str
    ask: str
    options: tuple[OptionView, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[RowView, ...] = ()
    lines: tuple[LineView, ...] = ()
    claim: str | None = None


def view_item(item: Item, seed: str) -> ItemView:
    """Show an item; options are shuffled by the seed, lines, rows and verdicts keep their order."""
    start = ItemView(item.id, item.kind, item.stem, item.ask)
    if item.kind == "classify":
        return replace(start, categories=dict(item.categories), rows=_rows(item.rows))
    if item.kind == "claim":
        verdicts = tuple(OptionView(verdict.id, None, verdict.text) for verdict in item.verdicts)
        return replace(start, options=verdicts, claim=item.claim)
    if item.kind == "spot":
        return replace(start, lines=_lines(item.lines, item.whys))
    return replace(start, options=_options(shuffle(item.options, seed=f"{seed}:{item.id}")))


def _options(options: Iterable[Worded]) -> tuple[OptionView, ...]:
    return tuple(OptionView(option.id, option.say, option.text) for option in options)


def _rows(rows: Iterable[Row]) -> tuple[RowView, ...]:
    return tuple(RowView(row.id, row.who if isinstance(row, ClassifyRow) else None, row.say, row.text) for row in rows)


def _lines(lines: Iterable[SpeakerLine], whys: Mapping[str, str]) -> tuple[LineView, ...]:
    return tuple(LineView(line.id, line.speaker, line.text, selectable=line.id in whys) for line in lines)


@dataclass(frozen=True)
class ChoiceView:
    """A choice: what the learner would say, and a thought or act beside it."""

    id: str
    say: str
    aside: str | None


@dataclass(frozen=True)
class NodeView:
    """One moment of a vignette."""

    id: str
    scene: str
    lines: tuple[tuple[str, str], ...]
    ask: str
    choices: tuple[ChoiceView, ...]


def view_node(node: Node) -> NodeView:
    """Show a node; `lines` are pairs of speaker id and words."""
    lines = tuple(pair for line in node.lines for pair in line.items())
    choices = tuple(ChoiceView(choice.id, choice.say, choice.aside) for choice in node.choices)
    return NodeView(node.id, node.scene, lines, node.ask, choices)


@dataclass(frozen=True)
class ScenarioView:
    """One situation of a role set; roles in their fixed order, openings shuffled."""

    id: str
    level: str
    title: str
    situation: str
    distress: bool
    roles: tuple[tuple[Role, str], ...]
    openings: tuple[OptionView, ...]


def view_scenario(role_set: RoleSet, scenario: Scenario, seed: str) -> ScenarioView:
    """Show a situation without cue, trap, points or reasons."""
    roles = tuple((role, str(getattr(role_set.roles, role))) for role in ROLES)
    shuffled = shuffle(scenario.openings, seed=f"{seed}:{scenario.id}")
    openings = tuple(OptionView(opening.id, opening.say, None) for opening in shuffled)
    shown = (scenario.id, scenario.level, scenario.title, scenario.situation, scenario.distress)
    return ScenarioView(*shown, roles, openings)


@dataclass(frozen=True)
class InteractionView:
    """A lesson's interaction before it is answered; the fields that its kind does not have are empty."""

    kind: str
    ask: str
    context: str | None = None
    options: tuple[OptionView, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[RowView, ...] = ()
    lines: tuple[LineView, ...] = ()
    of: int | None = None
    write_rows: int | None = None


def view_interaction(interaction: Interaction, seed: str) -> InteractionView:
    """Show an interaction; `context` is the situation or stem. A vignette has a page of its own."""
    if interaction.kind == "choose":
        options = _options(shuffle(interaction.options, seed=seed))
        return InteractionView("choose", interaction.ask, context=interaction.situation, options=options)
    if interaction.kind == "predict":
        return InteractionView("predict", interaction.ask, of=interaction.of)
    if interaction.kind == "spot":
        lines = _lines(interaction.lines, interaction.whys)
        return InteractionView("spot", interaction.ask, context=interaction.stem, lines=lines)
    if interaction.kind == "sort":
        categories, rows = dict(interaction.categories), _rows(interaction.rows)
        return InteractionView("sort", interaction.ask, categories=categories, rows=rows)
    if interaction.kind == "write-compare":
        return InteractionView("write-compare", interaction.ask, write_rows=interaction.rows)
    return InteractionView("vignette", "")
