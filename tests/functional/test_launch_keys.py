"""The platform's keys: fetched once, asked for again when a new one signs, kept while it does not answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from app.membership.models import User
from app.web.models import WebSession
from tests.lti_kit import jwk_of, make_key

pytestmark = pytest.mark.one_database("keys are held in memory; no row depends on them")


def assert_out(tool, response, code):
    assert (response.status_code, f">{code}<" in response.text) == (401, True), response.text
    assert tool.count(User, WebSession) == (0, 0)


def test_the_key_set_is_fetched_once_for_many_launches(tool):
    for _ in range(5):
        assert tool.browser().launch().status_code == 303
    assert tool.platform.fetches == 1


def test_a_new_key_signs_at_the_first_launch_and_the_old_one_stays_good(tool, clock):
    """R31."""
    tool.browser().launch()
    clock.pass_by(seconds=31)
    old, fresh = (tool.platform.key, tool.platform.kid), make_key("second")
    tool.platform.keys["keys"].append(jwk_of(fresh, "key-2"))
    tool.platform.key, tool.platform.kid = fresh, "key-2"
    assert tool.browser().launch().status_code == 303
    tool.platform.key, tool.platform.kid = old
    assert tool.browser().launch().status_code == 303
    assert tool.platform.fetches == 2


def test_a_flood_of_unknown_keys_asks_once_in_thirty_seconds(tool, clock):
    """S7."""
    tool.browser().launch()
    clock.pass_by(seconds=31)
    for number in range(20):
        response = tool.browser().launch(headers={"kid": f"random-{number}"})
        assert response.status_code == 401
    assert tool.platform.fetches == 2
    clock.pass_by(seconds=31)
    tool.browser().launch(headers={"kid": "random"})
    assert tool.platform.fetches == 3


def test_many_launches_at_once_share_one_fetch(tool):
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: tool.browser().launch(sub=str(n)).status_code, range(6)))
    assert answers == [303] * 6
    assert tool.platform.fetches == 1


def test_a_platform_that_does_not_answer_is_trusted_for_a_day(tool, clock):
    """R31."""
    tool.browser().launch()
    tool.platform.is_down = True
    clock.pass_by(hours=23)
    assert tool.browser().launch().status_code == 303
    clock.pass_by(hours=2)
    response = tool.browser().launch()
    assert (response.status_code, "keys-unreachable" in response.text) == (401, True)
    tool.platform.is_down = False
    clock.pass_by(seconds=31)
    assert tool.browser().launch().status_code == 303


def test_a_platform_that_never_answered_is_named(tool, clock):
    tool.platform.is_down = True
    assert_out(tool, tool.browser().launch(), "keys-unreachable")
    tool.platform.is_down = False
    clock.pass_by(seconds=31)
    assert tool.browser().launch().status_code == 303


def test_a_key_that_was_taken_back_stops_counting_at_the_next_refresh(tool, clock):
    """S7."""
    tool.browser().launch()
    tool.platform.keys = {"keys": [jwk_of(make_key("second"), "key-2")]}
    clock.pass_by(minutes=31)
    response = tool.browser().launch()
    assert (response.status_code, "key-unknown" in response.text) == (401, True)


def weak_sets():
    good = make_key()
    small = generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  weak on purpose
    curve = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    yield "encryption", jwk_of(good, "key-1", use="enc")
    yield "another algorithm", jwk_of(good, "key-1", alg="HS256")
    yield "RS384", jwk_of(good, "key-1", alg="RS384")
    yield "short", jwk_of(small, "key-1")
    yield "exponent one", jwk_of(good, "key-1", e="AQ")
    yield "no modulus", jwk_of(good, "key-1", n="")
    yield "a number as modulus", jwk_of(good, "key-1", n=7)
    yield "symmetric", {"kty": "oct", "kid": "key-1", "k": "c2VjcmV0"}
    yield "a curve", {"kty": "EC", "crv": "P-256", "kid": "key-1", "x": str(curve.x), "y": str(curve.y)}
    yield "signing only", jwk_of(good, "key-1", key_ops=["sign"])
    yield "private", jwk_of(good, "key-1", d="AQAB")
    yield "nameless", {name: value for name, value in jwk_of(good, "key-1").items() if name != "kid"}


def test_weak_and_wrong_keys_do_not_count(tool, clock):
    """S3."""
    for name, key in weak_sets():
        tool.platform.keys = {"keys": [key]}
        clock.pass_by(minutes=31)
        response = tool.browser().launch()
        assert (response.status_code, "key-unknown" in response.text) == (401, True), name
    assert tool.count(User, WebSession) == (0, 0)


def test_a_name_that_stands_twice_is_no_name(tool):
    """S3."""
    tool.platform.keys["keys"].append(jwk_of(make_key("second"), "key-1"))
    assert_out(tool, tool.browser().launch(), "key-unknown")


def test_what_is_no_key_set_is_as_good_as_none(tool, clock):
    for answer in ([], {}, {"keys": {"keys": []}}, {"keys": "x"}, "text", None):
        tool.platform.keys = answer
        clock.pass_by(minutes=31)
        assert_out(tool, tool.browser().launch(), "keys-unreachable")


def test_keys_named_in_the_header_are_never_fetched(tool):
    """S4."""
    other = make_key("attacker")
    header = {"jku": "https://evil.test/jwks", "x5u": "https://evil.test/c", "jwk": jwk_of(other, "key-1")}
    assert_out(tool, tool.browser().launch(headers={**header, "key": other}), "signature")
    assert tool.platform.fetches == 1


def test_a_malformed_kid_asks_nobody(tool):
    """S5."""
    for kid in ("../../x", "' OR 1=1--", "a\0b", "k" * 10_240, 7, ["key-1"], None, "", "a b"):
        response = tool.browser().launch(headers={"kid": kid})
        assert response.status_code in {400, 401}, kid
    assert tool.platform.fetches == 0


def test_our_own_keys_are_published_without_their_private_half(tool):
    first, second = (tool.browser().client.get("/lti/jwks").json()["keys"] for _ in range(2))
    assert first == second
    (key,) = first
    assert set(key) == {"kty", "kid", "alg", "use", "n", "e"}
    assert (key["alg"], key["use"]) == ("RS256", "sig")
