"""The same scores in two more drawings: small multiples over time, and a radar of two dates at most."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise

LOWEST, HIGHEST = 1, 5
# Of one small multiple: its height, where level 5 lies, how far levels lie apart, and the room at its sides.
TALL, TOP, STEP, SIDE = 108, 14, 20, 6
# Of the radar: its middle, and the length of one level.
MIDDLE_X, MIDDLE_Y, RAY = 170, 150, 19.2
LINE = 19


@dataclass(frozen=True)
class Point:
    """One score at one date."""

    x: str
    y: int


@dataclass(frozen=True)
class Multiple:
    """One domain over time: its points, and the lines between neighbors in time."""

    title: str
    sentence: str
    points: tuple[Point, ...]
    lines: tuple[tuple[Point, Point], ...]
    levels: tuple[tuple[int, int], ...]
    height: int = TALL


@dataclass(frozen=True)
class Label:
    """The name of an axis, in one or two lines; `css` says on which side of its place it stands."""

    css: str
    x: float
    y: float
    lines: tuple[str, ...]
    step: int = LINE


@dataclass(frozen=True)
class Radar:
    """Rings, rays and labels, the area of now, and, where there is one, that of then."""

    rings: tuple[str, ...]
    rays: tuple[tuple[float, float], ...]
    labels: tuple[Label, ...]
    now: str
    now_points: tuple[tuple[float, float], ...]
    then: str
    then_points: tuple[tuple[float, float], ...]


def make_multiple(title: str, sentence: str, scores: Mapping[datetime, Fraction | None]) -> Multiple:
    """Dates lie apart as they do in time; a date without a score has no point, and the line passes over it."""
    first, last = min(scores), max(scores)
    whole = (last - first).total_seconds() or 1.0
    points = tuple(
        Point(f"{SIDE + (100 - 2 * SIDE) * (at - first).total_seconds() / whole:.2f}%", _height(value))
        for at, value in scores.items()
        if value is not None
    )
    levels = tuple((level, _height(Fraction(level))) for level in (LOWEST, 3, HIGHEST))
    return Multiple(title, sentence, points, tuple(pairwise(points)), levels)


def _height(value: Fraction) -> int:
    return round(TOP + float(HIGHEST - value) * STEP)


def make_radar(titles: Sequence[str], now: Sequence[Fraction], then: Sequence[Fraction] | None) -> Radar:
    """One axis for each title, the first upward, on clockwise."""
    count = len(titles)
    then_points = _place(then) if then else ()
    return Radar(
        rings=tuple(_join(_place([Fraction(level)] * count)) for level in range(LOWEST, HIGHEST + 1)),
        rays=_place([Fraction(HIGHEST)] * count),
        labels=tuple(_label(title, at, count) for at, title in enumerate(titles)),
        now=_join(_place(now)),
        now_points=_place(now),
        then=_join(then_points),
        then_points=then_points,
    )


def _place(values: Sequence[Fraction]) -> tuple[tuple[float, float], ...]:
    return tuple(_at(float(value) * RAY, at, len(values)) for at, value in enumerate(values))


def _at(length: float, at: int, count: int) -> tuple[float, float]:
    angle = 2 * math.pi * at / count
    return round(MIDDLE_X + length * math.sin(angle), 1), round(MIDDLE_Y - length * math.cos(angle), 1)


def _join(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _label(title: str, at: int, count: int) -> Label:
    x, y = _at(HIGHEST * RAY + 14, at, count)
    lines = _break(title)
    is_middle = abs(x - MIDDLE_X) < RAY or y > MIDDLE_Y
    css = "mid" if is_middle else "end" if x < MIDDLE_X else ""
    lift = LINE * (len(lines) - 1) if y < MIDDLE_Y - HIGHEST * RAY else 0
    drop = LINE if y > MIDDLE_Y else 0
    return Label(css, x, y - lift + drop, lines)


def _break(title: str) -> tuple[str, ...]:
    """Two lines of about the same length, broken between words."""
    words = title.split()
    if len(words) == 1:
        return (title,)
    cut = min(range(1, len(words)), key=lambda n: abs(len(" ".join(words[:n])) - len(" ".join(words[n:]))))
    return " ".join(words[:cut]), " ".join(words[cut:])
