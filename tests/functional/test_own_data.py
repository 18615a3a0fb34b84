"""Your data: a page that says what is kept, and a file with every record that names the person, and nobody else's."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, String, Table, Uuid, insert, text
from sqlalchemy.orm import Session

from app.credentials.queries import list_personal_tables
from app.db.types import UtcDateTime
from app.membership.models import User
from app.membership.roles import Right
from app.membership.service import grant
from tests.assessment_kit import Assessor, cycle
from tests.clients import Client
from tests.conftest import BASE_URL
from tests.lti_kit import SignedIn, sign_in
from tests.walking import Walker

PAGE = "/who-can-see-what/your-data"
FILE = f"{PAGE}.json"
NEVER = re.compile(r"hash|token|secret|encrypted")


@dataclass(frozen=True)
class Subject:
    """A person, and how their rows are known: a word in each text, a year in each moment."""

    user: User
    mark: str
    year: int


@dataclass
class Planter:
    """Writes one row about a person into every table, whatever its columns, and what it refers to."""

    db: Session
    number: Any = field(default_factory=lambda: count(1))
    # Rows that belong to nobody, by institution and table.
    shared: dict[tuple[int, str], Any] = field(default_factory=dict)

    def plant(self, subject: Subject) -> None:
        mine: dict[str, Any] = {"user": subject.user.id}
        for table in list_personal_tables():
            if table.name not in mine:
                mine[table.name] = self._add(table, subject, mine)

    def _add(self, table: Table, subject: Subject, mine: dict[str, Any]) -> Any:
        row = {one.name: self._fill(one, subject, mine) for one in table.c if one.name != "id"}
        return self.db.execute(insert(table).values(row).returning(*table.primary_key.columns)).one()[0]

    def _fill(self, column: Any, subject: Subject, mine: dict[str, Any]) -> Any:
        user = subject.user
        own = {"institution_id": user.institution_id, "platform_id": user.platform_id, "sub": user.sub}
        if column.name in own:
            return own[column.name]
        for key in column.foreign_keys:
            target = key.column.table
            return mine[target.name] if target.name in mine else self._share(target, subject)
        return self._value(column, subject)

    def _share(self, table: Table, subject: Subject) -> Any:
        place = subject.user.institution_id, table.name
        if place not in self.shared:
            self.shared[place] = self._add(table, Subject(subject.user, "everybody", 2020), {})
        return self.shared[place]

    def _value(self, column: Any, subject: Subject) -> Any:
        number, at = next(self.number), datetime(subject.year, 5, 17, tzinfo=UTC)
        opens = "opens " if NEVER.search(column.name) or column.name in {"return_url", "data"} else ""
        values = {
            UtcDateTime: at, Date: at.date(), Uuid: uuid4(), Boolean: False, Integer: number, LargeBinary: b"opens",
            JSON: {"kept": subject.mark}, String: f"{opens}{subject.mark} {number}",
        }  # fmt: skip
        return next(value for kind, value in values.items() if isinstance(column.type, kind))


def save(here: SignedIn) -> tuple[dict[str, Any], str]:
    answer = here.get(FILE)
    assert answer.status_code == 200, answer.text[:500]
    return json.loads(answer.text), answer.text


def test_the_file_holds_every_record_that_names_the_person_and_no_other(app: FastAPI):
    """One row in each personal table for each of three people, one of whom has the same sub elsewhere."""
    signed = [
        (sign_in(app, sub="ada", name="heron", course=None), "heron", 2031),
        (sign_in(app, sub="bao", name="plover", course=None), "plover", 2032),
        (sign_in(app, sub="ada", name="curlew", institution="Elsewhere", course=None), "curlew", 2033),
    ]
    with app.state.house.database.writing() as db:
        planter = Planter(db)
        for here, mark, year in signed:
            planter.plant(Subject(here.user, mark, year))

    for here, mark, year in signed:
        whole, said = save(here)
        records = whole["records"]
        # The sign-in of this very browser is a second session.
        expected = {table.name: 1 for table in list_personal_tables()} | {"web_session": 2}
        assert {name: len(rows) for name, rows in records.items()} == expected
        for name, rows in records.items():
            assert mark in json.dumps(rows) or f"{year}-05-17" in json.dumps(rows), name
            assert not [key for row in rows for key in row if NEVER.search(key)], name
        # A year begins a moment; the same digits may stand in a random id.
        assert set(re.findall(r"heron|plover|curlew|\"203[123]-05", said)) == {mark, f'"{year}-05'}
        assert "opens " not in json.dumps(records)
        # Each launch in their name, with its course; and an answer says to which attempt it belongs.
        assert records["visit"][0]["context"].startswith("everybody")
        assert records["visit"][0]["at"] == f"{year}-05-17T00:00:00+00:00"
        assert records["answer"][0]["attempt_number"] == records["attempt"][0]["number_here"] == 1
        assert records["right_grant"][0]["granted_by"] == "you"


def test_of_what_two_people_share_each_reads_their_own_side(app: FastAPI, clock):
    """A right that one gave another: both see it, and neither learns the other's name from it."""
    giver, holder = (sign_in(app, sub=sub, name=f"{sub} surname") for sub in ("giver", "holder"))
    with app.state.house.database.writing() as db:
        grant(db, user=holder.user, right=Right.OFFICE, by=giver.user, now=clock())
    told = {}
    for here, other in ((giver, "holder"), (holder, "giver")):
        whole, said = save(here)
        assert f"{other} surname" not in said
        told[here.user.sub] = [(row["user"], row["granted_by"]) for row in whole["records"]["right_grant"]]
    assert told == {"giver": [("somebody else", "you")], "holder": [("you", "somebody else")]}


def test_the_page_counts_what_is_kept_and_leads_to_the_file(app: FastAPI):
    """Linked from the page on privacy, a plain link and no script; a deleted text is counted no more."""
    here = sign_in(app, sub="ada", name="Ada")
    assert PAGE in here.get("/who-can-see-what").text
    module = app.state.house.library.modules[0]
    walker = Walker(here, module)
    box = module.reflection.prompts[0].id
    walker.send(f"{walker.base}/reflection", **{f"text-{box}": "a thought of mine"})
    assessor = Assessor(here)
    assessor.take_baseline(cycle("2", "3"))
    assessor.add_goal(behavior="ask first")
    kinds = {"Reflections and notes": "1", "Goals of your plan": "1", "Self-assessments, with each answer": "1"}
    assert kinds.items() <= read_counts(here).items()
    assert "a thought of mine" in save(here)[1]
    here.post(f"{walker.base}/reflection/delete")
    assert read_counts(here)["Reflections and notes"] == "0"
    assert "a thought of mine" not in save(here)[1]

    answer = here.get(FILE)
    assert answer.headers["content-disposition"] == 'attachment; filename="cairn-your-data.json"'
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert f'href="{FILE}"' in here.get(PAGE).text
    assert {name for one in json.loads(answer.text)["explained"] for name in one["records"]} == {
        table.name for table in list_personal_tables()
    }


def read_counts(here: SignedIn) -> dict[str, str]:
    """What the page says there is how many of."""
    html = here.get(PAGE).text
    return dict(re.findall(r'scope="row">([^<]*)</th><td[^>]*>([^<]*)</td>', html))


def test_a_persons_rows_are_found_without_reading_everybodys(app: FastAPI):
    """The largest tables have an index by person that the download's own statement uses."""
    here = sign_in(app)
    house = app.state.house
    explain = "EXPLAIN QUERY PLAN" if house.database.is_sqlite else "EXPLAIN"
    with house.database.writing() as db:
        if not house.database.is_sqlite:
            # A table of few rows is read whole whatever its indexes.
            db.execute(text("SET LOCAL enable_seqscan = off"))
        for name in ("web_session", "answer", "delivery", "fact", "visit"):
            query = f"{explain} SELECT * FROM {name} WHERE institution_id = 1 AND user_id = {here.user.id}"  # noqa: S608
            assert re.search(rf"ix_{name}_(institution_id_)?user_id", str(db.execute(text(query)).all())), name


def test_own_data_are_closed_to_whoever_acts_as_the_person_and_to_strangers(app: FastAPI):
    coach = sign_in(app, sub="ada", name="Ada Coachname")
    actor = sign_in(app, sub="ada", name="Ada Coachname", is_masqueraded=True)
    stranger = Client(app, base_url=BASE_URL)
    for path in (PAGE, FILE):
        assert coach.get(path).status_code == 200
        assert (actor.get(path).status_code, stranger.get(path).status_code) == (403, 401)
        assert "content-disposition" not in actor.get(path).headers
        assert coach.client.post(path).status_code == 405
