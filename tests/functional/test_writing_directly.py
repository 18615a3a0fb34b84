"""Rows that are put off: all of them are there in the end, or none; on PostgreSQL they are one statement."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from app.db.direct import is_taken
from app.db.rows import table_of
from app.lti.models import SpentNonce

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
SPENT = table_of(SpentNonce)
ADD, COUNT = insert(SPENT), select(func.count()).select_from(SPENT)


def row(nonce: str) -> dict[str, object]:
    return {"nonce": nonce, "expires_at": NOW}


def count(database) -> int:
    with database.reading() as db:
        return int(db.scalar(COUNT))


def add(database, *nonces: str, then_write: str = "") -> None:
    with database.writing_directly() as db:
        for nonce in nonces:
            db.add_later(ADD, row(nonce))
        if then_write:
            db.execute(ADD, row(then_write))


def fail_after(database, nonce: str) -> None:
    with database.writing_directly() as db:
        db.add_later(ADD, row(nonce))
        raise LookupError


def fail_in_a_transaction(database, nonce: str) -> None:
    with database.writing() as db:
        db.execute(ADD, row(nonce))
        raise LookupError


def test_what_was_put_off_is_there_in_the_end(database):
    add(database, "first", "second")
    add(database, "third", then_write="fourth")
    add(database)
    assert count(database) == 4


@pytest.mark.parametrize("then_write", ["", "other"])
def test_one_that_is_taken_takes_all_with_it_and_says_so(database, then_write):
    add(database, "taken")
    with pytest.raises(DBAPIError) as failed:
        add(database, "new", "taken", then_write=then_write)
    assert is_taken(failed.value, SPENT.name)
    assert not is_taken(failed.value, "web_session")
    assert count(database) == 1


def test_nothing_is_there_after_an_error_in_between(database):
    with pytest.raises(LookupError):
        fail_after(database, "new")
    assert count(database) == 0


def test_a_session_in_between_sees_what_was_put_off_and_commits_it(database):
    with database.writing_directly() as db:
        db.add_later(ADD, row("new"))
        assert db.session.scalar(COUNT) == 1
    assert count(database) == 1


def test_whoever_has_the_connection_next_can_undo(database):
    """A connection that would commit each statement by itself would keep what this one takes back."""
    for _ in range(3):
        add(database, f"put off {count(database)}")
    before = count(database)
    for _ in range(8):
        with pytest.raises(LookupError):
            fail_in_a_transaction(database, "undone")
    assert count(database) == before
