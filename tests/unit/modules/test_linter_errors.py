"""Each error of the content format: a file wrong in one place is told so, at that place."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.modules import sample
from tests.unit.modules.conftest import Breaker

Files = dict[str, Any]
M = "m0-door"
FIRST = f"{M}/lessons/01-at-the-door.md"
SECOND = f"{M}/lessons/02-at-the-door.md"
LIFT = f"{M}/vignettes/by-the-lift.yaml"
CHECK = f"{M}/check.yaml"
SHEET = f"{M}/module.yaml"
ROLES = f"{M}/role-set-a.yaml"
GUESS = {"kind": "predict", "ask": "?", "answer": 20, "of": 25, "cite": "survey-2020#no-assess", "after": "So."}
SVG = f"{M}/figures/two-roads.svg"


def put(name: str, *path: Any) -> Breaker:
    """A breaker that sets the last of `path` at the place before it."""
    *way, key, value = path

    def breaker(files: Files) -> None:
        here = files[name]
        for step in way:
            here = here[step]
        here[key] = value

    return breaker


def drop(name: str, *path: Any) -> Breaker:
    def breaker(files: Files) -> None:
        here = files[name]
        for step in path[:-1]:
            here = here[step]
        del here[path[-1]]

    return breaker


def say(text: str, name: str = SECOND) -> Breaker:
    """Put a sentence of its own into the body of a lesson, after the hook."""

    def breaker(files: Files) -> None:
        files[name]["body"] = files[name]["body"].replace("\n\n::: dialogue", f"\n\n{text}\n\n::: dialogue")

    return breaker


def swap(old: str, new: str, name: str = SECOND) -> Breaker:
    def breaker(files: Files) -> None:
        assert old in files[name]["body"]
        files[name]["body"] = files[name]["body"].replace(old, new, 1)

    return breaker


def draw(inner: str) -> Breaker:
    return lambda files: files.update({SVG: sample.SVG.replace("</svg>", f"{inner}</svg>")})


def item(number: int, *path: Any) -> Breaker:
    return put(CHECK, "items", number - 1, *path)


ERRORS: list[tuple[str, Breaker, str]] = [
    # 1 schema, unknown field, wrong type
    ("unknown field", put(CHECK, "intr", "x"), f"{CHECK}: intr: unknown field; did you mean `intro`?"),
    ("deep unknown field", item(1, "options", 0, "wy", "x"), f"{CHECK}: items.m0-q1.options.a.wy: unknown field; did"),
    ("wrong kind of file", put(CHECK, "schema", "check/2"), f"{CHECK}: schema: write one of 'check/1'"),
    ("missing field", drop(CHECK, "title"), f"{CHECK}: title: this field is missing; add it"),
    ("number for text", put(CHECK, "title", 7), f"{CHECK}: title: write text here"),
    ("yes for true", put(LIFT, "distress", "yes"), f"{LIFT}: distress: write true or false"),
    ("unknown kind", item(1, "kind", "essay"), f"{CHECK}: items.m0-q1: write one of 'best', 'sjt'"),
    ("said and written", item(1, "options", 0, "text", "x"), f"{CHECK}: items.m0-q1.options.a: write either `say`"),
    ("neither said nor written", drop(CHECK, "items", 0, "options", 0, "say"), "options.a: write either `say`"),
    ("schema not first", lambda f: f[CHECK].update(schema=f[CHECK].pop("schema")), f"{CHECK}: schema: the first field"),
    ("two people in one line", put(LIFT, "nodes", 0, "lines", [{"maya": "a", "you": "b"}]), "nodes.one.lines.0: "),
    ("no you", drop(LIFT, "cast", "you"), f"{LIFT}: the whole file: `cast` must have `you`"),
    ("empty text", put(CHECK, "intro", "  "), f"{CHECK}: intro: this is empty"),
    ("html", put(CHECK, "intro", "Six <b>questions</b>."), f"{CHECK}: intro: no HTML, no links"),
    ("a link", say("See [this](https://example.org)."), "no HTML, no links"),
    ("curly quotes", put(CHECK, "intro", "It\u2019s six."), f"{CHECK}: intro: write straight quotes"),
    # 2 ids
    ("malformed id", item(1, "id", "M0_Q1"), f"{CHECK}: items.M0_Q1.id: `M0_Q1` has the wrong form"),
    ("id twice", item(2, "id", "m0-q1"), f"{CHECK}: items: the id `m0-q1` is given twice"),
    ("choice twice", put(LIFT, "nodes", 0, "choices", 1, "id", "c0"), "choices: the id `c0` is given twice"),
    ("node and ending", put(LIFT, "endings", 0, "id", "one"), f"{LIFT}: endings.one: a node has the same id"),
    ("id is not the file's", put(LIFT, "id", "by-the-stairs"), f"{LIFT}: id: must be the file's name"),
    ("slug is not the folder's", put(SHEET, "slug", "m0-gate"), f"{SHEET}: slug: must be the folder's name"),
    # 3 references to nothing
    ("no such lesson", put(SHEET, "lessons", ["01-at-the-door", "03-gone"]), "lessons: there is no file for `03-gone`"),
    ("lesson not named", put(SHEET, "lessons", ["01-at-the-door"]), "`02-at-the-door` is there and is not named"),
    ("no such check", put(SHEET, "check", "m0-test"), f"{SHEET}: check: names `m0-test`"),
    ("no such anchor", item(1, "see", "01-at-the-door#gone"), "items.m0-q1.see: lesson `01-at-the-door` has no"),
    ("no lesson to see", item(1, "see", "09-x#y"), "items.m0-q1.see: there is no lesson `09-x`"),
    ("no such objective", item(1, "objective", "m0-o9"), "items.m0-q1.objective: there is no objective `m0-o9`"),
    ("objective of a lesson", put(FIRST, "front", "objectives", ["m0-o8"]), f"{FIRST}: objectives: there is no"),
    ("no such competency", item(1, "competency", "Z9"), "items.m0-q1.competency: there is no competency `Z9`"),
    ("competency of the sheet", put(SHEET, "competencies", "main", ["Z8"]), f"{SHEET}: competencies: there is no"),
    ("no such source", item(1, "stem", "So it is [@gone-2020]."), "items.m0-q1.stem: there is no source `gone-2020`"),
    ("no such figure", item(1, "stem", "21 of 25 [@survey-2020#x]."), "stem: source `survey-2020` has no figure `x`"),
    ("malformed mark", item(1, "stem", "So [@Gone 2020]."), "items.m0-q1.stem: a citation is written `[@source]`"),
    ("reading of nothing", put(SHEET, "further_reading", 0, "cite", "gone"), "further_reading: there is no source"),
    ("unknown token", item(1, "stem", "Call {{referral.now}}."), "items.m0-q1.stem: unknown token `{{referral.now}}`"),
    ("not in the cast", put(LIFT, "nodes", 0, "lines", [{"ben": "Hi."}]), "nodes.one.lines: `ben` is not in the cast"),
    ("goto nothing", put(LIFT, "nodes", 0, "choices", 0, "goto", "gone"), "c0.goto: there is no node or ending `gone`"),
    ("start nowhere", put(LIFT, "start", "gone"), f"{LIFT}: start: there is no node `gone`"),
    ("figure that is not there", swap("figure two-roads", "figure gone"), "there is no figures/gone.svg"),
    ("plan carries nothing", put(f"{M}/reflection.yaml", "carry_to_plan", "p9"), "carry_to_plan: there is no prompt"),
    # 4 objectives and homes
    ("no lesson for it", lambda f: [f[n]["front"].update(objectives=["m0-o1", "m0-o2"]) for n in (FIRST, SECOND)],
     "objectives.m0-o3: no lesson is for it"),
    ("nothing asks", lambda f: [i.update(objective="m0-o1") for i in f[CHECK]["items"]], "m0-o3: no check item or"),
    ("two homes", put(SECOND, "front", "interaction", {"kind": "vignette", "vignette": "by-the-lift"}), "of 2 lessons"),
    ("no home", lambda f: f[FIRST]["front"].update(interaction=f[SECOND]["front"]["interaction"]), "of 0 lessons"),
    ("vignette of nothing", put(FIRST, "front", "interaction", "vignette", "gone"), "there is no vignette `gone`"),
    ("too few objectives", lambda f: f[SHEET]["objectives"].pop(), f"{SHEET}: objectives: has 2; needs 3 to 6"),
    # 5 and 6 state machines
    ("unreachable node", lambda f: [c.update(goto="two") for c in f[LIFT]["nodes"][0]["choices"]],
     f"{LIFT}: nodes.three: nothing leads here from the start"),
    ("circle without end", lambda f: [c.update(goto="two") for c in f[LIFT]["nodes"][1]["choices"]],
     f"{LIFT}: nodes.two: no ending can be reached from here"),
    ("too short", put(LIFT, "nodes", 0, "choices", 0, "goto", "fair"), "a path ends after 1 decisions"),
    ("too long", put(LIFT, "nodes", 4, "choices", 0, "goto", "one"), "a path goes on after 6 decisions"),
    ("expert path ends short", put(LIFT, "after", "expert_path", ["c0"]), "must lead to an ending of quality strong"),
    ("expert path to a sound end", put(LIFT, "after", "expert_path", ["c0", "c0", "c1"]), "ending of quality strong"),
    ("expert path not walkable", put(LIFT, "after", "expert_path", ["c9"]), "expert_path: cannot be walked"),
    ("few nodes", lambda f: f[LIFT]["nodes"].pop(), f"{LIFT}: nodes: has 5; needs 6 to 12"),
    ("few endings", lambda f: f[LIFT]["endings"].pop(), f"{LIFT}: endings: has 3; needs 4 to 6"),
    ("few choices", lambda f: f[LIFT]["nodes"][0].update(choices=sample.choices("two", "three")), "has 2; needs 3 to"),
    ("long scene", put(LIFT, "nodes", 0, "scene", sample.words(41)), "nodes.one.scene: has 41 words; at most 40"),
    ("long saying", put(LIFT, "nodes", 0, "choices", 0, "say", sample.words(31)), "say: has 31 words; at most 30"),
    ("long note", put(LIFT, "nodes", 0, "choices", 0, "note", sample.words(46)), "note: has 46 words; at most 45"),
    ("no reply", put(LIFT, "nodes", 0, "choices", 0, "reply", []), "c0.reply: has 0; needs 1 to 3"),
    ("short commentary", put(LIFT, "after", "commentary", sample.words(79)), "commentary: has 79 words; 80 to 150"),
    # 7 keys and options
    ("two keys", item(1, "options", 0, "key", True), "items.m0-q1.options: has 2 with `key: true`; needs 1"),
    ("no key", drop(CHECK, "items", 0, "options", 1, "key"), "items.m0-q1.options: has 0 with `key: true`; needs 1"),
    ("three options", lambda f: f[CHECK]["items"][0]["options"].pop(), "items.m0-q1.options: has 3; needs 4"),
    ("two best replies", item(2, "options", 1, "points", 3), "items.m0-q2.options: has 2 with 3 points; needs 1"),
    ("four points", item(2, "options", 1, "points", 4), "items.m0-q2.options.b.points:"),
    ("nothing between", lambda f: [o.update(points=0) for o in f[CHECK]["items"][1]["options"][1:]],
     "items.m0-q2.options: at least one is worth 1 or 2"),
    ("one pick", item(3, "options", 0, "pick", False), "items.m0-q3.options: has 1 with `pick: true`; needs 2 to 3"),
    ("all picks", lambda f: [o.update(pick=True) for o in f[CHECK]["items"][2]["options"]], "has 4 with `pick: true`"),
    ("no why", drop(CHECK, "items", 0, "options", 0, "why"), "items.m0-q1.options.a.why: this field is missing"),
    ("few rows", lambda f: f[CHECK]["items"][3]["rows"].pop(), "items.m0-q4.rows: has 3; needs 4 to 8"),
    ("no such category", item(4, "rows", 0, "key", "gone"), "items.m0-q4.rows.r0: there is no category `gone`"),
    ("also the key", item(4, "rows", 0, "also", ["rule"]), "items.m0-q4.rows.r0.also: names the key itself"),
    ("two verdicts", lambda f: f[CHECK]["items"][4]["verdicts"].pop(), "items.m0-q5.verdicts: are supported,"),
    ("key is no line", item(6, "key", "l9"), "items.m0-q6.key: `l9` is not one of the lines"),
    ("key without why", drop(CHECK, "items", 5, "whys", "l3"), "items.m0-q6.whys: `l3` is not one of the whys"),
    ("near is the key", item(6, "near", ["l3"]), "items.m0-q6.near: names the key itself"),
    ("draws too many", put(CHECK, "draw", {"best": 2}), f"{CHECK}: draw.best: draws 2 of 1 items"),
    ("choose between two", lambda f: f[SECOND]["front"]["interaction"]["options"].pop(), "options: has 2; needs 3 to"),
    ("two required prompts", put(f"{M}/reflection.yaml", "prompts", 1, "required", True), "prompts: 2 are required"),
    ("two steps", lambda f: f[f"{M}/task.yaml"]["steps"].pop(), "task.yaml: steps: has 2; needs 3 to 5"),
    ("one reading", lambda f: f[SHEET]["further_reading"].pop(), f"{SHEET}: further_reading: has 1; needs 2 to 4"),
    # 8 and 9 claims
    ("count not printed", swap("21 of 25", "Most"), 'the sentence with [@survey-2020#no-assess] must print "21 of 25"'),
    ("another count", swap("21 of 25", "20 of 25"), 'must print "21 of 25"'),
    ("another guess", put(SECOND, "front", "interaction", GUESS), "interaction.answer: survey-2020#no-assess says 21"),
    ("percent sign", say("It is 84% [@survey-2020]."), "print the count, n of N"),
    ("percent of", say("It is 84 percent of programs [@survey-2020]."), "print the count, n of N"),
    ("memory with a number", item(1, "stem", "21 of 25 do [@book-2011#guess]."), "a source from memory carries no"),
    ("uncited claim", say("Research shows that it works."), '"Research shows" needs a citation in its sentence'),
    ("citation a sentence later", say("Studies show it. So it is [@survey-2020]."), '"Studies show" needs a citation'),
    ("banned", say("We leverage the moment."), '"leverage" is banned'),
    ("banned in yaml", put(CHECK, "intro", "A journey."), f'{CHECK}: intro: "journey" is banned'),
    ("cited speech", put(LIFT, "nodes", 0, "lines", [{"maya": "So [@survey-2020]."}]), "spoken words carry no"),
    # 10 and 12 the shape of a lesson
    ("source not listed", put(SECOND, "front", "sources", []), f"{SECOND}: sources: must be those cited in the body"),
    ("source not cited", put(SECOND, "front", "sources", ["survey-2020", "book-2011"]), f"{SECOND}: sources: must be"),
    ("long hook", lambda f: f[SECOND].update(body=sample.lesson_body(hook=61, speaker="Idris")), "the hook before"),
    ("no week", swap("{#try-this-week}", "{#later}"), "the last section is always {#try-this-week}"),
    ("no interaction", swap("{{interaction}}", ""), "`{{interaction}}` stands 0 times"),
    ("two interactions", swap("{{interaction}}", "{{interaction}}\n\n{{interaction}}"), "stands 2 times"),
    ("heading too high", swap("## What she said {#what-she-said}", "# What"), "nothing stands above ##"),
    ("no anchor", swap(" {#what-she-said}", ""), "end the heading with an anchor of its own"),
    ("anchor twice", swap("{#what-she-said}", "{#try-this-week}"), "the anchor {#try-this-week} stands on 2 headings"),
    ("dialogue without names", swap("Coach: What happened?", "What happened?"), "a dialogue line is `Name: words`"),
    ("block not closed", swap("(She waits.)\n:::", "(She waits.)"), "this block is not closed; end it with `:::`"),
    ("unknown block", swap("::: dialogue", "::: box"), "write `::: dialogue` with lines, or `::: figure name`"),
    ("long title", put(SECOND, "front", "title", "One two three four five six seven"), "title: at most 6 words"),
    ("colon in a title", put(SECOND, "front", "title", "Doors: a view"), "title: at most 6 words and no colon"),
    ("long idea", put(SECOND, "front", "idea", sample.words(26)), "idea: has 26 words; at most 25"),
    # 11 safety
    ("half safe", put(ROLES, "scenarios", 11, "role_answers", "coach", "points", 1), "in a safety scenario points"),
    ("half safe opening", put(ROLES, "scenarios", 11, "openings", 1, "points", 2), "openings.o2: is worth 2"),
    ("refer too low in distress", put(ROLES, "scenarios", 0, "distress", True), "role_answers.refer: is worth 1; with"),
    ("refer is nothing", put(ROLES, "scenarios", 0, "role_answers", "refer", "points", 0), "is never 0 unless"),
    ("no clinician needed", put(SHEET, "review", "safety", "not-needed"), f"{SHEET}: review.safety: a file has"),
    ("published unread", put(SHEET, "status", "published"), f"{SHEET}: review.safety: a published module"),
    ("eleven scenarios", lambda f: f[ROLES]["scenarios"].pop(0), f"{ROLES}: scenarios: has 11; a form has 12"),
    ("two first roles", put(ROLES, "scenarios", 0, "role_answers", "mentor", "points", 3), "2 roles have 3 points"),
    ("no best opening", put(ROLES, "scenarios", 0, "openings", 0, "points", 2), "openings: one of them has 3 points"),
    ("short situation", put(ROLES, "scenarios", 0, "situation", sample.words(34)), "situation: has 34 words; 35 to 80"),
    ("wrong form", put(ROLES, "scenarios", 0, "id", "b01"), "scenarios.b01.id: begins with the letter of the form"),
    ("weights", put(ROLES, "weights", "role", 50), f"{ROLES}: weights: role and opening make 100"),
    ("panel without a date", put(ROLES, "keys", "state", "panel"), f"{ROLES}: keys: a panel has a size and a date"),
    ("panel too early", put(ROLES, "keys", "panel_size", 7), f"{ROLES}: keys: panel_size and panel_date are null"),
    ("votes too early", put(ROLES, "scenarios", 0, "panel_votes", {"coach": 5}), "panel_votes: only with `state:"),
    ("long trap", put(ROLES, "scenarios", 0, "trap", sample.words(9)), "trap: at most 8 words"),
    ("three openings", lambda f: f[ROLES]["scenarios"][0]["openings"].pop(), "openings: has 3; needs 4 or 5"),
    # 13 minutes
    ("lesson too short", put(SECOND, "front", "minutes", 5), f"{SECOND}: minutes: says 5; its words take 8"),
    ("lesson out of range", put(SECOND, "front", "minutes", 15), f"{SECOND}: minutes: a lesson takes 5 to 14"),
    ("vignette too long", put(LIFT, "minutes", 4), f"{LIFT}: minutes: says 4; its words take 2"),
    ("check too short", put(CHECK, "minutes", 5), f"{CHECK}: minutes: says 5; its words take 7"),
    ("wrong sum", put(SHEET, "minutes", 30), f"{SHEET}: minutes: says 30; lessons, check and reflection make 26"),
    # 16 figures
    ("no alt", drop(f"{M}/figures/two-roads.yaml", "alt"), "figures/two-roads.yaml: alt: this field is missing"),
    ("no long", drop(f"{M}/figures/two-roads.yaml", "long"), "figures/two-roads.yaml: long: this field is missing"),
    ("script", draw("<script>1</script>"), f"{SVG}: <script> is not allowed"),
    ("style", draw('<path style="fill:red" d="M0 0"/>'), f'{SVG}: style="fill:red" on <path> is not allowed'),
    ("event", draw('<path onclick="x()" d="M0 0"/>'), f'{SVG}: onclick="x()" on <path> is not allowed'),
    ("outside", draw('<image href="https://example.org/a.png"/>'), f"{SVG}: <image> is not allowed"),
    ("a color", draw('<path fill="#f00" d="M0 0"/>'), f'{SVG}: fill="#f00" on <path> is not allowed'),
    ("text without id", draw("<text>x</text>"), f"{SVG}: each <text> needs an id"),
    ("not drawable", lambda f: f.update({SVG: "<svg"}), f"{SVG}: cannot be drawn"),
    ("entity", lambda f: f.update({SVG: '<!DOCTYPE a [<!ENTITY b "c">]>' + sample.SVG}), f"{SVG}: cannot be drawn"),
    ("words without a drawing", lambda f: f.pop(SVG), "figures/two-roads.yaml: there is no two-roads.svg beside it"),
    ("drawing without words", lambda f: f.pop(f"{M}/figures/two-roads.yaml"), "two-roads.yaml: this file is missing"),
    ("drawing nobody shows", lambda f: [f[n].update(body=f[n]["body"].replace("::: figure two-roads\n:::", ""))
                                        for n in (FIRST, SECOND)], f"{SVG}: no lesson shows this figure"),
    # files and sources
    ("stray file", lambda f: f.update({f"{M}/notes.txt": "x"}), f"{M}/notes.txt: unexpected file"),
    ("stray beside", lambda f: f.update({"notes.txt": "x"}), "notes.txt: unexpected file; only module folders"),
    ("missing file", lambda f: f.pop(CHECK), f"{CHECK}: this file is missing"),
    ("no front matter", lambda f: f.update({SECOND: "Hello"}), f"{SECOND}: begin with `---`"),
    ("source twice", lambda f: f["citations.yaml"]["sources"].append(f["citations.yaml"]["sources"][0]), "is given"),
    ("unknown topic", put("citations.yaml", "sources", 0, "topics", ["magic"]), "topics: `magic` is no topic"),
    ("verified by nothing", put("citations.yaml", "sources", 0, "doi", None), "state: verified needs a DOI"),
    ("impossible count", put("citations.yaml", "sources", 0, "figures", 0, "n", 26), "26 of 25 cannot be a count"),
]  # fmt: skip


def test_the_sample_has_no_fault(problems_after: Callable[[Breaker], list[str]]):
    assert problems_after(dict.copy) == []


@pytest.mark.parametrize(("breaker", "expected"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS])
def test_a_wrong_file_is_told_so(breaker: Breaker, expected: str, problems_after: Callable[[Breaker], list[str]]):
    found = problems_after(breaker)
    assert [line for line in found if expected in line and not line.startswith("warning")], "\n".join(found)
