"""Whether a change is larger than the instrument's own error: alpha, the standard error, and the reliable change.

Cronbach's alpha and the standard error of measurement come from people who answered every item of a scale once.
Jacobson and Truax (1991, `jacobson-truax-1991`) call a person's change reliable where it exceeds 1.96 standard errors
of a difference. All pure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from competencies.instrument_model import ChangeRule
from competencies.scoring import DomainScore

FEWEST_ITEMS = 2
# Sums of halves and thirds compared with a bound of two decimals: closer than this is equal.
HAIR = 1e-9


@dataclass(frozen=True)
class Sums:
    """Of one item, or of a scale's item sums, over people: how many, and the sums of the values and their squares."""

    n: int
    total: int
    squares: int

    @property
    def variance(self) -> float:
        """The sample variance (n - 1); of fewer than two people 0."""
        return (self.squares - self.total**2 / self.n) / (self.n - 1) if self.n > 1 else 0.0


@dataclass(frozen=True)
class ScaleSums:
    """Of a scale, over the people who answered all its items: the sums of each item, and of their added score."""

    items: tuple[Sums, ...]
    added: Sums

    @property
    def n(self) -> int:
        return self.added.n


def add_up(rows: Sequence[Sequence[int]]) -> ScaleSums:
    """The sums of a table with a row for each person and a column for each item."""
    columns = list(zip(*rows, strict=True))
    return ScaleSums(tuple(_sum(column) for column in columns), _sum([sum(row) for row in rows]))


def _sum(values: Sequence[int]) -> Sums:
    return Sums(len(values), sum(values), sum(value * value for value in values))


def tell_alpha(scale: ScaleSums) -> float | None:
    """Cronbach's alpha; None for one item, one person, or people who are all alike."""
    count, spread = len(scale.items), scale.added.variance
    if count < FEWEST_ITEMS or spread <= 0:
        return None
    return count / (count - 1) * (1 - sum(item.variance for item in scale.items) / spread)


def tell_sem(scale: ScaleSums) -> float | None:
    """The standard error of measurement of the scale's mean, in levels: SD times the root of 1 - alpha."""
    alpha = tell_alpha(scale)
    if alpha is None:
        return None
    deviation = math.sqrt(scale.added.variance) / len(scale.items)
    return deviation * math.sqrt(max(0.0, 1 - alpha))


@dataclass(frozen=True)
class Yardstick:
    """What a change of a scale is measured against.

    `item_error` is the error variance of one answer, from `n` people; None where the rule of thumb stands in for it.
    """

    bound: float
    n: int = 0
    item_error: float | None = None
    factor: float = 0.0

    @property
    def is_rule_of_thumb(self) -> bool:
        return self.item_error is None

    def threshold(self, share: float) -> float:
        """The change that must be exceeded. `share` is the sum of the squared weights of the answers in the mean."""
        if self.item_error is None:
            return self.bound
        return self.factor * math.sqrt(2 * self.item_error * share)


def make_yardstick(rule: ChangeRule, scale: ScaleSums | None) -> Yardstick:
    """The reliable change of a scale from enough people, else the rule of thumb."""
    sem = tell_sem(scale) if scale and scale.n >= rule.reliable_from_n else None
    if scale is None or not sem:
        return Yardstick(rule.otherwise, scale.n if scale else 0)
    count = len(scale.items)
    factor = widen(rule.z, freedom=(scale.n - 1) * (count - 1))
    error = sem**2 * count
    return Yardstick(factor * math.sqrt(2) * sem, scale.n, error, factor)


def widen(z: float, *, freedom: int) -> float:
    """The t quantile that belongs to the normal quantile z: the error itself was estimated from few people.

    The expansion of Abramowitz and Stegun 26.7.5 to its second term, good to 0.001 from 20 degrees of freedom on.
    """
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def weigh_items(counts: Sequence[int]) -> float:
    """The sum of squared weights of a mean of means, one mean over each of `counts` answers."""
    return sum(1 / count for count in counts) / len(counts) ** 2


class Direction(StrEnum):
    """What can be said of a change."""

    UP = "up"
    DOWN = "down"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Change:
    """From one score to another, and whether the difference exceeds what error alone would do."""

    before: Fraction
    after: Fraction
    threshold: float

    @property
    def size(self) -> Fraction:
        return self.after - self.before

    @property
    def direction(self) -> Direction:
        if abs(float(self.size)) <= self.threshold + HAIR:
            return Direction.UNCLEAR
        return Direction.UP if self.size > 0 else Direction.DOWN


def tell_rci(size: float, sem: float) -> float:
    """The reliable change index: a change in standard errors of a difference. Beyond 1.96 it is called reliable."""
    return size / (sem * math.sqrt(2))


def compare_domains(before: DomainScore, after: DomainScore, yardstick: Yardstick) -> Change | None:
    """The change of one domain; None where either has no score. Both should hold the same answered items."""
    if before.value is None or after.value is None:
        return None
    counts = [len(one.answered) for one in after.competencies if one.value is not None]
    return Change(before.value, after.value, yardstick.threshold(weigh_items(counts)))
