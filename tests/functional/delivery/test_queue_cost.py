"""R10: finding the next score costs no more for those that are done, which are kept, nor for those that wait, too."""

import re

import pytest
from sqlalchemy import event, text

from app.lti.delivery_queries import list_due_lanes
from app.lti.grades import drain
from tests.gradebook_double import Site, count_rows_anew, house_with, settle_people

PEOPLE = 400
INDEX = "ix_delivery_registration_id_due"


@pytest.fixture
def house(app, clock):
    """Two institutions: of one all scores are due at the same moment, of the other all are done."""
    sites = [Site(name, "moodle", clock) for name in ("busy", "done")]
    house = house_with(app, *sites)
    for site in sites:
        settle_people(house, site, people=PEOPLE // 2).complete(house)
    with house.database.writing() as db:
        db.execute(text("UPDATE delivery SET next_at = NULL, state = 'delivered' WHERE registration_id = 2"))
    count_rows_anew(house)
    return house


@pytest.fixture
def reads(house):
    """What is read of deliveries, with its values."""
    seen = []

    def note(_connection, _cursor, statement, values, _context, _many):
        if statement.startswith("SELECT") and "delivery" in statement:
            seen.append((statement, values))

    event.listen(house.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(house.database.engine, "before_cursor_execute", note)


def plan_of(house, statement, values) -> str:
    explain = "EXPLAIN QUERY PLAN" if house.database.is_sqlite else "EXPLAIN"
    with house.database.writing() as db:
        return str(db.connection().exec_driver_sql(f"{explain} {statement}", values).all())


def count_indexed(house) -> int:
    """How many rows the index of what is due holds."""
    with house.database.writing() as db:
        if house.database.is_sqlite:
            db.execute(text("ANALYZE"))
            held = db.scalar(text("SELECT stat FROM sqlite_stat1 WHERE idx = :name"), {"name": INDEX})
            return int(held.split()[0])
        db.execute(text("REINDEX TABLE delivery"))
        return int(db.scalar(text("SELECT reltuples FROM pg_class WHERE relname = :name"), {"name": INDEX}))


def test_r10_the_sweep_and_the_poll_read_only_what_is_due_and_sort_nothing(house, reads):
    assert count_indexed(house) == PEOPLE // 2
    with house.database.writing() as db:
        assert list_due_lanes(db, house.clock()) == ["1"]
    assert drain(house, "1")
    assert not drain(house, "2")
    sweep, poll = (plan_of(house, statement, values) for statement, values in dict(reads).items())
    for plan in (sweep, poll):
        assert INDEX in plan, plan
        assert not re.search("Seq Scan on delivery|SCAN delivery", plan), plan
    assert not re.search('Seq Scan on "user"|Sort|TEMP B-TREE', poll), poll
