"""Errors 5 and 6: every vignette can be walked, from the start to an ending, in three to six decisions."""

from collections.abc import Iterable, Iterator

from competencies.problems import Problem
from modules.folder import Folder
from modules.model import Vignette
from modules.walking import FEWEST, MOST, PathDoesNotFit, list_lengths, walk

ALWAYS_THERE = "narrator"


def check_vignettes(folder: Folder) -> Iterator[Problem]:
    """Find broken state machines."""
    for vignette in folder.vignettes:
        where = folder.where(f"vignettes/{vignette.id}.yaml")
        strays = list(_find_dangling(vignette, where))
        yield from strays
        yield from _check_cast(vignette, where)
        yield from _check_reach(vignette, where)
        if not strays:
            yield from _check_lengths(vignette, where)
            yield from _check_expert(vignette, where)


def _find_dangling(vignette: Vignette, where: str) -> Iterator[Problem]:
    nodes = [node.id for node in vignette.nodes]
    endings = [ending.id for ending in vignette.endings]
    for both in sorted(set(nodes) & set(endings)):
        yield Problem(f"{where}: endings.{both}", "a node has the same id")
    if vignette.start not in nodes:
        yield Problem(f"{where}: start", f"there is no node `{vignette.start}`")
    for node in vignette.nodes:
        for choice in node.choices:
            if choice.goto not in {*nodes, *endings}:
                place = f"{where}: nodes.{node.id}.choices.{choice.id}.goto"
                yield Problem(place, f"there is no node or ending `{choice.goto}`")


def _check_cast(vignette: Vignette, where: str) -> Iterator[Problem]:
    for node in vignette.nodes:
        spoken = [(f"nodes.{node.id}.lines", node.lines)]
        spoken += [(f"nodes.{node.id}.choices.{choice.id}.reply", choice.reply) for choice in node.choices]
        for place, lines in spoken:
            for speaker in {name for line in lines for name in line} - {*vignette.cast, ALWAYS_THERE}:
                yield Problem(f"{where}: {place}", f"`{speaker}` is not in the cast")


def _check_reach(vignette: Vignette, where: str) -> Iterator[Problem]:
    onward = {node.id: {choice.goto for choice in node.choices} for node in vignette.nodes}
    reached = _spread({vignette.start}, onward)
    backward = {name: {node for node, goes in onward.items() if name in goes} for name in _all_names(vignette)}
    leading = _spread({ending.id for ending in vignette.endings}, backward)
    for name in _all_names(vignette):
        if name not in reached:
            yield Problem(f"{where}: {_kind(vignette, name)}.{name}", "nothing leads here from the start")
    for node in vignette.nodes:
        if node.id not in leading:
            yield Problem(f"{where}: nodes.{node.id}", "no ending can be reached from here")


def _all_names(vignette: Vignette) -> tuple[str, ...]:
    return (*(node.id for node in vignette.nodes), *(ending.id for ending in vignette.endings))


def _kind(vignette: Vignette, name: str) -> str:
    return "nodes" if vignette.find_node(name) else "endings"


def _spread(start: Iterable[str], edges: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting.extend(edges.get(here, ()))
    return reached


def _check_lengths(vignette: Vignette, where: str) -> Iterator[Problem]:
    lengths = list_lengths(vignette)
    if min(lengths) < FEWEST:
        yield Problem(f"{where}: nodes", f"a path ends after {min(lengths)} decisions; each has at least {FEWEST}")
    if max(lengths) > MOST:
        yield Problem(f"{where}: nodes", f"a path goes on after {MOST} decisions; shorten it or open the circle")


def _check_expert(vignette: Vignette, where: str) -> Iterator[Problem]:
    place = f"{where}: after.expert_path"
    try:
        ending = walk(vignette, vignette.after.expert_path).ending
    except PathDoesNotFit as error:
        yield Problem(place, f"cannot be walked: {error}")
        return
    if ending is None or ending.quality != "strong":
        yield Problem(place, "must lead to an ending of quality strong")
