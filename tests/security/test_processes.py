"""S16, S20, S21: one launch counts once across processes, restarts and kills; floods leave neither rows nor memory."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.db.base import Base
from app.lti.models import LaunchFailure, ServiceHealth, SpentNonce
from app.membership.models import User, Visit
from app.web.models import WebSession
from tests.ports import free_port
from tests.security.processes import serving

ONCE = (User, WebSession, Visit, SpentNonce)
TEN_MB = 10 * 1024 * 1024
IS_SOAK = bool(os.environ.get("CAIRN_SOAK"))
LOGINS, LAUNCHES, LARGE = (100_000, 100_000, 1000) if IS_SOAK else (2000, 1000, 100)


def count_rows(served, models=ONCE):
    with served.database.reading() as db:
        return [db.scalar(select(func.count()).select_from(model)) for model in models]


def count_all(served, *but: str):
    with served.database.reading() as db:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in but]
        return {table.name: db.scalar(select(func.count()).select_from(table)) for table in tables}


@pytest.fixture
def served(database_url, tmp_path):
    with serving(database_url, tmp_path) as found:
        yield found


def begin_and_share(served, ports):
    """A login through the first process, and browsers with its cookies at each port."""
    first = served.browser(ports[0])
    form = served.form(served.begin(first))
    return form, [served.browser(port, first.cookies) for port in ports]


def replay_eight_at_once(served, ports):
    form, browsers = begin_and_share(served, ports * 4)
    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(lambda browser: browser.ask("POST", "/lti/launch", form), browsers))


def test_s16_a_launch_counts_once_across_processes_restarts_and_kills(served):
    ports = [free_port(), free_port()]
    for port in ports:
        served.start(port)

    answers = replay_eight_at_once(served, ports)
    assert sorted((answer.status, answer.opens_session) for answer in answers) == [(303, True), *[(403, False)] * 7]
    assert all("already-used" in answer.text for answer in answers if answer.status == 403)
    assert count_rows(served) == [1, 1, 1, 1]

    form, (dying, other) = begin_and_share(served, ports)
    assert dying.ask("POST", "/lti/launch", form, x_die_after_commit="1").status == 0
    served.wait_for_death(ports[0])
    assert count_rows(served) == [2, 2, 2, 2]
    late = other.ask("POST", "/lti/launch", form)
    assert (late.status, late.opens_session) == (403, False)
    assert "already-used" in late.text

    served.start(ports[0])
    again = served.browser(ports[0], other.cookies).ask("POST", "/lti/launch", form)
    assert (again.status, "already-used" in again.text) == (403, True)
    assert count_rows(served) == [2, 2, 2, 2]
    fresh_form, (fresh, _other) = begin_and_share(served, ports)
    assert fresh.ask("POST", "/lti/launch", fresh_form).status == 303


def send_many(served, port, times, act):
    """Memory before and after, once the first tenth has warmed everything up."""
    browser = served.browser(port)
    for _ in range(times // 10):
        act(browser)
    before = served.memory(port)
    for _ in range(times):
        act(browser)
    return served.memory(port) - before


def test_s20_s21_floods_leave_neither_memory_nor_rows(served):
    port = free_port()
    served.start(port)
    keeper = served.browser(port)
    begun = served.begin(keeper)
    token = served.form(begun)["id_token"]
    forged = {"id_token": f"{token[:-8]}AAAAAAAA", "state": begun["state"]}
    large = {"id_token": "A" * 300_000, "state": begun["state"]}
    before = count_all(served, "launch_failure", "service_health")

    def log_in(browser):
        browser.cookies = {}
        assert browser.ask("GET", served.login_path).status == 303

    def launch(fields, status):
        def act(browser):
            browser.cookies = dict(keeper.cookies)
            assert browser.ask("POST", "/lti/launch", fields).status == status

        return act

    assert send_many(served, port, LOGINS, log_in) < TEN_MB
    assert send_many(served, port, LAUNCHES, launch(forged, 401)) < TEN_MB
    assert send_many(served, port, LARGE, launch(large, 413)) < TEN_MB
    assert count_all(served, "launch_failure", "service_health") == before
    assert count_rows(served, (LaunchFailure, ServiceHealth)) == [1, 1]
    assert served.browser(port, keeper.cookies).ask("POST", "/lti/launch", served.form(begun)).status == 303


@pytest.mark.soak
def test_s16_spent_nonces_outlive_every_token_that_could_carry_them_and_are_then_purged(fresh_stage):
    """Purging happens now and then, so it takes many launches to see that it spares what may still be replayed."""
    stage = fresh_stage
    lasting = stage.launch(exp=int(stage.clock().timestamp()) + 24 * 3600).begun.nonce
    stage.clock.pass_by(hours=24)
    for _ in range(600):
        stage.launch(sub="one")
    assert lasting in list_nonces(stage)  # the leeway of that token has not passed
    stage.clock.pass_by(hours=1)
    for _ in range(600):
        stage.launch(sub="one")
    assert lasting not in list_nonces(stage)


def list_nonces(stage):
    with stage.database.reading() as db:
        return db.scalars(select(SpentNonce.nonce)).all()
