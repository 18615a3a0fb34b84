"""Warnings about what gives an answer away: its length, its place, its words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from competencies.problems import Problem
from modules.folder import Folder
from modules.marking import MOST_POINTS
from modules.model import BestItem, Item, SjtItem

THIRD = 4 / 3
THRICE = 3
IN_A_ROW = 3
GIVEAWAY = re.compile(r"\b(all of the above|none of the above|always|never)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Offer:
    """A set of answers: where it stands, the words of each, and the place of the best one (or None)."""

    where: str
    words: tuple[str, ...]
    best: int | None


def check_cues(folder: Folder) -> Iterator[Problem]:
    """Warn of keys that can be found without reading."""
    for offer in _list_offers(folder):
        yield from _check_length(offer)
        for words in offer.words:
            if found := GIVEAWAY.search(words):
                yield Problem(offer.where, f'"{found.group()}" in an option gives it away', "warning")
    yield from _check_places(folder)
    yield from _check_choices(folder)


def _list_offers(folder: Folder) -> Iterator[_Offer]:
    for item in folder.check.items if folder.check else ():
        where = f"{folder.where('check.yaml')}: items.{item.id}.options"
        if item.kind in {"best", "sjt", "multiple"}:
            yield _Offer(where, tuple(option.words for option in item.options), place_of_best(item))
    for role_set in folder.role_sets:
        for scenario in role_set.scenarios:
            where = f"{folder.where(f'{role_set.id}.yaml')}: scenarios.{scenario.id}.openings"
            best = [at for at, one in enumerate(scenario.openings) if one.points == MOST_POINTS]
            words = tuple(opening.say for opening in scenario.openings)
            yield _Offer(where, words, best[0] if len(best) == 1 else None)


def place_of_best(item: Item) -> int | None:
    """Return where the one best answer stands among the options, from 0; None where an item has no such thing."""
    if isinstance(item, BestItem):
        return next((at for at, option in enumerate(item.options) if option.key), None)
    if isinstance(item, SjtItem):
        return next((at for at, option in enumerate(item.options) if option.points == MOST_POINTS), None)
    return None


def _check_length(offer: _Offer) -> Iterator[Problem]:
    lengths = [len(words) for words in offer.words]
    if offer.best is None or len(lengths) < 2:  # noqa: PLR2004 - one option has nothing to be compared with
        return
    rest = max(length for at, length in enumerate(lengths) if at != offer.best)
    if lengths[offer.best] > rest * THIRD:
        yield Problem(
            offer.where, "the best answer is the longest by a third; shorten it or lengthen another", "warning"
        )


def _check_places(folder: Folder) -> Iterator[Problem]:
    placed = [(item.id, place_of_best(item)) for item in (folder.check.items if folder.check else ())]
    keyed = [(name, place) for name, place in placed if place is not None]
    for at in range(len(keyed) - IN_A_ROW + 1):
        run = keyed[at : at + IN_A_ROW]
        if len({place for _, place in run}) == 1:
            names = ", ".join(name for name, _ in run)
            yield Problem(
                f"{folder.where('check.yaml')}: items", f"{names}: the key stands in the same place", "warning"
            )


def _check_choices(folder: Folder) -> Iterator[Problem]:
    for vignette in folder.vignettes:
        for node in vignette.nodes:
            lengths = [len(choice.say) + len(choice.aside or "") for choice in node.choices]
            if _is_lopsided(lengths):
                where = f"{folder.where(f'vignettes/{vignette.id}.yaml')}: nodes.{node.id}.choices"
                yield Problem(where, "one choice is three times as long as another", "warning")


def _is_lopsided(lengths: Sequence[int]) -> bool:
    return max(lengths) >= THRICE * min(lengths)
