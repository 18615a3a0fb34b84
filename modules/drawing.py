"""Which items an attempt gets and in which order options stand; the same seed gives the same answer everywhere."""

import hashlib
from collections.abc import Iterable
from typing import TypeVar

from modules.folder import HasId
from modules.model import Check

Thing = TypeVar("Thing", bound=HasId)


def shuffle(things: Iterable[Thing], *, seed: str) -> tuple[Thing, ...]:
    """Put things into an order that depends on the seed and their ids alone."""
    return tuple(sorted(things, key=lambda thing: _weigh(seed, thing.id)))


def _weigh(seed: str, name: str) -> bytes:
    return hashlib.sha256(f"{len(seed)}:{seed}:{name}".encode()).digest()


def draw_items(check: Check, seed: str) -> tuple[str, ...]:
    """Name the items of one attempt, in the order of the file; a kind that `draw` does not name comes whole."""
    if check.draw == "all":
        return tuple(item.id for item in check.items)
    chosen: set[str] = set()
    for kind in {item.kind for item in check.items}:
        of_kind = [item for item in check.items if item.kind == kind]
        chosen.update(item.id for item in shuffle(of_kind, seed=seed)[: check.draw.get(kind, len(of_kind))])
    return tuple(item.id for item in check.items if item.id in chosen)
