"""Prints what the content comes to, and writes the table of competencies into `docs/`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from modules import CONTENT
from modules.coverage import cover, write_table
from modules.key_balance import KeyBalance
from modules.report import ContentReport, ModuleNumbers, make_report
from modules.survey import survey

TABLE = Path(__file__).parent.parent.parent / "docs" / "coverage.md"
STATES = {"verified": "verified", "seen-no-doi": "DOI not confirmed", "from-memory": "not yet checked"}


def print_report(folder: Path | None, *, as_json: bool) -> None:
    """Of our own content; with a folder, of that laid over ours."""
    report = make_report(survey((CONTENT, *([folder] if folder else []))))
    if as_json:
        print(json.dumps(_as_tree(report), ensure_ascii=False, indent=2))
        return
    for line in _list_lines(report):
        print(line)


def make_table() -> str:
    found = survey()
    return write_table(cover(found.framework, found.folders))


def write_table_file() -> Path:
    """The table in `docs/`, of the content as it is now."""
    TABLE.write_text(make_table(), encoding="utf-8")
    return TABLE


def _as_tree(report: ContentReport) -> dict[str, object]:
    tree = asdict(report)
    tree["coverage"] = [
        {
            "competency": one.competency.code,
            "lessons": one.lessons,
            "practice": one.practice,
            "items": one.items,
            "missing": one.missing,
        }
        for one in report.coverage
    ]
    return {**tree, "outside_the_bounds": report.list_excesses()}


def _list_lines(report: ContentReport) -> Iterator[str]:
    for module in report.modules:
        yield from _list_module(module)
    yield from ("", "Competencies: lessons, practice, items")
    for one in report.coverage:
        lacking = f"   {', '.join(f'not {name}' for name in one.missing)}" if one.missing else ""
        numbers = f"{len(one.lessons):>3} {len(one.practice):>3} {len(one.items):>3}"
        yield f"  {one.competency.code}  {numbers}  {one.competency.title}{lacking}"
    yield from ("", "All modules")
    words, minutes = sum(one.words for one in report.modules), sum(one.minutes for one in report.modules)
    yield f"  {len(report.modules)} modules, {words} words in lessons, {minutes} minutes stated"
    yield from _list_keys(report.keys)
    yield f"  Sources cited: {_say_states(report.sources_cited)} (of {sum(report.sources.values())} in citations.yaml)"
    if report.from_memory:
        yield f"  Not yet checked: {', '.join(report.from_memory)}"
    yield f"  Cited nowhere yet: {len(report.uncited)}; --format json names them"
    excesses = report.list_excesses()
    yield from ("", "Outside the bounds" if excesses else "Nothing lies outside the bounds.")
    yield from (f"  {line}" for line in excesses)


def _list_module(module: ModuleNumbers) -> Iterator[str]:
    yield from ("", f"{module.id}  {module.title} ({module.status}), {module.minutes} minutes, {module.words} words")
    yield "  words  min  formula  ease  grade  longest §  interaction    lesson"
    for one in module.lessons:
        numbers = f"{one.words:>7} {one.minutes.stated:>4} {one.minutes.computed:>8} {one.prose.ease:>5.0f}"
        rest = f"{one.prose.grade:>6.1f} {one.longest_paragraph:>10}  {one.interaction:<14} {one.id}"
        yield f"{numbers} {rest}"
    for case in module.vignettes:
        minutes = f"{case.minutes.stated} minutes stated, {case.minutes.computed} by formula"
        yield f"  vignette {case.id}: {minutes}, {case.nodes} nodes, {case.paths} paths"
    stated = f"{module.check_minutes.stated} minutes stated, {module.check_minutes.computed} by formula"
    yield f"  check: {module.items} items ({_say(module.item_kinds)}), {stated}"
    yield f"  items by competency: {_say(module.items_by_competency)}"
    yield from _list_keys(module.keys)
    yield f"  sources cited: {_say_states(module.sources)}"
    yield f"  figures: {module.figures}, with a text twin: {module.figures_with_twin}"


def _list_keys(keys: KeyBalance) -> Iterator[str]:
    yield (
        f"  keys: place in the file {_say(keys.places)}; of {keys.keyed} best answers"
        f" {keys.longest} are the longest option, {keys.shortest} the shortest"
    )
    right, options = keys.picks
    yield f"  keys: {right} of {options} options to pick; verdicts {_say(keys.verdicts)}; roles {_say(keys.roles)}"


def _say(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "none"


def _say_states(counts: Mapping[str, int]) -> str:
    return _say({word: counts.get(state, 0) for state, word in STATES.items()})
