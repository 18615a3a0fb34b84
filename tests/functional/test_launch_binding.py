"""A login and its launch belong to one browser, whatever cookies it keeps; nobody enters without proof."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.lti import binding
from app.lti.models import LinkUser, ResourceLink
from app.membership.models import Context, Membership, User
from app.web.models import WebSession
from tests.clients import Client
from tests.lti_kit import BASE_URL, SignedIn

ATTRIBUTES = ("Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned")


def fresh(tool):
    return Client(tool.app, base_url=BASE_URL, follow_redirects=False)


def read_query(response):
    return dict(parse_qsl(urlsplit(response.headers["location"]).query, keep_blank_values=True))


def assert_out(tool, response, code, status=403):
    assert (response.status_code, code in response.text) == (status, True), response.text
    assert "__Host-cairn=" not in response.headers.get("set-cookie", "")
    assert tool.count(User, WebSession) == (0, 0)


def test_the_first_login_bounces_once_and_then_goes_to_the_platform(tool):
    browser = tool.browser()
    first = browser.initiate()
    assert first.status_code == 303
    assert first.headers["location"].startswith("/lti/login?")
    second = browser.client.get(first.headers["location"])
    assert second.headers["location"].startswith("https://lms.test/auth?")
    assert "cairn_tried" not in second.headers["location"]


def test_the_secret_travels_in_a_partitioned_cookie_of_our_host(tool):
    header = tool.browser().initiate().headers["set-cookie"]
    assert re.match(r"__Host-cairn-b[0-7]=[\w-]{43};", header)
    assert all(attribute in header for attribute in ATTRIBUTES)


def test_the_platform_gets_what_it_sent_and_what_it_needs(tool):
    hint = '{"cmid":3,"launchid":"ltilaunch1_ä +&=%2F"}'
    asked = read_query(tool.browser().log_in(lti_message_hint=hint, login_hint="9c3b 71+").response)
    assert (asked["lti_message_hint"], asked["login_hint"]) == (hint, "9c3b 71+")
    assert asked["redirect_uri"] == f"{BASE_URL}/lti/launch"
    assert (asked["scope"], asked["response_type"], asked["response_mode"], asked["prompt"]) == (
        "openid", "id_token", "form_post", "none",
    )  # fmt: skip
    assert asked["client_id"] == tool.platform.client_id
    assert "lti_message_hint" not in read_query(tool.browser().log_in(lti_message_hint=None).response)


def test_the_fixed_redirect_address_is_sent_whatever_the_target(tool):
    asked = read_query(tool.browser().log_in(target_link_uri=f"{BASE_URL}/lti/launch?open=home").response)
    assert asked["redirect_uri"] == f"{BASE_URL}/lti/launch"


def test_a_login_may_come_by_get(tool):
    assert read_query(tool.browser().log_in(method="GET").response)["nonce"]


def test_two_frames_that_log_in_at_once_both_launch(tool):
    """Neither request brings a cookie, both answers set one; the frames share the jar afterwards."""
    browser = tool.browser()
    bounces = [fresh(tool).post("/lti/login", data=fields(tool, hint)) for hint in ("one", "two")]
    slots = [re.match(r"(__Host-cairn-b\d)=([\w-]+)", bounce.headers["set-cookie"]).groups() for bounce in bounces]
    assert slots[0][0] != slots[1][0]
    for name, value in slots:
        browser.client.cookies.set(name, value)
    started = [read_query(browser.client.get(bounce.headers["location"])) for bounce in bounces]
    for asked in reversed(started):
        token = tool.platform.sign(tool.platform.claims(nonce=asked["nonce"]))
        assert browser.post_launch(token, asked["state"]).status_code == 303


def fields(tool, hint):
    return {
        "iss": tool.platform.issuer, "client_id": tool.platform.client_id, "login_hint": hint,
        "target_link_uri": f"{BASE_URL}/lti/launch",
    }  # fmt: skip


def test_logins_one_after_the_other_walk_round_all_slots(tool):
    names = [fresh(tool).post("/lti/login", data=fields(tool, "h")).headers["set-cookie"][:15] for _ in range(8)]
    assert len(set(names)) == 8


def test_two_hundred_logins_leave_one_small_cookie(tool):
    browser = tool.browser()
    for _ in range(200):
        started = browser.log_in()
    sent = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    assert len(sent) < 100
    token = tool.platform.sign(tool.platform.claims(nonce=started.nonce))
    assert browser.post_launch(token, started.state).status_code == 303


def test_a_frame_that_keeps_no_cookie_is_offered_a_new_tab(tool):
    bounce = fresh(tool).post("/lti/login", data={**fields(tool, '"><b>'), "lti_message_hint": "a hint"})
    page = fresh(tool).get(bounce.headers["location"])
    assert (page.status_code, "cookies-blocked" in page.text) == (200, True)
    assert 'target="_blank"' in page.text
    assert 'name="lti_message_hint" value="a hint"' in page.text
    assert "cairn_tried" not in page.text
    assert '"><b>' not in page.text
    assert "form-action 'self' https:" in page.headers["content-security-policy"]


def test_the_new_tab_repeats_the_login_and_enters(tool):
    sent = fields(tool, "h")
    assert fresh(tool).get(fresh(tool).post("/lti/login", data=sent).headers["location"]).status_code == 200
    tab = tool.browser()
    assert tab.launch().status_code == 303


def test_a_launch_without_any_cookie_is_refused(tool):
    started = tool.browser().log_in()
    token = tool.platform.sign(tool.platform.claims(nonce=started.nonce))
    assert_out(tool, tool.browser().post_launch(token, started.state), "cookies-blocked")


def test_an_attackers_launch_does_not_enter_a_victims_browser(tool):
    attacker, victim = tool.browser(), tool.browser()
    started = attacker.log_in()
    victim.log_in()
    token = tool.platform.sign(tool.platform.claims(nonce=started.nonce, sub="attacker"))
    assert_out(tool, victim.post_launch(token, started.state), "other-browser")


def test_a_victims_session_survives_an_attackers_launch(tool):
    victim = tool.browser()
    victim.launch(sub="victim", name="Victim")
    started = tool.browser().log_in()
    token = tool.platform.sign(tool.platform.claims(nonce=started.nonce, sub="attacker"))
    assert victim.post_launch(token, started.state).status_code == 403
    assert "Victim" in victim.client.get("/").text


def test_a_session_that_was_there_before_is_never_taken_over(tool):
    browser = tool.browser()
    browser.client.cookies.set("__Host-cairn", "chosen-by-somebody")
    assert "chosen-by-somebody" not in browser.launch().headers["set-cookie"]


def test_a_replay_in_the_same_browser_enters_once(tool):
    browser = tool.browser()
    started = browser.log_in()
    token = tool.platform.sign(tool.platform.claims(nonce=started.nonce))
    assert browser.post_launch(token, started.state).status_code == 303
    again = browser.post_launch(token, started.state)
    assert (again.status_code, "already-used" in again.text) == (403, True)
    assert tool.count(WebSession) == (1,)


def test_a_state_ends_after_ten_minutes(tool, clock):
    browser = tool.browser()
    started = browser.log_in()
    clock.pass_by(minutes=10, seconds=1)
    token = tool.platform.sign(tool.platform.claims(nonce=started.nonce))
    assert_out(tool, browser.post_launch(token, started.state), "state-expired", 400)


def test_a_state_changed_at_any_character_is_refused(tool):
    browser = tool.browser()
    started = browser.log_in()
    token = tool.platform.sign(tool.platform.claims(nonce=started.nonce))
    for at, said in enumerate(started.state):
        changed = started.state[:at] + ("B" if said == "A" else "A") + started.state[at + 1 :]
        response = browser.post_launch(token, changed)
        assert response.status_code == 400, changed
    assert tool.count(User, WebSession) == (0, 0)
    assert browser.post_launch(token, started.state).status_code == 303


@pytest.mark.parametrize("state", ["", "x", "1." * 400, "ä" * 20], ids=["empty", "short", "long", "no ASCII"])
def test_a_state_of_no_known_form_is_refused(tool, state):
    browser = tool.browser()
    token = tool.platform.sign(tool.platform.claims(nonce=browser.log_in().nonce))
    assert browser.post_launch(token, state).status_code == 400
    assert tool.count(User, WebSession) == (0, 0)


def test_the_state_of_one_login_does_not_take_the_nonce_of_another(tool):
    browser = tool.browser()
    first, second = browser.log_in(), browser.log_in()
    token = tool.platform.sign(tool.platform.claims(nonce=second.nonce))
    assert_out(tool, browser.post_launch(token, first.state), "nonce", 401)


def test_a_login_of_one_registration_is_not_answered_by_another(tool):
    other = tool.add_platform(issuer="https://other.test", institution="Other University")
    browser = tool.browser()
    started = browser.log_in()
    token = other.sign(other.claims(nonce=started.nonce), kid=tool.platform.kid)
    assert_out(tool, browser.post_launch(token, started.state), "issuer", 401)


def test_two_tabs_of_two_courses_keep_both_sessions(tool):
    first = tool.launch_as("1", context={"id": "a"})
    second = tool.launch_as("1", context={"id": "b"})
    assert first.user.id == second.user.id
    for here in (first, second):
        assert isinstance(here, SignedIn)
        assert here.get("/").status_code == 200


def test_slots_are_taken_in_turn_from_a_random_start():
    assert isinstance(binding._turns, count)
    assert {binding.make_secret().slot for _ in range(8)} == set(range(8))


def test_eight_replays_at_once_enter_once(tool):
    browser = tool.browser()
    started = browser.log_in()
    token = tool.platform.sign(tool.platform.claims(nonce=started.nonce))
    cookies = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())

    def post(_number):
        sent = {"id_token": token, "state": started.state}
        return fresh(tool).post("/lti/launch", data=sent, headers={"cookie": cookies}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(post, range(8))) == [303] + [403] * 7
    assert tool.count(WebSession) == (1,)


def test_first_launches_at_once_make_one_person_and_one_course(tool):
    """Two frames of one page: both are the first to name the person, the course and the deployment."""
    tool.browser().launch(sub="somebody else", context={"id": "other"})
    logins = [(browser := tool.browser(), browser.log_in()) for _ in range(6)]

    def post(number):
        browser, started = logins[number]
        link = {"id": f"link-{number % 2}"}
        token = tool.platform.sign(tool.platform.claims(nonce=started.nonce, sub="new", resource_link=link))
        return browser.post_launch(token, started.state).status_code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(post, range(6))) == [303] * 6
    assert tool.count(User, Context, Membership, ResourceLink, LinkUser) == (2, 2, 2, 2, 3)
