"""A small module without a fault, written into a folder; tests break one thing of it at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

Tree = dict[str, Any]
WORDS = (
    "The learner stops at the door and says one thing more. "
    "You ask what happened just before. They tell you. Then you wait. "
)


def words(count: int) -> str:
    """Plain prose of so many words, in short sentences."""
    supply = (WORDS * (count // 20 + 2)).split()
    return " ".join(supply[: count - 1]) + " end."


def paragraphs(count: int) -> str:
    """Prose of so many words, in paragraphs of sixty."""
    whole = words(count).split()
    return "\n\n".join(" ".join(whole[at : at + 60]) + "." for at in range(0, count, 60))


def lesson_body(*, hook: int = 40, total: int = 640, speaker: str = "Maya") -> str:
    return (
        f"\n{words(hook)}\n\n## What she said {{#what-she-said}}\n\n"
        "In a 2018 survey, 21 of 25 programs said so [@survey-2020#no-assess].\n\n"
        f'::: dialogue\n{speaker}: "Again?" I guess.\nCoach: What happened?\n(She waits.)\n:::\n\n'
        "::: figure two-roads\n:::\n\n"
        f"{paragraphs(total - hook - 40)}\n\n{{{{interaction}}}}\n\n"
        "## Try this week {#try-this-week}\n\nAsk once more.\n"
    )


def lesson(number: int, interaction: Tree, *, speaker: str = "Maya") -> Tree:
    front = {
        "schema": "lesson/1",
        "id": f"0{number}-at-the-door",
        "locale": "en",
        "title": "At the door",
        "minutes": 8,
        "objectives": ["m0-o1", "m0-o2", "m0-o3"],
        "competencies": ["P1"],
        "idea": "The second question is the one that was meant.",
        "interaction": interaction,
        "sources": ["survey-2020"],
    }
    return {"front": front, "body": lesson_body(speaker=speaker)}


def choices(*gotos: str) -> list[Tree]:
    moves = ("coaching", "advising", "waiting")
    return [
        {
            "id": f"c{at}",
            "say": f"I could say this to number {at}.",
            "move": moves[at % 3],
            "reply": [{"maya": "'Fine.' That's all."}],
            "note": "It got one thing and cost another.",
            "goto": goto,
        }
        for at, goto in enumerate(gotos)
    ]


def vignette() -> Tree:
    onward = {
        "one": ("two", "three", "four"),
        "two": ("five", "five", "six"),
        "three": ("five", "six", "six"),
        "four": ("five", "six", "five"),
        "five": ("best", "fair", "dear"),
        "six": ("fair", "dear", "dearer"),
    }
    nodes = [
        {
            "id": name,
            "scene": "Tuesday, by the lift.",
            "lines": [{"maya": "Have you a minute?"}, {"narrator": "She waits."}],
            "ask": "What do you say?",
            "choices": choices(*gotos),
        }
        for name, gotos in onward.items()
    ]
    endings = [
        {
            "id": name,
            "quality": quality,
            "title": "So it went",
            "text": "She left.",
            "cost": "A minute.",
            "repair": "Again?",
        }
        for name, quality in (("best", "strong"), ("fair", "sound"), ("dear", "costly"), ("dearer", "costly"))
    ]
    return {
        "schema": "vignette/1",
        "id": "by-the-lift",
        "locale": "en",
        "title": "By the lift",
        "minutes": 2,
        "level": "M3",
        "objectives": ["m0-o1"],
        "competencies": ["P1"],
        "topics": ["roles"],
        "distress": False,
        "cast": {"you": "Her coach since July.", "maya": "Maya Lind, third-year student."},
        "start": "one",
        "nodes": nodes,
        "endings": endings,
        "after": {"expert_path": ["c0", "c0", "c0"], "commentary": words(90)},
    }


def options(**each: Any) -> list[Tree]:
    return [
        {"id": name, "say": f"This is what I would say, {name}.", "why": "It leaves one thing out.", **extra}
        for name, extra in each.items()
    ]


def item(number: int, kind: str, **fields: Any) -> Tree:
    head = {"id": f"m0-q{number}", "kind": kind, "objective": f"m0-o{number % 3 + 1}", "competency": "P1"}
    place = {"see": "01-at-the-door#what-she-said", "stem": "She stays at the door.", "ask": "What do you say?"}
    return {**head, **place, **fields}


def lines() -> list[Tree]:
    return [{"id": f"l{at}", "speaker": ("Noor", "Coach")[at % 2], "text": f"Line {at}."} for at in range(4)]


def check() -> Tree:
    row = {"who": "PGY1", "say": "Which date?", "why": "There is a rule."}
    rows = [{"id": f"r{at}", **row, "key": ("rule", "open")[at % 2], "also": ["none"]} for at in range(4)]
    verdicts = [
        {"id": name, "text": f"It is {name}", "why": "No outcome was measured."}
        for name in ("supported", "contradicted", "not-measured")
    ]
    verdicts[2]["key"] = True
    taken, left = {"pick": True}, {"pick": False}
    return {
        "schema": "check/1",
        "id": "m0-check",
        "locale": "en",
        "title": "At the door",
        "minutes": 7,
        "pass_percent": 80,
        "tries": "unlimited",
        "draw": "all",
        "intro": "Six questions.",
        "items": [
            item(1, "best", options=options(a={}, b={"key": True}, c={}, d={})),
            item(2, "sjt", options=options(a={"points": 3}, b={"points": 2}, c={"points": 1}, d={"points": 0})),
            item(3, "multiple", options=options(a=taken, b=taken, c=left, d=left)),
            item(4, "classify", categories={"rule": "A rule", "open": "Open", "none": "None"}, rows=rows),
            item(5, "claim", claim="84 percent of successful programs do it.", verdicts=verdicts),
            item(6, "spot", lines=lines(), key="l3", near=["l1"], whys={"l1": "Nearly.", "l3": "Here."}),
        ],
    }


def scenario(number: int, **changes: Any) -> Tree:
    points = {"advise": 1, "coach": 3, "mentor": 2, "refer": 1, "evaluate": 0}
    whole = {
        "id": f"a{number:02}",
        "level": "M2",
        "safety": False,
        "distress": False,
        "title": "At the door",
        "situation": words(40),
        "cue": "She stays.",
        "trap": "Answering too soon.",
        "role_answers": {role: {"points": worth, "why": "Because."} for role, worth in points.items()},
        "openings": [
            {"id": f"o{worth}", "say": f"This is what I would say, {worth}.", "points": worth, "why": "Because."}
            for worth in (3, 2, 1, 0)
        ],
    }
    return {**whole, **changes}


def safety_scenario(number: int) -> Tree:
    found = scenario(number, safety=True, distress=True)
    for role, answer in found["role_answers"].items():
        answer["points"] = 3 if role == "refer" else 0
    for opening in found["openings"]:
        opening["points"] = 3 if opening["points"] == 3 else 0
    return found


def role_set() -> Tree:
    return {
        "schema": "role-set/1",
        "id": "role-set-a",
        "form": "a",
        "locale": "en",
        "title": "Which first?",
        "minutes": 12,
        "objectives": ["m0-o2"],
        "intro": "Choose.",
        "keys": {"state": "author", "note": "Our own.", "panel_size": None, "panel_date": None},
        "weights": {"role": 60, "opening": 40},
        "ask_confidence": True,
        "roles": {role: f"{role.title()}." for role in ("advise", "coach", "mentor", "refer", "evaluate")},
        "scenarios": [*(scenario(number) for number in range(1, 12)), safety_scenario(12)],
    }


def sheet() -> Tree:
    return {
        "schema": "module/1",
        "id": "m0",
        "slug": "m0-door",
        "order": 0,
        "locale": "en",
        "status": "review",
        "title": "At the door",
        "promise": "By the end you can wait.",
        "minutes": 26,
        "competencies": {"main": ["P1"], "also": []},
        "objectives": [{"id": f"m0-o{at}", "text": "Wait for the second question."} for at in (1, 2, 3)],
        "lessons": ["01-at-the-door", "02-at-the-door"],
        "vignettes": ["by-the-lift"],
        "check": "m0-check",
        "reflection": "m0-reflection",
        "task": "m0-task",
        "role_sets": ["role-set-a"],
        "further_reading": [{"cite": "survey-2020", "why": "Read it."}, {"cite": "book-2011", "why": "Read it too."}],
        "job_aid": {"title": "Wait", "text": "Ask, then wait."},
        "review": {"content": "pending", "safety": "pending"},
    }


def reflection() -> Tree:
    return {
        "schema": "reflection/1",
        "id": "m0-reflection",
        "locale": "en",
        "title": "Looking back",
        "minutes": 3,
        "objectives": ["m0-o1"],
        "intro": "Think of three.",
        "notice": "standard-privacy",
        "prompts": [
            {"id": "p1", "text": "What did you do?", "rows": 5, "required": True},
            {"id": "p2", "text": "What next?", "rows": 2, "required": False},
        ],
        "example": "I answered.",
        "carry_to_plan": "p2",
    }


def task() -> Tree:
    return {
        "schema": "task/1",
        "id": "m0-task",
        "locale": "en",
        "title": "Say it",
        "minutes": 15,
        "counts_toward_credit": False,
        "objectives": ["m0-o1"],
        "competencies": ["P1"],
        "why": "It is hard.",
        "steps": [{"id": f"s{at}", "text": "Say it."} for at in (1, 2, 3)],
        "no_learner_yet": "Say it to a colleague.",
        "notes": [{"id": "n1", "text": "Your sentence", "rows": 4}],
        "notice": "standard-privacy",
        "attest": "I said it.",
        "shared": "The office sees that you attested.",
        "example": "I said it.",
    }


def citations() -> Tree:
    source = {
        "state": "verified",
        "read": "abstract",
        "topics": ["programs"],
        "authors": "Lind M",
        "year": 2020,
        "title": "A survey",
        "where": "J Ed 2020",
        "doi": "10.1000/1",
        "use_for": "Counts.",
        "cannot_carry": "Effects.",
    }
    figure = {"id": "no-assess", "n": 21, "of": 25, "unit": "programs", "year": 2018, "says": "do not assess"}
    memory = {"state": "from-memory", "doi": None, "figures": [{**figure, "id": "guess"}]}
    return {
        "schema": "citations/1",
        "locale": "en",
        "sources": [
            {"id": "survey-2020", **source, "figures": [figure]},
            {"id": "book-2011", **source, **memory},
        ],
    }


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path class="node" d="M0 0h4"/>'
    '<text id="left" x="1" y="2">Left</text></svg>'
)


def figure() -> Tree:
    return {
        "schema": "figure/1",
        "id": "two-roads",
        "locale": "en",
        "alt": "Two roads.",
        "long": "Two roads part.\n\nOne goes left.",
        "caption": "Two roads part.",
        "sources": [],
    }


def whole() -> Tree:
    """Every file of the sample by its path; YAML as trees, lessons as front and body, drawings as text."""
    choose = {
        "kind": "choose",
        "situation": "She stays.",
        "ask": "What do you say?",
        "options": [{"id": name, "say": "Go on.", "why": "It is open."} for name in "abc"],
    }
    return {
        "citations.yaml": citations(),
        "m0-door/module.yaml": sheet(),
        "m0-door/lessons/01-at-the-door.md": lesson(1, {"kind": "vignette", "vignette": "by-the-lift"}),
        "m0-door/lessons/02-at-the-door.md": lesson(2, choose, speaker="Idris"),
        "m0-door/vignettes/by-the-lift.yaml": vignette(),
        "m0-door/check.yaml": check(),
        "m0-door/role-set-a.yaml": role_set(),
        "m0-door/reflection.yaml": reflection(),
        "m0-door/task.yaml": task(),
        "m0-door/figures/two-roads.yaml": figure(),
        "m0-door/figures/two-roads.svg": SVG,
    }


def write(root: Path, files: Tree) -> Path:
    """Write a tree of files below `root` and return it."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_as_text(content), encoding="utf-8")
    return root


def _as_text(content: Any) -> str:
    if isinstance(content, str):
        return content
    if "front" in content:
        return f"---\n{dump(content['front'])}---\n{content['body']}"
    return dump(content)


def dump(tree: Tree) -> str:
    """Write a tree as YAML, the way an author would."""
    return yaml.dump(tree, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)


class _Plain(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes a repeated part out, as an author would."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's shape
        return True
