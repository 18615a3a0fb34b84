"""What every page keeps, walked from the one list."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from tests.every_page import Page, list_get_routes, list_pages
from tests.lti_kit import SignedIn, sign_in

LEARNER_STATEMENTS = 3
STAFF_STATEMENTS = 8
SESSION_STATEMENTS = 1


@pytest.fixture
def people(app) -> dict[str, SignedIn]:
    return {"learner": sign_in(app, sub="learner"), "staff": sign_in(app, sub="staff", name="Sam Staff", is_staff=True)}


@pytest.fixture
def pages(app, people) -> tuple[Page, ...]:
    return list_pages(app, app.state.house.library, context=str(people["staff"].context.uuid))


@pytest.fixture
def statements(database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest) -> None:
        if not statement.lstrip().upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_every_route_has_an_example(app, pages):
    assert list_get_routes(app) - {page.route for page in pages} == set()


def test_every_page_opens_with_one_heading_a_title_and_a_language(people, pages):
    for page in pages:
        answer = people[page.who].get(page.path)
        assert answer.status_code == 200, (page, answer.text[:500])
        assert answer.text.count("<h1") == 1, page
        assert re.search(r"<title>\S.* · Cairn</title>", answer.text), page
        assert '<html lang="en"' in answer.text, page


def test_titles_tell_pages_apart(people, pages):
    titles = {page.path: re.search(r"<title>(.*)</title>", people[page.who].get(page.path).text)[1] for page in pages}
    assert len(set(titles.values())) == len(titles)


def test_every_page_is_private_to_this_frame(people, pages):
    for page in pages:
        headers = people[page.who].get(page.path).headers
        assert headers["cache-control"] == "no-store", page
        assert headers["referrer-policy"] == "same-origin", page
        assert "unsafe" not in headers["content-security-policy"], page
        assert "frame-ancestors 'self' https://lms.test" in headers["content-security-policy"], page
        assert "x-frame-options" not in headers, page


def test_no_page_has_inline_script_or_style(people, pages):
    for page in pages:
        text = people[page.who].get(page.path).text
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", text), page


def test_every_page_asks_for_nothing_elsewhere(people, pages):
    for page in pages:
        text = people[page.who].get(page.path).text
        assert re.findall(r'(?:src|action)="(?!/)([^"]*)"', text) == [], page


def test_a_page_needs_few_statements(people, pages, statements):
    for page in pages:
        statements.clear()
        people[page.who].get(page.path)
        most = LEARNER_STATEMENTS if page.who == "learner" else STAFF_STATEMENTS
        assert len(statements) <= most + SESSION_STATEMENTS, (page, statements)


def test_strangers_read_nothing(app, browser, pages):
    for page in pages:
        assert browser().get(page.path).status_code == 401, page


def test_learners_do_not_learn_that_a_course_list_exists(people, pages, browser):
    listed = next(page for page in pages if page.who == "staff")
    missing = people["learner"].get("/courses/00000000-0000-4000-8000-000000000000/people")
    theirs = people["learner"].get(listed.path)
    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert theirs.text.replace(listed.path, "") == missing.text.replace(str(missing.request.url.path), "")


def test_no_page_answers_a_method_it_does_not_have(people, pages):
    for page in pages:
        assert people[page.who].client.delete(page.path).status_code == 405, page
