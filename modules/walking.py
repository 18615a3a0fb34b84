"""A vignette walked step by step, as pure functions over the choices taken so far."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from modules.model import Choice, Ending, Node, Vignette

FEWEST, MOST = 3, 6
TITLES = re.compile(r"\b(Dr|Mr|Ms|Mrs|Prof|St)\.")


class PathDoesNotFit(ValueError):  # noqa: N818 - errors are sentences here
    """The path names a choice that does not stand where it leads."""


@dataclass(frozen=True)
class Step:
    """One decision taken: where, and what."""

    node: Node
    choice: Choice


@dataclass(frozen=True)
class Walk:
    """Where a path has led: a node to decide at, or an ending."""

    steps: tuple[Step, ...]
    node: Node | None
    ending: Ending | None

    @property
    def is_over(self) -> bool:
        """Say whether an ending has been reached."""
        return self.ending is not None


def walk(vignette: Vignette, path: Sequence[str]) -> Walk:
    """Follow the choices from the start; raises PathDoesNotFit for one that does not stand there."""
    steps: list[Step] = []
    here = vignette.start
    for choice_id in path:
        node = vignette.find_node(here)
        choice = node.find_choice(choice_id) if node else None
        if node is None or choice is None:
            message = f"`{choice_id}` is not a choice at `{here}`"
            raise PathDoesNotFit(message)
        steps.append(Step(node, choice))
        here = choice.goto
    return Walk(tuple(steps), vignette.find_node(here), vignette.find_ending(here))


def list_lengths(vignette: Vignette, *, longest: int = MOST + 1) -> frozenset[int]:
    """Return how many decisions the paths have; a path that goes on after `longest` counts as that long."""
    lengths: set[int] = set()
    here = {vignette.start}
    for taken in range(1, longest + 1):
        there = {choice.goto for node in map(vignette.find_node, here) if node for choice in node.choices}
        here = {name for name in there if vignette.find_node(name)}
        if there - here or (here and taken == longest):
            lengths.add(taken)
    return frozenset(lengths or {0})


def expected_decisions(vignette: Vignette) -> tuple[int, int]:
    """Return the fewest and the most decisions of any path."""
    lengths = list_lengths(vignette)
    return min(lengths), max(lengths)


@dataclass(frozen=True)
class MapChoice:
    """A choice on the map: taken or not, on the authors' path or not, and the title of an ending it leads to."""

    choice: Choice
    taken: bool
    on_expert_path: bool
    leads_to: str | None


@dataclass(frozen=True)
class MapRow:
    """A node that was met, with all its choices."""

    node: Node
    choices: tuple[MapChoice, ...]


def draw_path_map(vignette: Vignette, path: Sequence[str]) -> tuple[MapRow, ...]:
    """Lay out what was taken and what else could have been; only for a path that is over, else PathDoesNotFit."""
    walked = walk(vignette, path)
    if not walked.is_over:
        message = "the map is shown when an ending has been reached"
        raise PathDoesNotFit(message)
    expert = {(step.node.id, step.choice.id) for step in walk(vignette, vignette.after.expert_path).steps}
    return tuple(MapRow(step.node, _map_choices(vignette, step, expert)) for step in walked.steps)


def _map_choices(vignette: Vignette, step: Step, expert: set[tuple[str, str]]) -> tuple[MapChoice, ...]:
    found = []
    for choice in step.node.choices:
        ending = vignette.find_ending(choice.goto)
        on_expert_path = (step.node.id, choice.id) in expert
        found.append(MapChoice(choice, choice.id == step.choice.id, on_expert_path, ending.title if ending else None))
    return tuple(found)


def speaker_name(vignette: Vignette, speaker: str) -> str | None:
    """Return the name of a cast member, without the description after it; None for the narrator and for "you"."""
    if speaker not in vignette.cast or speaker == "you":
        return None
    text = TITLES.sub(r"\1\0", vignette.cast[speaker])
    return re.split(r"[,.;:]", text, maxsplit=1)[0].replace("\0", ".").strip()
