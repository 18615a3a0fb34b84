"""What must hold inside an instrument: every competency asked about, and items that one sentence can answer."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from competencies.instrument_loader import tell_file
from competencies.instrument_model import LEVELS, Instrument, InstrumentItem
from competencies.model import Framework
from competencies.problems import Problem

CORE_ITEMS = 2
LONG_ITEMS = 1
STEM_WORDS = 25
ANCHOR_WORDS = 30
WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
# A ladder of adverbs can be climbed by changing one word; these measure nothing.
EMPTY_WORDS = re.compile(
    r"\b(always|appropriate(?:ly)?|effective(?:ly)?|frequently|moderately|never|occasionally|often|rarely|regularly"
    r"|sometimes|somewhat|usually|very)\b",
    re.IGNORECASE,
)
# What each sentence of the ladder says in the same place, in English. Level 3 depends on the period asked about.
OPENS_1, MEETS_2, OPENS_4, SAYS_4 = "I know of ", "at least once", "As 3, and ", "I can say "
OPENS_5, CLOSES_5 = "As 4, and I have used ", "to help another coach learn this."
MOST = {"last-three": "at least two of the three", "twelve-months": "most"}


def check_instrument(instrument: Instrument, framework: Framework) -> tuple[Problem, ...]:
    """Return every fault of a loaded instrument."""
    where = tell_file(instrument)
    return (
        *_check_frame(instrument, framework, where),
        *_check_coverage(instrument, framework, where),
        *(problem for item in instrument.items for problem in _check_item(instrument, item, where)),
    )


def _check_frame(instrument: Instrument, framework: Framework, where: str) -> Iterator[Problem]:
    named = f"{framework.id}/{framework.version}"
    if instrument.framework != named:
        yield Problem(f"{where}: framework", f"there is no framework `{instrument.framework}`; known is `{named}`")
    if tuple(level.value for level in instrument.scale.levels) != LEVELS:
        yield Problem(f"{where}: scale.levels", "are 1 to 5, in this order")
    bounds = [band.below for band in instrument.scoring.bands]
    if bounds != sorted(set(bounds)) or not bounds or bounds[-1] <= LEVELS[-1]:
        yield Problem(f"{where}: scoring.bands", "rise, and the last reaches beyond 5")
    points = [one.point for one in instrument.administration]
    if len(set(points)) != len(points):
        yield Problem(f"{where}: administration", "names a point twice")


def _check_coverage(instrument: Instrument, framework: Framework, where: str) -> Iterator[Problem]:
    counts: Counter[tuple[str, str]] = Counter((item.competency, item.form) for item in instrument.items)
    for code in sorted(framework.codes):
        for form, wanted in (("core", CORE_ITEMS), ("long", LONG_ITEMS)):
            if counts[code, form] != wanted:
                text = f"{code} has {counts[code, form]} {form} items; it needs {wanted}"
                yield Problem(f"{where}: items", text)
    for name, count in Counter(item.id for item in instrument.items).items():
        if count > 1:
            yield Problem(f"{where}: items.{name}", "is given twice; each item has an id of its own")


def _check_item(instrument: Instrument, item: InstrumentItem, where: str) -> Iterator[Problem]:
    place = f"{where}: items.{item.id}"
    if item.id.partition(".")[0] != item.competency:
        yield Problem(f"{place}.competency", f"an item of {item.competency} has an id that begins with it")
    if list(item.anchors) != [str(level) for level in LEVELS]:
        yield Problem(f"{place}.anchors", "are 1 to 5, in this order")
        return
    yield from _check_words(item, place)
    if instrument.locale == "en":
        yield from _check_parallel(item, place)
        yield from _check_stem_and_words(item, place)


def _check_words(item: InstrumentItem, place: str) -> Iterator[Problem]:
    if len(WORD.findall(item.stem)) > STEM_WORDS:
        yield Problem(f"{place}.stem", f"{len(WORD.findall(item.stem))} words; at most {STEM_WORDS}")
    for level, anchor in item.anchors.items():
        if len(WORD.findall(anchor)) > ANCHOR_WORDS:
            text = f"{len(WORD.findall(anchor))} words; at most {ANCHOR_WORDS}"
            yield Problem(f"{place}.anchors.{level}", text, "warning")
    for (low, first), (high, second) in combinations(item.anchors.items(), 2):
        if _is_near(first, second):
            yield Problem(f"{place}.anchors.{high}", f"differs from {low} by one word; it must add something one sees")


def _is_near(first: str, second: str) -> bool:
    """Whether one word makes the difference: two such sentences are one sentence with an adverb."""
    one, other = Counter(WORD.findall(first.lower())), Counter(WORD.findall(second.lower()))
    return max((one - other).total(), (other - one).total()) <= 1


def _check_parallel(item: InstrumentItem, place: str) -> Iterator[Problem]:
    said = item.anchors
    expected = (
        ("1", said["1"].startswith(OPENS_1), f"begins `{OPENS_1.strip()}`, and says what was done instead"),
        ("2", MEETS_2 in said["2"].lower(), f"says `{MEETS_2}`"),
        ("3", MOST[item.frame] in said["3"], f"says `{MOST[item.frame]}`, as `{item.frame}` asks"),
        ("4", said["4"].startswith(OPENS_4) and SAYS_4 in said["4"], f"begins `{OPENS_4}…` and says `{SAYS_4}…`"),
        ("5", said["5"].startswith(OPENS_5) and said["5"].endswith(CLOSES_5), f"`{OPENS_5}… {CLOSES_5}`"),
    )
    for level, holds, text in expected:
        if not holds:
            yield Problem(f"{place}.anchors.{level}", f"is not built like the others: {text}")


def _check_stem_and_words(item: InstrumentItem, place: str) -> Iterator[Problem]:
    if re.search(r"\band\b", item.stem):
        yield Problem(f"{place}.stem", "asks about two things (`and`); ask about one")
    for field, text in (("stem", item.stem), *((f"anchors.{level}", one) for level, one in item.anchors.items())):
        for found in EMPTY_WORDS.finditer(text):
            yield Problem(f"{place}.{field}", f"`{found.group()}` measures nothing; say what somebody could see")
