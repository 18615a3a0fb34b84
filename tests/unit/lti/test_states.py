"""The state of a login travels signed, lives ten minutes and owns one nonce."""

from datetime import UTC, datetime, timedelta

import pytest

from app.lti.refusals import Reason, Refused
from app.lti.states import State, hash_text, nonce_for, read_state, write_state
from app.web.signing import Signer

NOW = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)
SIGNER = Signer(b"one secret")
STATE = State(NOW, 7, hash_text("secret"), hash_text("target"), hash_text("deployment"))


def reason_of(text, *, signer=SIGNER, now=NOW):
    with pytest.raises(Refused) as refused:
        read_state(signer, text, now=now)
    return refused.value.reason


def test_what_was_written_is_read():
    assert read_state(SIGNER, write_state(SIGNER, STATE), now=NOW) == STATE


def test_a_login_without_a_deployment_reads_as_none():
    state = State(NOW, 7, hash_text("s"), hash_text("t"), "")
    assert read_state(SIGNER, write_state(SIGNER, state), now=NOW).deployment_hash == ""


def test_no_two_states_or_nonces_are_alike():
    """S18."""
    states = {write_state(SIGNER, STATE) for _ in range(10_000)}
    assert len(states) == len({nonce_for(SIGNER, state) for state in states}) == 10_000


def test_it_holds_for_ten_minutes_and_no_longer():
    text = write_state(SIGNER, STATE)
    assert read_state(SIGNER, text, now=NOW + timedelta(minutes=10)) == STATE
    assert reason_of(text, now=NOW + timedelta(minutes=10, seconds=1)) is Reason.STATE_EXPIRED
    assert reason_of(text, now=NOW - timedelta(minutes=2)) is Reason.STATE_EXPIRED


def test_every_altered_character_is_noticed():
    """S19."""
    text = write_state(SIGNER, STATE)
    for place, character in enumerate(text):
        altered = text[:place] + ("0" if character != "0" else "1") + text[place + 1 :]
        assert reason_of(altered) is Reason.STATE_INVALID, place


def test_another_servers_state_is_not_ours():
    assert reason_of(write_state(Signer(b"another"), STATE)) is Reason.STATE_INVALID


@pytest.mark.parametrize("text", ["", ".", "......." * 9, "1" * 10_000, "ä.b.c.d.e.f.g.h", "\0", "1.2.3.4.5.6.7.8"])
def test_rubbish_is_refused(text):
    assert reason_of(text) is Reason.STATE_INVALID


def test_the_nonce_hangs_on_state_and_secret():
    """S17."""
    text = write_state(SIGNER, STATE)
    assert nonce_for(SIGNER, text) == nonce_for(SIGNER, text)
    assert nonce_for(Signer(b"another"), text) != nonce_for(SIGNER, text)
    assert len(nonce_for(SIGNER, text)) >= 24
