"""What every page keeps, walked from the one list."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, func, select

from app.config import Settings
from app.db.session import Database
from app.main import create_app
from app.tables import metadata
from tests.clients import Client
from tests.conftest import BASE_URL, SECRET, FrozenClock
from tests.every_admin_page import ADMINISTRATORS
from tests.every_page import PRIVATE, EveryPage, list_get_routes, prepare_every_page, strip_varying

LEARNER_STATEMENTS = 3
STAFF_STATEMENTS = 8
SESSION_STATEMENTS = 1
# Whose pages stand in a tab of their own.
UNFRAMED = {"operator"}
# Who sees something of other people.
OTHERS = {"staff", *ADMINISTRATORS}
# The pages that show people's names to others, and how those people are told that one was opened.
LOOKS = {
    "dashboard.course": "names, what is complete, and when",
    "admin.people": "An LMS admin of your institution",
    "admin.log": "The log of rights",
    "admin.erase": "An LMS admin of your institution",
    "admin.courses": "who of their staff opened Cairn first",
}
# One has shared a goal, the other has given the code for it.
AGREED = {"assessment.sharing", "assessment.shared", "assessment.received"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(request, new_database, tmp_path_factory) -> Iterator[tuple[FastAPI, EveryPage]]:
    """One app for all tests of this file: they only look."""
    with new_database(request.param) as url:
        folder = tmp_path_factory.mktemp("data")
        settings = Settings(env="production", base_url=BASE_URL, database_url=url, data_dir=folder, secret_key=SECRET)
        # On a real one, five minutes bring a write, and midnight other dates.
        app = create_app(settings, clock=FrozenClock())
        yield app, prepare_every_page(app)
        app.state.house.database.close()


@pytest.fixture
def every(lived) -> EveryPage:
    return lived[1]


@pytest.fixture
def database(lived) -> Database:
    return lived[0].state.house.database


@pytest.fixture
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_conn, _cursor, statement, _values, _context, _many) -> None:
        if not statement.lstrip().upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def test_every_route_has_an_example(lived, every):
    assert list_get_routes(lived[0]) - {page.route for page in every.pages} == set()


def test_every_page_opens_as_one_whole_page_of_its_own(every):
    """One heading, a title that names this page alone, a language; nothing inline, nothing from elsewhere."""
    titles: dict[tuple[str, str], str] = {}
    for page in every.pages:
        answer = every.open(page)
        assert answer.status_code == 200, (page, answer.text[:500])
        assert answer.text.count("<h1") == 1, page
        assert '<html lang="en"' in answer.text, page
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", answer.text), page
        assert re.findall(r'(?:src|action)="(?!/)([^"]*)"', answer.text) == [], page
        title = re.search(r"<title>(\S.*) · Cairn</title>", answer.text)
        assert title, page
        content = strip_varying(answer.text)
        assert titles.setdefault((page.who, title[1]), content) == content, page


def test_every_page_is_private_to_this_frame(every):
    """S29, S32."""
    for page in every.pages:
        headers = every.open(page).headers
        assert headers["cache-control"] == "no-store", page
        assert headers["referrer-policy"] == "same-origin", page
        assert headers["x-content-type-options"] == "nosniff", page
        assert "unsafe" not in headers["content-security-policy"], page
        framing = "'none'" if page.who in UNFRAMED else "'self' https://lms.test"
        assert headers["content-security-policy"].endswith(f"frame-ancestors {framing}"), page
        assert "x-frame-options" not in headers, page


def test_a_page_needs_few_statements(every, statements):
    for page in every.pages:
        statements.clear()
        every.open(page)
        most = STAFF_STATEMENTS if page.who in OTHERS else LEARNER_STATEMENTS
        assert len(statements) <= most + SESSION_STATEMENTS, (page, statements)


def test_opening_a_page_changes_nothing(every, database):
    """But for the trace of who looked at others' names, which is left once a day."""
    before = dump(database)
    for page in every.pages:
        every.open(page)
    after = dump(database)
    assert {**after, "look": None} == {**before, "look": None}
    for page in every.pages:
        every.open(page)
    assert dump(database) == after


def test_whoever_is_named_on_a_page_of_somebody_else_is_told(every):
    """S65: each page that shows a person's name to another leaves a trace that this person reads.

    But for the page that tells of such traces, and names those who left them; and for a goal that two people agreed
    to share, whose openings `test_sharing.py` looks at.
    """
    named = {who: person.user.name for who, person in every.people.items() if who != "operator"}
    told = set()
    for page in every.pages:
        html = every.open(page).text
        for who, name in named.items():
            if who == page.who or name not in html or page.route in {"learning.privacy", *AGREED}:
                continue
            looks = every.people[who].get("/who-can-see-what").text.split('id="looks"')[1]
            assert LOOKS[page.route] in looks, (page, who)
            told.add(page.route)
    assert told == set(LOOKS)


def test_a_page_says_the_same_when_it_is_opened_again(every):
    for page in every.pages:
        assert strip_varying(every.open(page).text) == strip_varying(every.open(page).text), page


def test_strangers_read_nothing(lived, every):
    stranger = Client(lived[0], base_url=BASE_URL)
    for page in every.pages:
        answer = stranger.get(page.path)
        assert answer.status_code == 401, page
        assert not {"Ada", "Bao", "Chidi", "Sam"} & set(re.findall(r"\w+", answer.text)), page


def test_staff_read_nothing_private(every):
    assert PRIVATE in every.people["busy"].get("/modules/m0-roles/reflection").text
    for page in every.pages:
        if page.who in OTHERS:
            assert PRIVATE not in every.open(page).text


def test_learners_do_not_learn_that_a_course_list_exists(every):
    listed = next(page for page in every.pages if page.who == "staff")
    missing = every.people["fresh"].get("/courses/00000000-0000-4000-8000-000000000000/people")
    theirs = every.people["fresh"].get(listed.path)
    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert strip_varying(theirs.text.replace(listed.path, "")) == strip_varying(
        missing.text.replace(str(missing.request.url.path), "")
    )


def test_no_page_answers_a_method_it_does_not_have(every):
    for page in every.pages:
        assert every.people[page.who].client.delete(page.path).status_code == 405, page


def dump(database) -> dict[str, int]:
    """How many rows each table holds, and the newest of its moments."""
    with database.reading() as db:
        return {
            name: db.execute(select(func.count()).select_from(table)).scalar()
            for name, table in metadata.tables.items()
        }
