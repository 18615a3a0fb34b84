"""Whatever a coach writes or chooses in private is on no page of anybody else (S37, S59).

Every private text holds a mark of its own; every page that anybody else can open, and every private address of this
coach opened by somebody else, is searched for all of them. First the search proves that it can see.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import JSON, String, Text, select

from app.progress.models import Fact
from app.tables import metadata
from tests.assessment_kit import HOME, PLAN, PROFILE, Assessor, cycle
from tests.every_page import EveryPage, prepare_every_page
from tests.lti_kit import SignedIn, sign_in
from tests.walking import Walker

COACH = "Quill Publicname"
# Tables in which a private text may stand: with its person, and nowhere else.
PRIVATE_TABLES = {"writing", "assessment_answer", "goal"}


@dataclass
class Marked:
    """The coach, the marks by where each was written, and the addresses on which they can be read."""

    coach: SignedIn
    marks: dict[str, str]
    paths: tuple[str, ...]

    def find_in(self, text: str) -> list[str]:
        return [where for where, mark in self.marks.items() if mark in text]


@pytest.fixture
def every(app) -> EveryPage:
    return prepare_every_page(app)


@pytest.fixture
def marked(app) -> Marked:
    """Writes into every private box there is: lesson, reflection, task, the example of each domain, a goal."""
    coach = sign_in(app, sub="quill", name=COACH)
    marks: dict[str, str] = {}

    def mark(where: str) -> str:
        marks[where] = f"private mark {len(marks)} quokka"
        return marks[where]

    paths = list(_write_module(app, coach, mark))
    assessor = Assessor(coach)
    examples = {f"example/{domain}": mark(f"example/{domain}") for domain in "PRSTD"}
    path = assessor.take_baseline(cycle("2", "3", "N"), more=examples)
    kept = {name: mark(name) for name in ("behavior", "with_whom", "how_known", "support")}
    goal = assessor.add_goal(**kept)
    assessor.send(goal, revision="1", **kept, outcome=mark("outcome"), state="tried")
    own_data = ("/who-can-see-what/your-data", "/who-can-see-what/your-data.json")
    return Marked(coach, marks, (*paths, path, PROFILE, f"{PROFILE}/competencies", HOME, PLAN, goal, *own_data))


def _write_module(app, coach: SignedIn, mark) -> Iterator[str]:
    module = app.state.house.library.modules[0]
    walker = Walker(coach, module)
    for lesson in module.lessons:
        if lesson.interaction.kind == "write-compare":
            walker.send(walker.path_of(lesson), **{"text-words": mark(lesson.id)})
            yield walker.path_of(lesson)
    for name, boxes in (("reflection", module.reflection.prompts), ("task", module.task.notes)):
        texts = {f"text-{box.id}": mark(f"{name}/{box.id}") for box in boxes}
        walker.send(f"{walker.base}/{name}", **texts)
        yield f"{walker.base}/{name}"


def test_what_a_coach_writes_in_private_is_on_no_page_of_anybody_else(app, every, marked, capsys):
    """The coach reads every mark; staff see the coach's public name; nobody else sees one mark anywhere."""
    own = "".join(marked.coach.get(path).text for path in marked.paths)
    assert marked.find_in(own) == list(marked.marks)
    assert marked.find_in(marked.coach.get(marked.paths[-1]).text) == list(marked.marks)
    assert len(marked.marks) >= 8
    assert any(COACH in every.open(page).text for page in every.pages if page.who == "staff")

    seen = {(page.who, page.path): marked.find_in(every.open(page).text) for page in every.pages}
    assert {where: found for where, found in seen.items() if found} == {}
    strangers = {
        **every.people,
        "namesake elsewhere": sign_in(app, sub="quill", name=COACH, institution="Elsewhere"),
        "acting as the coach": sign_in(app, sub="quill", name=COACH, is_masqueraded=True),
        "staff of another course": sign_in(app, sub="far", course="far", is_staff=True),
    }
    for who, person in strangers.items():
        for path in (*marked.paths, f"/courses/{marked.coach.user.uuid}/people", "/nowhere"):
            answer = person.get(path)
            assert marked.find_in(answer.text + str(answer.headers)) == [], (who, path)
    assert marked.find_in("".join(capsys.readouterr())) == []


def test_a_private_text_stands_in_its_own_table_and_its_pages_are_closed_to_actors(app, marked):
    """Also not in what is sent to a gradebook, in facts, failures or receipts."""
    actor = sign_in(app, sub="quill", name=COACH, is_masqueraded=True)
    answers = {path: actor.get(path).status_code for path in marked.paths if "/lessons/" not in path}
    assert set(answers.values()) == {403}, answers
    with app.state.house.database.reading() as db:
        for name, table in metadata.tables.items():
            columns = [one for one in table.c if isinstance(one.type, String | Text | JSON)]
            if not columns or name in PRIVATE_TABLES:
                continue
            held = json.dumps([list(row) for row in db.execute(select(*columns))], default=str)
            assert marked.find_in(held) == [], name
        keys = {key for (key,) in db.execute(select(Fact.key).where(Fact.user_id == marked.coach.user.id))}
        assert "self-assessment/baseline" in keys
        assert not [key for key in keys if re.search(r"(now|then|target|example)/", key)]
