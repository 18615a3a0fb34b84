"""S32, S33, S39: how long a session lives, where its token is, and who is kept out."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.db.base import Base
from app.lti.models import Registration
from app.membership.models import User
from app.web.models import WebSession
from tests.attack_kit import assert_accepted, assert_refused
from tests.every_page import prepare_every_page
from tests.lti_kit import sign_in

COOKIE = "__Host-cairn"
OPERATOR = "__Host-cairn-operator"


def test_s33_a_session_ends_after_two_idle_hours(fresh_stage):
    here = fresh_stage.launch().browser
    fresh_stage.clock.pass_by(minutes=119)
    assert here.get("/").status_code == 200
    fresh_stage.clock.pass_by(minutes=119)
    assert here.get("/").status_code == 200
    fresh_stage.clock.pass_by(minutes=121)
    assert here.get("/").status_code == 401


def test_s33_a_session_ends_after_twelve_hours_however_busy(fresh_stage):
    here = fresh_stage.launch().browser
    for _hour in range(11):
        fresh_stage.clock.pass_by(hours=1)
        assert here.get("/").status_code == 200
    fresh_stage.clock.pass_by(hours=1)
    assert here.get("/").status_code == 401


def test_s33_leaving_ends_this_session_at_once_and_no_other(fresh_stage):
    first, second = (fresh_stage.launch(sub="one").browser for _ in range(2))
    token = first.cookies[COOKIE]
    csrf = re.search(r'name="csrf" value="([^"]+)"', first.get("/").text)[1]
    assert first.post("/leave", data={"csrf": csrf}).status_code == 200
    first.cookies.set(COOKIE, token, domain="cairn.test")
    assert [browser.get("/").status_code for browser in (first, second)] == [401, 200]


def test_s33_the_database_holds_no_token_that_opens_anything(fresh_stage):
    token = fresh_stage.launch().browser.cookies[COOKIE]
    with fresh_stage.database.reading() as db:
        everything = [str(row) for table in Base.metadata.sorted_tables for row in db.execute(select(table)).all()]
        hashes = db.scalars(select(WebSession.token_hash)).all()
    assert not any(token in row for row in everything)
    thief = fresh_stage.browser()
    for stolen in hashes:
        thief.cookies.set(COOKIE, stolen, domain="cairn.test")
        assert thief.get("/").status_code == 401


def test_s33_a_session_opens_nothing_of_another_tenant(app):
    ours = sign_in(app, is_staff=True)
    theirs = sign_in(app, institution="Other College", is_staff=True)
    path = f"/courses/{theirs.context.uuid}/people"
    assert theirs.get(path).status_code == 200
    assert ours.get(path).status_code == 404
    missing = "/courses/00000000-0000-4000-8000-000000000000/people"
    assert ours.get(path).text.replace(path, "") == ours.get(missing).text.replace(missing, "")


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "a" * 5000, "%00", "\u00e9", "../..", "' OR 1=1--"])
def test_s33_an_invented_session_is_none(stage, cookie):
    browser = stage.browser()
    answer = browser.get("/", headers=[(b"cookie", f"{COOKIE}={cookie}".encode())])
    assert answer.status_code == 401


def test_s33_a_registration_that_is_switched_off_lets_nobody_in(fresh_stage):
    begun_before = fresh_stage.browser()
    begun = fresh_stage.begin(begun_before)
    switch(fresh_stage, is_active=False)
    late = fresh_stage.post(begun_before, fresh_stage.token(begun.nonce), begun.state)
    assert late.status_code == 403
    assert fresh_stage.log_in(fresh_stage.browser()).status_code == 400
    switch(fresh_stage, is_active=True)
    assert_accepted(fresh_stage.launch())


def switch(stage, *, is_active):
    with stage.database.writing() as db:
        db.get_one(Registration, stage.lms.registration_id).is_active = is_active


def test_s39_a_blocked_person_is_out_at_once_and_stays_out(fresh_stage):
    here = fresh_stage.launch(sub="blocked").browser
    with fresh_stage.database.writing() as db:
        db.scalars(select(User).where(User.sub == "blocked")).one().blocked_at = fresh_stage.clock()
    assert here.get("/").status_code == 401
    assert_refused(fresh_stage.launch(sub="blocked"), "person-blocked", status=403)
    assert_accepted(fresh_stage.launch(sub="somebody else"))


def test_s12_where_one_registration_serves_many_institutions_a_new_deployment_waits(fresh_stage):
    """Design 1, tenancy: until the operator has assigned it to a platform it is pending, and nobody is known."""
    with fresh_stage.database.writing() as db:
        db.get_one(Registration, fresh_stage.lms.registration_id).platform_id = None
    tried = fresh_stage.launch()
    assert (tried.status, tried.code) == (403, "deployment-pending")
    with fresh_stage.database.reading() as db:
        assert [len(db.scalars(select(model)).all()) for model in (User, WebSession)] == [0, 0]


def test_s14_people_are_told_apart_by_exact_bytes(fresh_stage):
    subs = [
        "ada",
        "Ada",
        "ada ",
        " ada",
        "\u0430da",
        "ad\u00e1",
        "ada\u0301",
        "ADA",
        "\u200bada",
        "ada.",
        "\u00df",
        "ss",
        "s" * 255,
    ]
    for sub in subs:
        assert_accepted(fresh_stage.launch(sub=sub))
        assert_accepted(fresh_stage.launch(sub=sub))
    with fresh_stage.database.reading() as db:
        assert sorted(db.scalars(select(User.sub)).all()) == sorted(subs)


def test_s14_contexts_links_and_deployments_are_told_apart_by_exact_bytes(fresh_stage):
    before = fresh_stage.count()
    for name in ("c", "C", "c ", "\u0441"):
        login = {"lti_deployment_id": None}
        assert_accepted(fresh_stage.launch(sub="one", context={"id": name}, resource_link={"id": f"l{name}"}))
        assert_accepted(fresh_stage.launch(sub="one", deployment_id=name, login=login))
    made = [new - old for old, new in zip(before, fresh_stage.count(), strict=True)]
    users, contexts, links, deployments = made[0], made[3], made[5], made[9]
    assert (users, contexts, links, deployments) == (1, 8, 8, 5)


def test_s32_no_token_stands_in_any_page_and_no_link_leaves_the_frame(fresh_stage):
    """A new tab is another cookie partition, and the person would be signed out there (design 3, decision 5)."""
    every = prepare_every_page(fresh_stage.app)
    for page in every.pages:
        answer = every.open(page)
        cookies = every.people[page.who].client.cookies
        token = cookies.get(COOKIE) or cookies[OPERATOR]
        assert token not in answer.text, page
        assert token not in str(answer.headers), page
        for tag in re.findall(r"<a\b[^>]*>", answer.text):
            address = re.search(r'href="([^"]*)"', tag)
            if address and address[1].startswith("/"):
                assert "target=" not in tag, (page, tag)


def test_s32_a_launch_puts_no_token_into_the_address_that_it_leads_to(stage):
    for changes in ({}, {"custom": {"cairn_key": "module/m0"}}):
        tried = stage.launch(**changes)
        assert tried.status == 303
        where = tried.answer.headers["location"]
        token = tried.browser.cookies[COOKIE]
        assert token not in where
        assert "?" not in where


def mint_ticket(here):
    """The ticket that the frame's own form brings."""
    answer = here.post("/new-tab", back="/who-can-see-what")
    assert answer.status_code == 200
    return re.search(r'name="ticket" value="([^"]+)"', answer.text)[1]


def redeem(browser, ticket, site="same-origin"):
    headers = {} if site is None else {"sec-fetch-site": site}
    return browser.post("/new-tab/open", data={"ticket": ticket, "back": "/who-can-see-what"}, headers=headers)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_s24_an_attackers_ticket_posted_from_elsewhere_signs_nobody_in(app, browser, site):
    """The hand-over is a way in as well; a stranger's page could post his own ticket there."""
    ticket = mint_ticket(sign_in(app, sub="attacker"))
    victim = browser()
    answer = redeem(victim, ticket, site)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert victim.get("/").status_code == 401


def test_s32_a_ticket_works_once_and_for_a_minute(app, browser, clock):
    here = sign_in(app)
    ticket, late = mint_ticket(here), mint_ticket(here)
    tab = browser()
    first = redeem(tab, ticket)
    assert first.status_code == 303
    assert ticket not in first.headers["location"]
    assert tab.get("/").status_code == 200
    assert tab.cookies[COOKIE] != here.client.cookies[COOKIE]
    assert redeem(browser(), ticket).status_code == 403
    clock.pass_by(seconds=61)
    assert redeem(browser(), late).status_code == 403


def test_s32_of_eight_uses_of_one_ticket_one_opens_a_session(app, browser):
    ticket = mint_ticket(sign_in(app))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda tab: redeem(tab, ticket), [browser() for _ in range(8)]))
    assert sorted(answer.status_code for answer in answers) == [303, *[403] * 7]


@pytest.mark.parametrize("ticket", ["", "x", "A" * 43, "%00", "' OR 1=1--"])
def test_s32_an_invented_ticket_is_none(browser, ticket):
    assert redeem(browser(), ticket).status_code == 403
