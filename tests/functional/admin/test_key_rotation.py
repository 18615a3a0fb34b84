"""S63: a new key is published a day before it signs, an old one a week after; no private half ever leaves."""

import jwt
import pytest
from sqlalchemy import select

from app.lti import key_rotation
from app.lti.key_models import ToolKey
from app.lti.keys import sign
from tests.every_admin_page import open_console


@pytest.fixture
def rotation(app):
    """What the periodic job does when it looks."""
    house = app.state.house

    def sweep() -> None:
        with house.database.reading() as db:
            due = key_rotation.rotation_job().list_due(db, house.clock())
        for lane in due:
            assert not key_rotation.rotation_job().drain(house, lane)

    return sweep


def published(app) -> set[str]:
    return {key["kid"] for key in open_console(app).client.get("/lti/jwks").json()["keys"]}


def signer(app) -> str:
    return jwt.get_unverified_header(sign(app.state.house, {"a": 1}))["kid"]


def rotate(app) -> None:
    assert open_console(app).post("/operator/keys").status_code == 303


def test_s63_a_new_key_is_published_at_once_and_signs_a_day_later(app, clock, rotation):
    first = signer(app)
    rotate(app)
    both = published(app)
    assert (len(both), first in both) == (2, True)
    clock.pass_by(hours=23, minutes=59)
    rotation()
    assert signer(app) == first
    clock.pass_by(minutes=1)
    rotation()
    assert signer(app) in both - {first}
    assert published(app) == both


def test_s63_a_retired_key_is_published_for_a_week_and_then_gone(app, clock, rotation):
    first = signer(app)
    rotate(app)
    clock.pass_by(hours=24)
    rotation()
    clock.pass_by(days=6, hours=23)
    rotation()
    assert first in published(app)
    clock.pass_by(hours=1)
    rotation()
    assert published(app) == {signer(app)}
    assert first not in published(app)


def test_pressing_twice_makes_one_next_key(app):
    signer(app)
    rotate(app)
    rotate(app)
    assert len(published(app)) == 2


def test_nothing_is_due_on_a_common_day(app, clock):
    signer(app)
    with app.state.house.database.reading() as db:
        assert key_rotation.list_due(db, clock.now) == []


def test_s63_no_private_half_stands_in_the_answer_or_in_clear_in_the_database(app, clock, rotation):
    signer(app)
    rotate(app)
    answer = open_console(app).client.get("/lti/jwks").json()
    for key in answer["keys"]:
        assert set(key) == {"kty", "kid", "alg", "use", "n", "e"}
    clock.pass_by(hours=24)
    rotation()
    with app.state.house.database.reading() as db:
        rows = db.scalars(select(ToolKey)).all()
    assert not any(b"PRIVATE" in row.private_encrypted for row in rows)
    assert sorted((row.state, bool(row.private_encrypted)) for row in rows) == [("active", True), ("retired", False)]


def test_the_console_says_when_the_next_key_signs(app, clock, rotation):
    console = open_console(app)
    assert "The first one is made when" in console.get("/operator/keys").text
    signer(app)
    console.post("/operator/keys")
    page = console.get("/operator/keys").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "It signs from 23 November 2026, 14:03 UTC on" in page
    clock.pass_by(minutes=20)
    rotation()
    assert "comes next" in console.get("/operator/keys").text
