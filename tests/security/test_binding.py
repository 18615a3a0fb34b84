"""S18, S19, S22, S24, S25, S30: state, nonce and cookies; each launch belongs to the browser it was begun in."""

import re
from html import unescape
from pathlib import Path

import pytest

from tests.attack_kit import (
    FOREIGN_POST,
    LOGIN,
    TOOL,
    assert_accepted,
    assert_human_page,
    code_of,
    follow_bounces,
    opens_session,
)  # fmt: skip

APP = Path(__file__).parents[2] / "app"
LOGINS = 200
HEADER_LIMIT = 8 * 1024
BASE64_OF_128_BITS = 22


def forget(browser):
    browser.cookies.clear()
    return browser


def cookie_header(browser):
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)


def log_in_without_cookies(stage, **changes: str):
    """The page that a browser sees which keeps no cookie, and the address that it was sent round to."""
    first = stage.browser().post(LOGIN, data=stage.login_fields(**changes), headers=FOREIGN_POST)
    where = first.headers["location"]
    return stage.browser().get(where), where, first


def read_form(page):
    """The one form of a page: its method, its action, its target and its fields."""
    tags = re.findall(r"<(form|input)\b([^>]*)>", page.text)
    attributes = [(tag, dict(re.findall(r'([a-z-]+)="([^"]*)"', text))) for tag, text in tags]
    forms = [found for tag, found in attributes if tag == "form"]
    assert len(forms) == 1
    fields = {found["name"]: found.get("value", "") for tag, found in attributes if tag == "input"}
    return forms[0], fields


def test_s18_states_and_nonces_are_long_and_never_the_same(stage):
    browser = stage.browser()
    begun = [stage.begin(browser) for _ in range(LOGINS)]
    assert len({login.state for login in begun}) == len({login.nonce for login in begun}) == len(begun)
    assert min(len(login.nonce) for login in begun) >= BASE64_OF_128_BITS
    assert len({login.nonce[:8] for login in begun}) == len(begun)


def test_s18_sessions_are_long_and_never_the_same(stage):
    tokens = {stage.launch(sub="same").browser.cookies["__Host-cairn"] for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= BASE64_OF_128_BITS


def test_s18_no_secret_comes_from_a_guessable_source():
    """Nowhere in the product; the LMS for practice and the sample people of `cairn seed` keep no secret."""
    pattern = re.compile(r"^\s*(import random|from random import|from uuid import .*uuid1)|uuid1\(|md5\(", re.MULTILINE)
    found = {str(file.relative_to(APP)) for file in APP.rglob("*.py") if pattern.search(file.read_text("utf-8"))}
    assert {name for name in found if not name.startswith("practice_lms/")} == {"cli/seeding.py"}


def test_s19_the_state_tells_nothing_and_holds_no_secret(stage):
    browser = stage.browser()
    begun = stage.begin(browser, login_hint="person-55", lti_message_hint="a secret hint")
    secrets = [cookie.value for cookie in browser.cookies.jar]
    assert secrets
    assert not any(secret in begun.answer.headers["location"] for secret in secrets)
    assert "person-55" not in begun.state


def test_s19_two_frames_of_one_page_both_launch(stage):
    """Both begin before either has a cookie; each cookie answer lands in the same jar."""
    fields = stage.login_fields()
    answers = [stage.browser().post(LOGIN, data=fields, headers=FOREIGN_POST) for _ in range(2)]
    shared = stage.browser()
    for answer in answers:
        take_cookies(shared, answer)
    begun = [stage.begin(shared) for _ in answers]
    for login in reversed(begun):
        assert stage.post(shared, stage.token(login.nonce), login.state).status_code == 303


def take_cookies(browser, answer):
    for line in answer.headers.get_list("set-cookie"):
        name, value = line.split(";")[0].split("=", 1)
        browser.cookies.set(name, value, domain="cairn.test")


def test_s22_two_hundred_logins_in_one_browser_keep_the_header_small(stage):
    browser = stage.browser()
    for _ in range(LOGINS):
        newest = stage.begin(browser)
    assert len(cookie_header(browser)) < HEADER_LIMIT
    assert stage.post(browser, stage.token(newest.nonce), newest.state).status_code == 303


def test_s22_two_hundred_logins_that_began_without_a_cookie_keep_the_header_small(stage):
    """As many frames at once: every login answers a browser that had no cookie yet, and all answers land in one jar."""
    jar = stage.browser()
    fields = stage.login_fields()
    for _ in range(LOGINS):
        take_cookies(jar, stage.browser().post(LOGIN, data=fields, headers=FOREIGN_POST))
    assert len(cookie_header(jar)) < HEADER_LIMIT
    newest = stage.begin(jar)
    assert stage.post(jar, stage.token(newest.nonce), newest.state).status_code == 303


def test_s22_long_hints_travel_by_form_or_are_refused(stage):
    """Canvas's hint is a JWT; nothing of it goes into a cookie."""
    browser = stage.browser()
    begun = stage.begin(browser, lti_message_hint="h" * 3000)
    assert begun.asked["lti_message_hint"] == "h" * 3000
    assert len(cookie_header(browser)) < 1000


@pytest.mark.parametrize("hint", ['{"cmid":3,"a":"ü &=+%"}', "a b", "%25", "<script>", "x\u2028y"])
def test_the_message_hint_comes_back_unaltered(stage, hint):
    for method in ("GET", "POST"):
        assert stage.begin(stage.browser(), method=method, lti_message_hint=hint).asked["lti_message_hint"] == hint


def test_s24_without_cookies_a_login_ends_at_a_page_that_opens_a_new_tab(stage):
    page, where, first = log_in_without_cookies(stage)
    assert page.headers["content-type"].startswith("text/html")
    assert_human_page(page)
    form, fields = read_form(page)
    assert (form["action"], form["target"]) == ("/lti/login", "_blank")
    assert "state" not in fields
    assert "nonce" not in fields
    assert not opens_session(page)
    assert stage.lms.authorization_url not in page.text
    secret = first.headers["set-cookie"].split(";")[0].partition("=")[2]
    assert len(secret) >= BASE64_OF_128_BITS
    assert secret not in where


def test_s24_the_new_tab_repeats_the_login_and_launches(stage):
    page, _where, _first = log_in_without_cookies(stage)
    _form, fields = read_form(page)
    tab = stage.browser()
    answer = follow_bounces(tab, tab.post(LOGIN, data=unescape_all(fields), headers={"sec-fetch-site": "same-origin"}))
    assert answer.headers["location"].startswith(stage.lms.authorization_url)


def unescape_all(fields):
    return {name: unescape(value) for name, value in fields.items()}


def test_s24_login_csrf_in_the_new_tab_is_refused(stage):
    """The attacker's token, posted into a tab that has begun its own login, and into one that keeps no cookie."""
    attacker = stage.begin(stage.browser())
    token = stage.token(attacker.nonce)
    page, _where, _first = log_in_without_cookies(stage)
    tab = stage.browser()
    follow_bounces(tab, tab.post(LOGIN, data=unescape_all(read_form(page)[1])))
    answers = [stage.post(tab, token, attacker.state), stage.post(stage.browser(), token, attacker.state)]
    assert [(answer.status_code, code_of(answer)) for answer in answers] == [
        (403, "other-browser"),
        (403, "cookies-blocked"),
    ]
    assert not any(opens_session(answer) for answer in answers)


def test_s24_login_csrf_leaves_the_victims_session_untouched(stage):
    victim = stage.launch(name="Vera Victim")
    cookie = victim.browser.cookies["__Host-cairn"]
    attacker = stage.begin(stage.browser())
    answer = stage.post(victim.browser, stage.token(attacker.nonce, name="Mal Attacker"), attacker.state)
    assert (answer.status_code, code_of(answer)) == (403, "other-browser")
    assert victim.browser.cookies["__Host-cairn"] == cookie
    assert victim.browser.get("/").status_code == 200


def test_s24_the_attackers_cookie_planted_by_a_neighbor_does_not_help(stage):
    """A host nearby can set a cookie for the whole domain, never one with the prefix __Host-."""
    for cookie in all_cookies(stage):
        assert cookie.startswith("__Host-")


def all_cookies(stage):
    browser = stage.browser()
    first = browser.post(LOGIN, data=stage.login_fields(), headers=FOREIGN_POST)
    second = follow_bounces(browser, first)
    launched = stage.launch(browser=browser)
    lines = [line for answer in (first, second, launched.answer) for line in answer.headers.get_list("set-cookie")]
    assert len(lines) >= 2
    return lines


def test_s30_every_cookie_is_of_this_host_alone_and_closed_to_script(stage):
    for line in all_cookies(stage):
        name, *attributes = (part.strip() for part in line.split(";"))
        assert name.startswith("__Host-cairn")
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned"} <= set(attributes)
        assert not any(attribute.lower().startswith("domain") for attribute in attributes)


def test_s30_only_one_place_writes_cookies():
    """So that what holds for these holds for all; the LMS for practice is another site."""
    pattern = re.compile(r"""["']set-cookie|\.(?:set|delete)_cookie\(""", re.IGNORECASE)
    found = {str(file.relative_to(APP)) for file in APP.rglob("*.py") if pattern.search(file.read_text("utf-8"))}
    assert {name for name in found if not name.startswith("practice_lms/")} == {"web/cookies.py"}
    written = re.findall(r'append\("set-cookie", f"(.*)"\)', (APP / "web/cookies.py").read_text("utf-8"))
    assert len(written) == 2
    assert all({"Path=/{age}", "Secure", "HttpOnly"} <= set(line.split("; ")) for line in written)


def test_s25_a_session_set_beforehand_is_never_adopted(stage):
    planted = "attackers-choice-attackers-choice-attackers"
    victim = stage.browser()
    victim.cookies.set("__Host-cairn", planted, domain="cairn.test")
    tried = stage.launch(browser=victim)
    set_now = next(line for line in tried.answer.headers.get_list("set-cookie") if line.startswith("__Host-cairn="))
    assert planted not in set_now
    attacker = stage.browser()
    attacker.cookies.set("__Host-cairn", planted, domain="cairn.test")
    assert attacker.get("/").status_code == 401


def test_s25_each_launch_opens_a_session_of_its_own_and_the_earlier_one_stays(stage):
    first = stage.launch(sub="one person")
    second = stage.launch(sub="one person")
    assert first.browser.cookies["__Host-cairn"] != second.browser.cookies["__Host-cairn"]
    assert [tried.browser.get("/").status_code for tried in (first, second)] == [200, 200]


def test_s25_after_another_persons_launch_the_old_tabs_form_saves_nothing(stage):
    browser = stage.browser()
    assert_accepted(stage.launch(browser=browser, name="Ada First"))
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/").text)[1]
    assert_accepted(stage.launch(browser=browser, name="Sam Second"))
    fields = {"csrf": token, "look": "dark", "back": "/", "text": "my private words"}
    answer = browser.post("/look", data=fields, headers={"sec-fetch-site": "same-origin", "origin": TOOL})
    assert (answer.status_code, code_of(answer)) == (409, "someone-else")
    assert "Sam Second" in answer.text
    assert "my private words" not in answer.text
    assert "Ada First" not in answer.text
