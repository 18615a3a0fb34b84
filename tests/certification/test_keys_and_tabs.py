"""Cases 91-95 and 97 of our list (lti.md 2): errors of the platform, its keys, and two tabs of one browser."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.attack_kit import FOREIGN_POST, LAUNCH, assert_accepted, assert_human_page, assert_refused, opens_session
from tests.attack_tokens import jwk_of, rsa_key, write_token

# Longer than a key set is used without being asked for again, and shorter than it is trusted without an answer.
STALE = timedelta(hours=2)
A_WHILE = timedelta(seconds=31)


def fetches(stage):
    return stage.wire.asked.count(stage.lms.keyset_url)


@pytest.mark.parametrize("error", ["login_required", "interaction_required", "invalid_request_object", "server_error"])
def test_91_an_error_of_the_platform_is_a_page_that_names_it(stage, error):
    browser = stage.browser()
    begun, before = stage.begin(browser), stage.count()
    page = browser.post(
        LAUNCH, data={"error": error, "error_description": "<b>no</b>", "state": begun.state}, headers=FOREIGN_POST
    )
    assert (page.status_code, error in page.text, "<b>no" in page.text) == (400, True, False)
    assert_human_page(page)
    assert not opens_session(page)
    assert stage.count() == before


def test_92_with_a_warm_cache_a_launch_works_while_the_key_set_does_not_answer(fresh_stage):
    assert_accepted(fresh_stage.launch())
    fresh_stage.lms.answer = lambda: (503, b"")
    fresh_stage.clock.now += STALE
    assert_accepted(fresh_stage.launch())
    assert fetches(fresh_stage) > 1


def test_92_with_a_cold_one_the_error_says_so(fresh_stage):
    fresh_stage.lms.answer = lambda: (503, b"")
    assert_refused(fresh_stage.launch(), "keys-unreachable", status=401)


def test_93_a_new_key_costs_one_fetch_and_the_old_one_stays_good(fresh_stage):
    stage = fresh_stage
    assert_accepted(stage.launch())
    stage.clock.now += A_WHILE
    fresh = rsa_key("rotated")
    stage.lms.keys = [stage.lms.jwk(), jwk_of(fresh, "rotated")]
    header = {**stage.lms.header, "kid": "rotated"}
    for _ in range(3):
        assert_accepted(stage.launch(lambda begun: write_token(header, stage.claims(begun.nonce), fresh)))
    assert_accepted(stage.launch())
    assert fetches(stage) == 2


def test_94_a_flood_of_unknown_keys_is_asked_for_once_in_half_a_minute(fresh_stage):
    stage = fresh_stage
    assert_accepted(stage.launch())
    stage.clock.now += A_WHILE
    for number in range(10):
        header = {**stage.lms.header, "kid": f"flood-{number}"}
        tried = stage.launch(lambda begun: write_token(header, stage.claims(begun.nonce), stage.lms.key))  # noqa: B023
        assert_refused(tried, "key-unknown", status=401)
    assert fetches(stage) == 2
    assert_accepted(stage.launch())


@pytest.mark.parametrize("changed", [{"use": "enc"}, {"key_ops": ["encrypt"]}, {"alg": "RSA-OAEP"}])
def test_95_a_key_for_encryption_signs_nothing(fresh_stage, changed):
    fresh_stage.lms.keys = [fresh_stage.lms.jwk(**changed)]
    assert_refused(fresh_stage.launch(), "key-unknown", status=401)


def test_97_two_launches_begun_in_two_tabs_both_enter(stage):
    browser = stage.browser()
    tabs = [stage.begin(browser) for _ in range(2)]
    assert tabs[0].state != tabs[1].state
    for begun in reversed(tabs):
        answer = stage.post(browser, stage.token(begun.nonce, sub="in two tabs"), begun.state)
        assert (answer.status_code, opens_session(answer)) == (303, True)
        assert browser.get(answer.headers["location"]).status_code == 200


def test_97_two_launches_at_the_same_moment_both_enter_as_one_person(fresh_stage):
    browser = fresh_stage.browser()
    tabs = [fresh_stage.begin(browser) for _ in range(2)]
    forms = [(fresh_stage.token(begun.nonce, sub="in two tabs"), begun.state) for begun in tabs]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda form: fresh_stage.post(browser, *form), forms))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert fresh_stage.count()[:2] == (1, 2)
