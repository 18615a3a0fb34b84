"""Whether an answer can be found without reading: where the keys stand, how long they are, which verdict is right."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from modules.checks.cues import place_of_best
from modules.folder import Folder
from modules.marking import MOST_POINTS
from modules.model import ROLES, ClaimItem, Item, MultipleItem, RoleSet
from modules.model.check import BestItem, SjtItem


@dataclass(frozen=True)
class KeyBalance:
    """Counts over items. `places`: the best answer's place in the file, from 1 (readers see options shuffled).

    `longest` and `shortest`: how often the best answer is, of `keyed` items with one best answer among options.
    `picks`: right of all options in items with several; `verdicts`, `roles`: how often each is the key.
    """

    keyed: int
    places: Mapping[str, int]
    longest: int
    shortest: int
    picks: tuple[int, int]
    verdicts: Mapping[str, int]
    roles: Mapping[str, int]


def weigh_keys(folders: Iterable[Folder]) -> KeyBalance:
    """Weigh the items and role sets of these folders."""
    there = list(folders)
    items = [item for folder in there if folder.check for item in folder.check.items]
    keyed = [one for one in map(_lengths_and_best, items) if one]
    multiple = [option.pick for item in items if isinstance(item, MultipleItem) for option in item.options]
    return KeyBalance(
        keyed=len(keyed),
        places=_counted(str(best + 1) for _, best in keyed),
        longest=sum(lengths[best] == max(lengths) for lengths, best in keyed),
        shortest=sum(lengths[best] == min(lengths) for lengths, best in keyed),
        picks=(sum(multiple), len(multiple)),
        verdicts=_counted(one.id for item in items if isinstance(item, ClaimItem) for one in item.verdicts if one.key),
        roles=_counted(role for folder in there for role_set in folder.role_sets for role in _best_roles(role_set)),
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _lengths_and_best(item: Item) -> tuple[Sequence[int], int] | None:
    """Return the lengths of an item's options and the place of the best one; None where there is no such thing."""
    best = place_of_best(item)
    if best is None or not isinstance(item, BestItem | SjtItem):
        return None
    return [len(option.words) for option in item.options], best


def _best_roles(role_set: RoleSet) -> Iterable[str]:
    for scenario in role_set.scenarios:
        yield from (role for role in ROLES if scenario.role_answers.of(role).points == MOST_POINTS)
