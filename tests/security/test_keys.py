"""S3-S7: which keys are believed, and how often and whom a tool asks for them."""

import json
import os

import pytest

from app.lti.keysets import FRESH
from tests.attack_kit import assert_accepted, assert_refused, open_stage
from tests.attack_tokens import AGS, NRPS, encode, jwk_of, rsa_key, write_token
from tests.security.attacks_on_tokens import KEYS

HOUR = 3600
FLOOD = 1000 if os.environ.get("CAIRN_SOAK") else 100


def signed_by(stage, key, kid):
    return lambda begun: write_token({**stage.lms.header, "kid": kid}, stage.claims(begun.nonce), key)


def pass_by(stage, seconds):
    """Turns the clock of a stage that several tests share; it only goes forward."""
    stage.clock.pass_by(seconds=seconds)


def warm(stage):
    """The key set has just been fetched, however old it was, and may be asked for again."""
    pass_by(stage, FRESH.total_seconds() + 1)
    assert_accepted(stage.launch())
    pass_by(stage, 31)
    stage.wire.asked.clear()


@pytest.mark.parametrize("attack", [attack for attack in KEYS if "kid-" in attack.name], ids=lambda attack: attack.name)
def test_s5_a_malformed_kid_makes_no_call(stage, attack):
    warm(stage)
    attack.run(stage)
    may_ask = {"kid-of-nobody"}
    assert len(stage.wire.asked) == (1 if attack.name in may_ask else 0)


@pytest.mark.parametrize("name", ["jku", "x5u", "jku-own-kid", "jwk-in-header", "x5c-in-header"])
def test_s4_addresses_in_the_header_are_never_called(stage, name):
    warm(stage)
    next(attack for attack in KEYS if attack.name == name).run(stage)
    assert set(stage.wire.asked) <= {stage.lms.keyset_url}


def test_s4_addresses_in_the_claims_are_never_called_at_a_launch(stage):
    """Not even those of services: they are for later, and through the same guard."""
    inside = "https://169.254.169.254/latest/meta-data"
    warm(stage)
    stage.launch(**{
        NRPS: {"context_memberships_url": inside},
        AGS: {"scope": [], "lineitems": inside, "lineitem": inside},
        "launch_presentation": {"return_url": inside}, "picture": inside,
    })  # fmt: skip
    assert stage.wire.asked == []


def test_s7_r31_a_rotated_key_works_at_its_first_launch_and_the_old_one_while_it_is_published(stage):
    warm(stage)
    stage.lms.keys = [stage.lms.jwk(), jwk_of(rsa_key("rotated"), "2026-12")]
    assert_accepted(stage.launch(signed_by(stage, rsa_key("rotated"), "2026-12")))
    assert_accepted(stage.launch())
    assert stage.wire.asked == [stage.lms.keyset_url]


def test_s7_a_flood_of_unknown_keys_asks_at_most_once_in_thirty_seconds(stage):
    """One login for all of them: a refused launch spends nothing."""
    warm(stage)
    browser = stage.browser()
    begun = stage.begin(browser)
    for number in range(FLOOD):
        token = signed_by(stage, stage.lms.key, f"flood-{number}")(begun)
        assert stage.post(browser, token, begun.state).status_code == 401
        pass_by(stage, 60 / FLOOD)
    assert 1 <= len(stage.wire.asked) <= 2
    assert_accepted(stage.launch())


def test_s7_the_flood_of_one_registration_does_not_keep_another_from_asking(stage):
    warm(stage)
    far = stage.platforms["far"]
    stage.launch(signed_by(stage, stage.lms.key, "flood"))
    far.keys = [far.jwk(), jwk_of(rsa_key("rotated"), "2026-12")]
    header = {**far.header, "kid": "2026-12"}
    launched = stage.launch(
        lambda begun: write_token(header, stage.claims(begun.nonce, far), rsa_key("rotated")), lms=far
    )
    assert_accepted(launched)


def fail():
    raise OSError("the platform is down")


BROKEN = {
    "down": fail,
    "error": lambda: (500, b""),
    "moved": lambda: (302, b""),
    "a page": lambda: (200, b"<html>sign in</html>"),
    "nothing": lambda: (200, b""),
    "no list": lambda: (200, b'{"keys": {"keys": []}}'),
    "a list": lambda: (200, b"[]"),
    "not utf-8": lambda: (200, b'{"keys": "\xff"}'),
    "deep": lambda: (200, b"[" * 50_000 + b"]" * 50_000),
    "2 MB": lambda: (200, json.dumps({"keys": ["x" * 2_000_000]}).encode()),
    "a key of 1 MB": lambda: (
        200,
        json.dumps({"keys": [{"kty": "RSA", "kid": "k", "n": encode(b"n" * 750_000)}]}).encode(),
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_s7_r31_s51_a_failing_key_set_leaves_the_last_good_one_for_a_day(stage, case):
    warm(stage)
    stage.lms.answer = BROKEN[case]
    pass_by(stage, 12 * HOUR)
    assert_accepted(stage.launch())
    assert stage.wire.asked


def test_s7_r31_after_a_day_without_an_answer_nothing_is_believed(stage):
    warm(stage)
    stage.lms.answer = fail
    pass_by(stage, 24 * HOUR + 60)
    assert_refused(stage.launch(), "keys-unreachable", status=401)
    stage.lms.answer = None
    pass_by(stage, 31)
    assert_accepted(stage.launch())


@pytest.mark.parametrize("case", ["down", "a page", "a list", "deep", "2 MB"])
def test_s7_with_no_key_set_yet_a_failure_is_told_in_words(fresh_stage, case):
    fresh_stage.lms.answer = BROKEN[case]
    assert_refused(fresh_stage.launch(), "keys-unreachable", status=401)


def test_s7_a_restarted_tool_asks_again_and_works(fresh_stage, settings, clock):
    assert_accepted(fresh_stage.launch())
    again = open_stage(settings, clock)
    assert_accepted(again.launch())
    again.database.close()


def test_s3_our_own_key_set_shows_public_halves_only(stage):
    keys = stage.browser().get("/lti/jwks").json()["keys"]
    assert keys
    for key in keys:
        assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
        assert key["kid"]
        assert set(key) == {"kty", "alg", "use", "kid", "n", "e"}
