"""Access tokens: one request for all, until shortly before their end; what platforms do wrong is read all the same."""

import threading
from datetime import timedelta

import jwt
import pytest
from sqlalchemy import text

from app.lti.delivery_rules import SCORE_SCOPE
from app.lti.models import AccessToken, Registration
from app.lti.tokens import TokenRefused, drop_token, get_token
from app.practice_lms.faults import Fault
from tests.delivery_kit import Delivering

BOTH = pytest.mark.parametrize("temper", ["moodle", "canvas"])


def ask(here):
    return get_token(here.house, registration_of(here), scope=SCORE_SCOPE)


def registration_of(here):
    with here.house.database.reading() as db:
        return db.get_one(Registration, here.registration_id)


def asked(here):
    return len(here.platform.calls_to("token"))


def answer_with(here, body, *, status=200, times=1, **more: str):
    here.platform.faults.add(Fault(service="token", status=status, body=body, times=times, **more))


@BOTH
def test_a_token_is_used_until_a_minute_before_its_end(app, clock, temper):
    """R7."""
    here = Delivering(app, temper=temper)
    first = ask(here)
    clock.pass_by(seconds=3600 - 61)
    assert ask(here) == first
    clock.pass_by(seconds=1)
    assert ask(here) != first
    assert asked(here) == 2


def test_fifty_threads_at_the_end_of_a_token_make_one_request(app, clock):
    """R7."""
    here = Delivering(app)
    ask(here)
    clock.pass_by(hours=2)
    start, found = threading.Barrier(50), []

    def want():
        start.wait()
        found.append(ask(here))

    threads = [threading.Thread(target=want) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found)), asked(here)) == (50, 1, 2)


def test_thirty_scores_take_one_token(app):
    """R7."""
    here = Delivering(app)
    for person in here.platform.add_people("2", 30):
        here.completes(here.opens(person.id))
    here.works_off()
    assert (here.calls(), asked(here)) == (30, 1)


def test_a_token_that_somebody_renewed_meanwhile_is_not_dropped(app):
    here = Delivering(app)
    token = ask(here)
    drop_token(here.house, registration_of(here), scope=SCORE_SCOPE, token="an older one")
    assert ask(here) == token
    drop_token(here.house, registration_of(here), scope=SCORE_SCOPE, token=token)
    assert ask(here) != token


@pytest.mark.parametrize(
    ("expires_in", "seconds_used"),
    [('"3600"', 3540), ("0", 240), ("-5", 240), ("null", 240), ('"soon"', 240), ("[]", 240), ("1e400", 240), ("30", 15),
     ("60", 30), ("1e12", 86_340), ("3600.5", 3540)],
)  # fmt: skip
def test_an_odd_expires_in_is_read_with_care(app, clock, expires_in, seconds_used):
    """R7."""
    here = Delivering(app)
    answer_with(here, f'{{"access_token": "t1", "token_type": "Bearer", "expires_in": {expires_in}}}')
    assert ask(here) == "t1"
    clock.pass_by(seconds=seconds_used - 1)
    assert ask(here) == "t1"
    clock.pass_by(seconds=1)
    assert ask(here) != "t1"


def test_a_missing_expires_in_and_a_json_that_calls_itself_html_are_read(app, clock):
    """R7."""
    here = Delivering(app)
    answer_with(here, '{"access_token": "t1"}', content_type="text/html; charset=utf-8")
    assert ask(here) == "t1"
    clock.pass_by(minutes=4)
    assert ask(here) != "t1"


@pytest.mark.parametrize(
    "body",
    ["", "<html>", "[]", "null", "{}", '{"access_token": 7}', '{"access_token": ""}', '{"access_token": "a\\r\\nx: y"}',
     '{"access_token": "t", "scope": "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"}',
     "[" * 100_000],
)  # fmt: skip
def test_an_answer_without_a_usable_token_is_refused(app, body):
    here = Delivering(app)
    answer_with(here, body)
    with pytest.raises(TokenRefused):
        ask(here)


def test_moodles_errors_that_are_no_json_give_a_word_and_nothing_of_their_text(app):
    here = Delivering(app)
    answer_with(here, '{"error" : ""kid" invalid, unable to lookup correct key"}', status=400)
    with pytest.raises(TokenRefused, match=r"^token-status$"):
        ask(here)
    answer_with(here, '{"error": "invalid_scope"}', status=400)
    with pytest.raises(TokenRefused, match=r"^token-invalid_scope$"):
        ask(here)


@BOTH
def test_the_assertion_is_what_both_ask_for(app, clock, temper, monkeypatch):
    """R8."""
    here = Delivering(app, temper=temper)
    sent = []
    send = here.house.outbound.send
    monkeypatch.setattr(here.house.outbound, "send", lambda *a, **k: sent.append(k["body"]) or send(*a, **k))
    ask(here)
    (form,) = sent
    claims = jwt.decode(form["client_assertion"], options={"verify_signature": False})
    now = int(clock().timestamp())
    assert claims["iss"] == claims["sub"] == here.known.client_id
    assert claims["aud"] == here.platform.urls.token
    assert now - 30 <= claims["iat"] < now
    assert 60 <= claims["exp"] - now <= 300
    assert jwt.get_unverified_header(form["client_assertion"])["kid"]
    assert form["scope"] == SCORE_SCOPE


@BOTH
def test_a_platform_whose_clock_is_four_minutes_ahead_takes_our_scores(app, clock, temper):
    """R8."""
    here = Delivering(app, temper=temper, lms_clock=lambda: clock() + timedelta(minutes=4))
    here.completes(here.opens())
    here.works_off()
    assert here.delivery().state == "delivered"


def test_a_platform_whose_clock_is_behind_refuses_us_and_is_waited_for(app, clock):
    """R8. Moodle takes nothing from its own future."""
    behind = [timedelta(minutes=5)]
    here = Delivering(app, lms_clock=lambda: clock() - behind[0])
    here.completes(here.opens())
    here.works_off()
    assert (here.delivery().state, here.receipts()) == ("waiting", ["waiting"])
    behind[0] = timedelta()
    clock.pass_by(minutes=1)
    here.works_off()
    assert here.delivery().state == "delivered"


def test_the_audience_is_the_registrations_own_where_it_has_one(app):
    here = Delivering(app, temper="canvas")
    with here.house.database.writing() as db:
        db.get_one(Registration, here.registration_id).token_audience = "https://somebody.else/token"
    with pytest.raises(TokenRefused):
        ask(here)


def test_tokens_are_encrypted_at_rest(app):
    """R7."""
    here = Delivering(app)
    token = ask(here)
    with here.house.database.reading() as db:
        stored = bytes(db.scalar(text("SELECT token_encrypted FROM access_token")))
        assert db.query(AccessToken).count() == 1
    assert token.encode() not in stored
    assert stored.startswith(b"gAAAA")


def test_two_registrations_never_share_a_token(app):
    """R12."""
    one, other = Delivering(app, institution="One"), Delivering(app, institution="Other")
    assert ask(one) != get_token(one.house, registration_of(other), scope=SCORE_SCOPE)
    assert (asked(one), asked(other)) == (1, 1)
