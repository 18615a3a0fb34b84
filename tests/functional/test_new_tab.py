"""From a frame into a tab of its own: another cookie partition, another session, the same person."""

import re

import pytest

from app.web.cookies import SESSION
from app.web.models import WebSession, WebTicket
from tests.clients import Client
from tests.lti_kit import BASE_URL, sign_in

OURS = {"sec-fetch-site": "same-origin"}


def mint(here, back="/who-can-see-what"):
    page = here.post("/new-tab", back=back)
    assert page.status_code == 200, page.text
    return re.search(r'name="ticket" value="([^"]+)"', page.text)[1]


def open_tab(app, ticket, headers=OURS, back="/who-can-see-what"):
    tab = Client(app, base_url=BASE_URL, follow_redirects=False)
    return tab, tab.post("/new-tab/open", data={"ticket": ticket, "back": back}, headers=headers)


def test_the_tab_opens_signed_in_as_the_same_person(app):
    here = sign_in(app, name="Ada Learner")
    tab, answer = open_tab(app, mint(here))
    assert (answer.status_code, answer.headers["location"]) == (303, "/who-can-see-what")
    assert "Ada Learner" in tab.get("/").text
    assert tab.cookies[SESSION] != here.client.cookies[SESSION]


def test_a_ticket_opens_one_tab(app):
    ticket = mint(sign_in(app))
    assert open_tab(app, ticket)[1].status_code == 303
    tab, again = open_tab(app, ticket)
    assert (again.status_code, "ticket-spent" in again.text, SESSION in tab.cookies) == (403, True, False)


def test_a_ticket_ends_after_a_minute(app, clock):
    ticket = mint(sign_in(app))
    clock.pass_by(seconds=60)
    assert open_tab(app, ticket)[1].status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"}]
)
def test_a_strangers_form_signs_nobody_in(app, headers):
    """S24: Login CSRF: the attacker's own, good ticket, posted from his page by the victim's browser."""
    tab, answer = open_tab(app, mint(sign_in(app, sub="attacker")), headers=headers)
    assert (answer.status_code, SESSION in tab.cookies) == (403, False)


def test_a_ticket_dies_with_the_session_that_it_came_from(app):
    here = sign_in(app)
    ticket = mint(here)
    assert here.post("/leave").status_code == 200
    assert open_tab(app, ticket)[1].status_code == 403


def test_nobody_mints_a_ticket_without_a_session_or_our_form(app):
    stranger = Client(app, base_url=BASE_URL, follow_redirects=False)
    assert stranger.post("/new-tab", data={"back": "/"}).status_code == 401
    assert sign_in(app).client.post("/new-tab", data={"back": "/"}).status_code == 403


@pytest.mark.parametrize("back", ["//evil.test", "/\\evil.test", "https://evil.test", "javascript:alert(1)", ""])
def test_the_tab_opens_only_our_own_pages(app, back):
    """S28."""
    _, answer = open_tab(app, mint(sign_in(app), back="/"), back=back)
    assert answer.headers["location"] == "/"


def test_neither_ticket_nor_session_is_kept_or_put_into_an_address(app, database):
    """S32."""
    here = sign_in(app)
    ticket = mint(here)
    with database.reading() as db:
        assert ticket not in str([vars(row) for row in db.query(WebTicket)])
    tab, answer = open_tab(app, ticket)
    assert tab.cookies[SESSION] not in answer.headers["location"]
    with database.reading() as db:
        assert db.query(WebTicket).count() == 0
        assert db.query(WebSession).count() == 2
