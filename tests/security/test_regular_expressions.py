"""S62: no regular expression of ours takes long over any text, however it was made for that."""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from time import thread_time
from types import ModuleType

import pytest

import app
import competencies
import modules

# What only the operator writes or starts: texts of authors, read at the start, and the LMS for practice.
TRUSTED = ("modules/", "modules.checks.", "app.practice_lms.", "app/practice_lms/")
ROOT = Path(app.__file__).parents[1]
LONG, SHORT = 100_000, (40, 400, 4000)
# Of the texts that were slowest when short, this many are tried long.
WORST = 4
# What a quiet machine may take, on which YARDSTICK takes YARDSTICK_SECONDS.
MOST_SECONDS = 0.05
YARDSTICK, YARDSTICK_SECONDS = re.compile("a"), 0.012
# What repeats in headers, tags, locales, dates, addresses and prose; each is tried with an end that never fits.
REPEATED = (
    "<", ">", "<a", "<a>", "<a>;", "<a>;b", "<a>;b=", '<a>;b="', '<a>; rel="next",', ";rel=", ';rel="', "; ", " ;", " ",
    "\t", "\n", " \n", "\n\n", "\r\n", "a", "a ", "A", "aA", "0", "0a", "-", "-a", "_a", ".", ".a", "a.", ",", ", a",
    "/", "/a", "://", "@", "@a", "[", "[@", "[@a]", "[a](", "(", ")", "{{", "{{ a", "{", "}", "|", "| -", "#", "# a",
    "* ", "**", "1. ", ":::", ": ", "=", '="', '"', "'", "\\", "&", "&a;", "%", "%2", "$", "$A.", "~", "`", "!", "?",
    "+", "é", "\0", "\x1b[", "א", "2026-11-22T", "1 of ", "Dr. ",
)  # fmt: skip
ALL_METHODS = frozenset({"search", "match", "fullmatch", "findall", "finditer", "sub", "split"})


@cache
def source_trees() -> dict[Path, ast.Module]:
    files = [file for room in (app, modules, competencies) for file in Path(room.__path__[0]).rglob("*.py")]
    return {file: ast.parse(file.read_text()) for file in files}


def import_everything() -> Iterator[ModuleType]:
    for room in (app, modules, competencies):
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)
    return (
        module for name, module in list(sys.modules.items()) if name.split(".")[0] in {"app", "modules", "competencies"}
    )


def patterns_in(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, dict):
        yield from (one for part in (*value, *value.values()) for one in patterns_in(part, depth + 1))
    elif depth < 3 and isinstance(value, list | tuple | set | frozenset):
        yield from (one for part in value for one in patterns_in(part, depth + 1))


@cache
def uses() -> dict[str, frozenset[str]]:
    """The name of a pattern to the methods that are called on it anywhere."""
    found: dict[str, set[str]] = {}
    for tree in source_trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ALL_METHODS:
                name = getattr(node.value, "id", None) or getattr(node.value, "attr", None)
                found.setdefault(str(name), set()).add(node.attr)
    return {name: frozenset(methods) for name, methods in found.items()}


def inline_patterns() -> Iterator[tuple[str, str, str]]:
    """Place, method and pattern of each `re.search("…", …)` and the like."""
    for file, tree in source_trees().items():
        for node in ast.walk(tree):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ALL_METHODS
            ):
                continue
            if getattr(node.func.value, "id", "") == "re" and node.args and isinstance(node.args[0], ast.Constant):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node.func.attr, str(node.args[0].value)


@cache
def everything() -> dict[tuple[str, str], re.Pattern[str]]:
    """(place, method) to pattern: each compiled one that a module holds, and each that is written where it is used."""
    found: dict[tuple[str, str], re.Pattern[str]] = {}
    for module in import_everything():
        for name, value in vars(module).items():
            for number, pattern in enumerate(patterns_in(value)):
                if isinstance(pattern.pattern, str):
                    for method in uses().get(name, ALL_METHODS):
                        found[f"{module.__name__}.{name}[{number}]", method] = pattern
    for place, method, text in inline_patterns():
        found[place, method] = re.compile(text)
    once = {(pattern.pattern, pattern.flags, key[1]): key for key, pattern in found.items()}
    return {key: found[key] for key in once.values() if not key[0].startswith(TRUSTED)}


def run(pattern: re.Pattern[str], method: str) -> Callable[[str], object]:
    if method == "sub":
        return lambda text: pattern.sub("", text)
    if method == "finditer":
        return lambda text: list(pattern.finditer(text))
    return getattr(pattern, method)  # type: ignore[no-any-return]


def seconds(act: Callable[[str], object], text: str) -> float:
    start = thread_time()
    act(text)
    return thread_time() - start


def slowness() -> float:
    """How many times slower than a quiet one this machine is just now: who shares its cores is felt in our time too."""
    return max(1.0, seconds(run(YARDSTICK, "finditer"), "a" * LONG) / YARDSTICK_SECONDS)


def is_slow(act: Callable[[str], object], text: str, most: float) -> bool:
    """Five times too long, even for how slow the machine was at each: what backtracks is so many times over."""
    for _ in range(5):
        took = seconds(act, text)
        if took <= most or took <= most * slowness():
            return False
    return True


def hostile(pattern: re.Pattern[str], size: int) -> list[str]:
    """Each repetition after the start of a link, and before an end that fits nothing."""
    units = (*REPEATED, *sorted(set(pattern.pattern)))
    bodies = [(unit * (size // len(unit) + 1))[:size] for unit in units]
    return [f"<a{body}" for body in bodies] + [f"{body}\0\n!" for body in bodies]


def find_slow(pattern: re.Pattern[str], method: str) -> str | None:
    """A text that takes too long. Short ones first: where these are slow already, a long one would take for ever."""
    act = run(pattern, method)
    for size in SHORT:
        texts = hostile(pattern, size)
        slow = next((text for text in texts if is_slow(act, text, MOST_SECONDS / 10)), None)
        if slow is not None:
            return slow
    took = [(seconds(act, text), number) for number, text in enumerate(texts)]
    longs = hostile(pattern, LONG)
    worst = (longs[number] for _, number in sorted(took, reverse=True)[:WORST])
    return next((text for text in worst if is_slow(act, text, MOST_SECONDS)), None)


def test_the_collection_finds_what_reads_headers_and_texts():
    places = {place for place, _method in everything()}
    assert len(places) > 30
    assert any("web_links" in place for place in places)


def test_s62_a_hostile_text_of_100_kb_takes_less_than_50_ms():
    slow = {key: find_slow(pattern, key[1]) for key, pattern in everything().items()}
    assert {key: (text[:20], text[-5:]) for key, text in slow.items() if text is not None} == {}


@pytest.mark.parametrize("text", [r"<([^>]*)>", r"\s+$", r"a*b*c"])
def test_s62_an_expression_that_backtracks_would_be_seen(text):
    assert find_slow(re.compile(text), "findall")
