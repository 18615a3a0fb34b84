"""How often the profile says "changed" to coaches whose true change is known.

    ./dev python tests/bench/instrument.py [--people 30] [--repeats 400]

Simulated institutions answer the baseline; their own data give the threshold. Then each coach answers once more with a
known true change, and the profile's own functions say what they would say. The table stands, explained, in
docs/self-assessment.md. Nothing here is tuned: the worlds were chosen before the first run, and all are printed.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from competencies import Instrument, load_framework, load_instruments
from competencies.change import Direction, Yardstick, add_up, compare_domains, make_yardstick
from competencies.scoring import score_domains

LEVELS = (1, 5)
TRUE_CHANGES = (0.0, 0.25, 0.5, 1.0, 1.5)
SEED = 20210727


@dataclass(frozen=True)
class World:
    """How true levels and errors are spread, in levels. `day` is an error that all answers of one day share."""

    name: str
    mean: float = 2.8
    between: float = 0.8
    competency: float = 0.3
    item: float = 0.3
    habit: float = 0.0
    error: float = 0.7
    day: float = 0.0


WORLDS = (
    World("plain: each answer errs by itself"),
    World("noisy answers", error=1.0),
    World("coaches much alike", between=0.4),
    World("beginners, near the floor", mean=1.6, between=0.6),
    World("habits: a person reads an item in their own way, both times", habit=0.5),
    World("good and bad days: all of a day's answers err together", day=0.3),
)


class Coach:
    """One simulated coach: a true level in each domain, and how they read each item."""

    def __init__(self, instrument: Instrument, world: World, shifts: dict[str, float], dice: random.Random) -> None:
        self._world, self._shifts, self._dice = world, shifts, dice
        self._domains = {domain: dice.gauss(world.mean, world.between) for domain in "PRSTD"}
        codes = {item.competency for item in instrument.items}
        self._codes = {code: dice.gauss(0, world.competency) for code in sorted(codes)}
        self._habits = {item: dice.gauss(0, world.habit) for item in shifts}

    def answer(self, change: float = 0.0) -> dict[str, int]:
        """The core form, answered once, `change` levels above the first time."""
        mood = self._dice.gauss(0, self._world.day)
        return {item: self._level(item, change + mood) for item in self._shifts}

    def _level(self, item: str, extra: float) -> int:
        code = item.partition(".")[0]
        true = self._domains[code[0]] + self._codes[code] + self._habits[item] + self._shifts[item] + extra
        low, high = LEVELS
        return min(high, max(low, round(true + self._dice.gauss(0, self._world.error))))


@dataclass
class Tally:
    """How many verdicts there were, and how many said that something changed; by domain, and by whole profile."""

    verdicts: int = 0
    changed: int = 0
    profiles: int = 0
    any_changed: int = 0

    def add(self, verdicts: Sequence[bool]) -> None:
        self.verdicts += len(verdicts)
        self.changed += sum(verdicts)
        self.profiles += 1
        self.any_changed += any(verdicts)

    def tell(self) -> str:
        return f"{100 * self.changed / self.verdicts:5.1f}"

    def tell_any(self) -> str:
        return f"{100 * self.any_changed / self.profiles:5.1f}"


class Simulation:
    """Institutions of `people` coaches in one world."""

    def __init__(self, world: World, people: int, dice: random.Random) -> None:
        self._world, self._people, self._dice = world, people, dice
        self._instrument = load_instruments()[0][0]
        framework = load_framework()[0]
        assert framework is not None
        self._framework = framework
        self._ids = [item.id for item in self._instrument.list_items("core")]
        self.own = {change: Tally() for change in TRUE_CHANGES}
        self.thumb = {change: Tally() for change in TRUE_CHANGES}
        self.thresholds: list[float] = []

    def run(self, repeats: int) -> None:
        for _ in range(repeats):
            self._run_one()

    def _run_one(self) -> None:
        shifts = {item: self._dice.gauss(0, self._world.item) for item in self._ids}
        coaches = [Coach(self._instrument, self._world, shifts, self._dice) for _ in range(self._people)]
        firsts = [coach.answer() for coach in coaches]
        own = {domain: self._measure(domain, firsts) for domain in "PRSTD"}
        thumb = dict.fromkeys("PRSTD", make_yardstick(self._instrument.scoring.change, None))
        self.thresholds += [one.bound for one in own.values()]
        for coach, first in zip(coaches, firsts, strict=True):
            for change in TRUE_CHANGES:
                second = coach.answer(change)
                self.own[change].add(list(self._judge(first, second, own)))
                self.thumb[change].add(list(self._judge(first, second, thumb)))

    def _measure(self, domain: str, firsts: Sequence[dict[str, int]]) -> Yardstick:
        ids = [one for one in self._ids if one[0] == domain]
        rows = [[first[one] for one in ids] for first in firsts]
        return make_yardstick(self._instrument.scoring.change, add_up(rows))

    def _judge(self, first: dict[str, int], second: dict[str, int], by: dict[str, Yardstick]) -> Iterator[bool]:
        before = score_domains(self._instrument, self._framework, "core", first)
        after = score_domains(self._instrument, self._framework, "core", second)
        for one, other in zip(before, after, strict=True):
            change = compare_domains(one, other, by[one.id])
            assert change is not None
            yield change.direction is not Direction.UNCLEAR


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, nargs="*", default=[30, 100])
    parser.add_argument("--coaches", type=int, default=6000, help="how many coaches for each line")
    parsed = parser.parse_args()
    dice = random.Random(SEED)  # noqa: S311  a simulation
    print("Domains called changed, of 100, at a true change of", *(f"{one:g}" for one in TRUE_CHANGES))
    for world in WORLDS:
        print(f"\n{world.name}")
        for people in parsed.people:
            found = Simulation(world, people, dice)
            found.run(max(1, parsed.coaches // people))
            bound = sum(found.thresholds) / len(found.thresholds)
            own, thumb = found.own, found.thumb
            print(f"  own data, n = {people:4}: ", *(own[one].tell() for one in TRUE_CHANGES), end="")
            print(f"   threshold {bound:.2f}; one domain of five or more, unchanged: {own[0.0].tell_any()}")
        print("  rule of thumb, 0.75: ", *(thumb[one].tell() for one in TRUE_CHANGES), end="")
        print(f"                    one domain of five or more, unchanged: {thumb[0.0].tell_any()}")


if __name__ == "__main__":
    main()
