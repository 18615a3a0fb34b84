"""A row that is inserted once says whether this was the one time."""

from uuid import uuid4

from app.db.inserting import insert_once
from app.membership.models import Institution


def test_the_first_insert_says_so_and_the_next_one_does_not(app, clock):
    row = {"uuid": uuid4(), "name": "Fresh College", "created_at": clock()}
    with app.state.house.database.writing() as db:
        assert insert_once(db, Institution, row, unique=["uuid"])
        assert not insert_once(db, Institution, row, unique=["uuid"])
