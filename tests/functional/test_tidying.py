"""What has had its time is forgotten in batches, and nothing else; the page about it says the same numbers."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.lti import arrival, notices, received, tidying
from app.lti.copy_models import ContextOrigin
from app.lti.deep_linking_models import DeepLinkingRequest
from app.lti.tidying import BATCH, ORIGINS_KEPT, SESSIONS_KEPT, drain, list_due
from app.web.models import WebSession, WebTicket
from app.web.session import open_session
from app.web.tickets import mint_first_ticket
from tests.deep_linking_kit import ask
from tests.lti_kit import sign_in
from tests.lti_kit import tool as tool

PAGE = Path(__file__).parents[2] / "docs" / "retention.md"


def count(house, model):
    with house.database.reading() as db:
        return db.scalar(select(func.count()).select_from(model))


def works_off(house):
    for batch in range(20):
        with house.database.reading() as db:
            if not list_due(db, house.clock()):
                return batch
        drain(house, tidying.LANE)
    raise AssertionError("it does not come to rest")


def test_a_session_is_forgotten_with_what_hangs_on_it(tool, clock):
    chooser = ask(tool)
    assert chooser.open().status_code == 200
    token = next(cookie.value for cookie in chooser.browser.client.cookies.jar if cookie.name == "__Host-cairn")
    with tool.house.database.writing() as db:
        mint_first_ticket(db, token=token, now=clock())
    clock.pass_by(days=SESSIONS_KEPT.days, seconds=-1)
    assert works_off(tool.house) == 0
    clock.pass_by(seconds=2)
    fresh = sign_in(tool.app)
    assert works_off(tool.house) > 0
    assert [count(tool.house, model) for model in (WebSession, WebTicket, DeepLinkingRequest)] == [1, 0, 0]
    assert fresh.get("/").status_code == 200
    assert chooser.browser.client.get("/").status_code == 401


def test_many_go_in_batches(app, clock):
    house, here = app.state.house, sign_in(app)
    with house.database.writing() as db:
        for _ in range(BATCH + 20):
            open_session(db, user=here.user, now=clock())
    clock.pass_by(days=SESSIONS_KEPT.days + 1)
    assert works_off(house) == 2
    assert count(house, WebSession) == 0


@pytest.mark.parametrize(("days", "left"), [(-1, 1), (1, 0)])
def test_where_a_course_came_from_is_known_for_more_than_a_year(app, clock, days, left):
    house, here = app.state.house, sign_in(app)
    with house.database.writing() as db:
        db.add(ContextOrigin(
            institution_id=here.user.institution_id, platform_id=here.user.platform_id, platform_context_id="copy",
            origin_context_id="old", told_at=clock(),
        ))  # fmt: skip
    clock.pass_by(days=ORIGINS_KEPT.days + days)
    works_off(house)
    assert count(house, ContextOrigin) == left


def test_the_page_says_the_numbers_of_the_code():
    said = PAGE.read_text("utf-8")
    for span, what in (
        (SESSIONS_KEPT, "30 days after it was last used"), (ORIGINS_KEPT, "400 days"), (notices.KEPT, "30 days"),
        (arrival.NONCE_MARGIN, "5 minutes"), (received.LIFETIME, "1 hour"),
    ):  # fmt: skip
        number = int(what.split()[0])
        unit = {"days": "days", "minutes": "minutes", "hour": "hours"}[what.split()[1]]
        assert span == timedelta(**{unit: number}), what
        assert what in said
