"""S35: no statement touches a tenant's table without saying whose rows are meant.

The guard itself (`tests/sql_guard.py`) hears every statement of every test of this suite. Here stands that it would
notice: what it must refuse, what it must let pass, and that no way to the database leads past it.
"""

import importlib
from collections.abc import Callable
from types import FunctionType
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import NoResultFound

from app.db.ours import get_ours
from app.db.rows import table_of
from app.membership.models import Membership, User
from app.tables import metadata
from tests.lti_kit import sign_in
from tests.sql_guard import ALLOWED, GUARD, ROOT, TABLES, find_loose

CAUGHT = {
    "no predicate": ("SELECT id FROM membership", "select membership"),
    "by an id alone": ("SELECT m.name FROM \"user\" AS m WHERE m.id = ? AND m.name = 'x'", "select user"),
    "a value of another column": ("SELECT id FROM visit WHERE visit.user_id = ?", "select visit"),
    "a list of institutions": ("SELECT id FROM visit WHERE institution_id IN (?, ?)", "select visit"),
    "any institution": ("SELECT id FROM visit WHERE institution_id IS NOT NULL", "select visit"),
    "another one": ("SELECT id FROM visit WHERE institution_id != ?", "select visit"),
    "not its own": ("SELECT id FROM visit WHERE NOT (institution_id = ?)", "select visit"),
    "its own column": ("SELECT id FROM visit WHERE institution_id = institution_id", "select visit"),
    "one side of a join": (
        "SELECT 1 FROM context JOIN membership ON membership.context_id = context.id WHERE context.institution_id = ?",
        "select membership",
    ),
    "a left join": (
        "SELECT 1 FROM attempt LEFT JOIN answer ON answer.attempt_id = attempt.id WHERE attempt.institution_id = ?",
        "select answer",
    ),
    "a left join that holds only what it joins": (
        (
            "SELECT 1 FROM context LEFT JOIN roster ON roster.institution_id = context.institution_id"
            " AND roster.institution_id = %(x)s::INTEGER"
        ),
        "select context",
    ),
    "a comma": ("SELECT 1 FROM context, membership WHERE context.institution_id = ?", "select membership"),
    "equal to each other only": (
        "SELECT 1 FROM context JOIN roster ON roster.institution_id = context.institution_id",
        "select context, select roster",
    ),
    "an OR that defeats it": ("SELECT id FROM visit WHERE institution_id = ? OR user_id = ?", "select visit"),
    "an OR in a join": (
        "SELECT 1 FROM context JOIN roster ON roster.institution_id = ? OR lane = ? WHERE context.institution_id = ?",
        "select roster",
    ),
    "a subquery": (
        "SELECT 1 FROM context WHERE institution_id = ? AND EXISTS (SELECT 1 FROM roster WHERE id = context.id)",
        "select roster",
    ),
    "a subquery in a column": ("SELECT (SELECT count(*) FROM visit) FROM institution", "select visit"),
    "a subquery in a join": (
        (
            "SELECT 1 FROM context JOIN roster ON roster.institution_id = context.institution_id"
            " AND roster.id IN (SELECT id FROM visit) WHERE context.institution_id = ?"
        ),
        "select visit",
    ),
    "a derived table": ("SELECT 1 FROM (SELECT id FROM visit) AS seen", "select visit"),
    "a derived table that forgets": (
        (
            "SELECT 1 FROM (SELECT user_id AS institution_id FROM visit WHERE institution_id = ?) AS v"
            " JOIN roster ON roster.institution_id = v.institution_id"
        ),
        "select roster",
    ),
    "a WITH": ("WITH v AS (SELECT id FROM visit) SELECT 1 FROM v", "select visit"),
    "a part of a UNION": (
        "SELECT id FROM visit WHERE institution_id = ? UNION ALL SELECT id FROM visit",
        "select visit",
    ),
    "an UPDATE": ("UPDATE membership SET left_at = ? WHERE membership.id = ?", "update membership"),
    "an UPDATE that sets it": ("UPDATE membership SET institution_id = ? WHERE id = ?", "update membership"),
    "an UPDATE from elsewhere": (
        "UPDATE roster SET due_at = ? FROM context WHERE roster.context_id = context.id AND context.institution_id = ?",
        "update roster",
    ),
    "a DELETE": ("DELETE FROM writing WHERE writing.user_id = ?", "delete writing"),
    "an INSERT that reads": ('INSERT INTO fact (user_id) SELECT id FROM "user"', "select user"),
    "what cannot be read": ("SELECT FROM WHERE visit", "unreadable"),
}
FINE = {
    "a value": "SELECT id FROM visit WHERE visit.institution_id = ? AND user_id = ?",
    "a value of PostgreSQL's": "SELECT id FROM visit WHERE institution_id = %(one)s::INTEGER LIMIT %(two)s::INTEGER",
    "an OR beside it": "SELECT id FROM visit WHERE institution_id = ? AND (user_id = ? OR user_id IS NULL)",
    "a chain of joins": (
        "SELECT 1 FROM context JOIN membership AS m ON m.context_id = context.id"
        ' AND m.institution_id = context.institution_id LEFT JOIN "user" AS u ON u.id = m.user_id'
        " AND u.institution_id = m.institution_id WHERE context.institution_id = ?"
    ),
    "a subquery that hangs on the outer row": (
        "SELECT 1 FROM context WHERE institution_id = ? AND EXISTS"
        " (SELECT 1 FROM roster WHERE roster.institution_id = context.institution_id)"
    ),
    "a derived table": (
        "SELECT 1 FROM (SELECT institution_id FROM visit WHERE institution_id = ?) AS v"
        " JOIN roster ON roster.institution_id = v.institution_id"
    ),
    "a WITH that changes": (
        "WITH gone AS (DELETE FROM visit WHERE institution_id = ? RETURNING institution_id, user_id)"
        " UPDATE membership SET left_at = ? FROM gone WHERE membership.institution_id = gone.institution_id"
    ),
    "the whole server's": "SELECT 1 FROM admin_event WHERE institution_id IS NULL",
    "the institution by its name": (
        "SELECT 1 FROM institution JOIN context ON context.institution_id = institution.id WHERE institution.uuid = ?"
    ),
    "one platform": (
        "SELECT 1 FROM platform JOIN visit ON visit.institution_id = platform.institution_id WHERE platform.id = ?"
    ),
    "a secret": (
        'SELECT 1 FROM web_session JOIN "user" ON "user".institution_id = web_session.institution_id'
        " WHERE web_session.token_hash = ?"
    ),
    "no tenant's table": "SELECT id FROM registration ORDER BY id",
}


@pytest.mark.parametrize("name", CAUGHT)
def test_s35_a_statement_that_forgets_the_institution_is_noticed(name):
    statement, loose = CAUGHT[name]
    assert ", ".join(find_loose(statement)) == loose


@pytest.mark.parametrize("name", FINE)
def test_s35_a_statement_that_names_it_passes(name):
    assert find_loose(FINE[name]) == ()


def test_s35_what_may_mean_all_rows_of_one_table_may_not_mean_all_of_another():
    joined = "SELECT 1 FROM delivery JOIN line_item ON line_item.id = delivery.line_item_id"
    assert find_loose(joined, frozenset({"delivery"})) == ("select line_item",)
    assert find_loose(f"{joined} AND line_item.institution_id = delivery.institution_id", frozenset({"delivery"})) == ()


def test_s35_every_table_with_a_person_in_it_is_a_tenants():
    tenants = {name for name, kind in TABLES.items() if kind.is_tenants}
    assert {"user", "visit", "fact", "attempt", "answer", "writing", "delivery", "membership", "web_session"} < tenants
    # No row of theirs is about a person: whatever refers to a user is a tenant's.
    for name in set(TABLES) - tenants:
        assert not any(key.referred_table.name == "user" for key in metadata.tables[name].foreign_key_constraints), name


@pytest.mark.parametrize("place", ALLOWED)
def test_s35_what_is_allowed_exists_and_says_why(place):
    module, _, name = place.partition(":")
    assert isinstance(getattr(importlib.import_module(module), name), FunctionType)
    assert all(TABLES[table].is_tenants for table in ALLOWED[place].tables)
    assert ALLOWED[place].reason


LOOSE = select(table_of(Membership).c.id)


@pytest.fixture
def told() -> Callable[[], set[str]]:
    """What the guard has noted; taken away, so that this test does not fail for it."""
    return lambda: set(GUARD.take_violations())


def _say(execute: Callable[..., Any], *what: Any) -> Any:
    """Runs it as a function of the app would."""
    space: dict[str, Any] = {}
    exec(compile("def say(execute, what):\n    execute(*what)\n", str(ROOT / "app" / "pretended.py"), "exec"), space)  # noqa: S102
    return space["say"](execute, what)


def test_s35_no_way_to_the_database_leads_past_the_guard(database, told):
    expected = {"app.pretended:say: select membership"}
    with database.reading() as db:
        for statement in (LOOSE, select(Membership), text("SELECT id FROM membership")):
            _say(db.execute, statement)
            assert told() == expected, statement
        _say(db.get, Membership, 1)
        assert told() == expected
    with database.writing() as db:
        _say(db.execute, LOOSE)
        assert told() == expected
        _say(db.execute, update(Membership).values(left_at=None))
        assert told() == {"app.pretended:say: update membership"}
    for visit in (database.reading_directly, database.writing_directly):
        with visit() as direct:
            _say(direct.execute, LOOSE)
            assert told() == expected, visit
            _say(direct.execute, select(Membership))
            assert told() == expected, visit
    with database.engine.connect() as connection:
        _say(connection.execute, LOOSE)
    assert told() == expected


def test_s35_the_unit_of_work_writes_what_was_read_and_a_tests_own_questions_are_its_own(app, database, told):
    here = sign_in(app)
    with database.writing() as db:
        row = db.scalars(select(User).where(User.id == here.user.id)).one()
        row.name = "Somebody"
        _say(db.flush)
    assert told() == set()


def test_a_row_is_got_by_its_id_only_for_its_own_institution(app, database):
    ours, theirs = sign_in(app).user, sign_in(app, institution="Other College").user
    with database.reading() as db:
        assert get_ours(db, User, ours.id, institution_id=ours.institution_id).uuid == ours.uuid
        # The session holds it by now.
        for user in (ours, theirs):
            other = theirs if user is ours else ours
            with pytest.raises(NoResultFound):
                get_ours(db, User, user.id, institution_id=other.institution_id)
        with pytest.raises(NoResultFound):
            get_ours(db, User, 99, institution_id=ours.institution_id)
