"""S19, S24, S32: launches without cookies. The LMS's page keeps the secret; only our own page may bring it back."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import event, update

from app.lti.models import LaunchFailure, Registration, SpentNonce
from app.membership.models import User, Visit
from app.practice_lms.forms import read_form
from app.web.cookies import SESSION
from app.web.models import WebSession, WebTicket
from tests.clients import Client
from tests.deep_linking_kit import DL, settings
from tests.lti_kit import BASE_URL, INSTRUCTOR

TARGET = "post_message_forwarding"
FOREIGN, OURS = {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-origin"}
LAUNCH, STORED = "/lti/launch", "/lti/launch/stored"


@dataclass(frozen=True)
class Offered:
    """A login whose page asks the LMS to keep a secret: what its script and its form hold."""

    page: Any
    data: dict[str, str]

    @property
    def asked(self) -> dict[str, str]:
        """The parameters of the address to which the script goes on."""
        return dict(parse_qsl(urlsplit(self.data["next"]).query))

    @property
    def state(self) -> str:
        return self.asked["state"]

    @property
    def secret(self) -> str:
        return self.data["secret"]


def blank(tool) -> Client:
    """A frame that keeps no cookie: each request comes from a browser that never was here."""
    return Client(tool.app, base_url=BASE_URL, follow_redirects=False)


def read_data(page) -> dict[str, str]:
    tag = re.search(r'<script src="[^"]*platform-storage\.js"([^>]*)>', page.text)
    return {name: unescape(value) for name, value in re.findall(r'data-(\w+)="([^"]*)"', tag[1])} if tag else {}


def log_in(tool, *, headers=FOREIGN, at="/lti/login", **changes: Any) -> Offered:
    platform = tool.platform
    fields = {
        "iss": platform.issuer, "client_id": platform.client_id, "login_hint": "h", "lti_message_hint": "m",
        "target_link_uri": f"{BASE_URL}/lti/launch", "lti_storage_target": TARGET, **changes,
    }  # fmt: skip
    bounce = blank(tool).post(at, data=fields, headers=headers)
    page = blank(tool).get(bounce.headers["location"], headers=headers)
    assert page.status_code == 200, page.text
    return Offered(page, read_data(page))


def token_for(tool, offered, **changes: Any) -> str:
    return tool.platform.sign(tool.platform.claims(**{"nonce": offered.asked["nonce"], **changes}))


def post(tool, offered, token, *, path=STORED, headers=OURS, browser=None, **changes: Any):
    fields = {"id_token": token, "state": offered.state, "secret": offered.secret, **changes}
    return (browser or blank(tool)).post(path, data=fields, headers=headers)


def assert_out(tool, answer, code, status=403):
    assert (answer.status_code, code in answer.text) == (status, True), answer.text
    assert "set-cookie" not in answer.headers
    assert tool.count(User, WebSession, WebTicket, SpentNonce) == (0, 0, 0, 0)


# --- the login


def test_the_login_page_tells_its_script_where_to_keep_a_secret_and_where_to_go_on(tool):
    offered = log_in(tool)
    assert (offered.data["target"], offered.data["origin"]) == (TARGET, "https://lms.test")
    assert re.fullmatch(r"cairn_[0-9a-f]{32}", offered.data["key"])
    assert re.fullmatch(r"[\w-]{43}", offered.secret)
    assert offered.data["next"].startswith("https://lms.test/auth?")
    assert (offered.asked["login_hint"], offered.asked["lti_message_hint"]) == ("h", "m")
    assert offered.asked["redirect_uri"] == f"{BASE_URL}/lti/launch"


def test_the_login_page_holds_no_inline_script_and_its_policy_needs_none(tool):
    page = log_in(tool).page
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son[a-z]+=", page.text)
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


def test_the_login_page_still_holds_the_way_into_a_new_tab(tool):
    page = log_in(tool).page
    form = read_form(page.text)
    assert form.action == "/lti/login"
    assert (form.fields["login_hint"], form.fields["lti_message_hint"]) == ("h", "m")
    assert "lti_storage_target" not in form.fields
    assert 'target="_blank"' in page.text
    assert "cookies-blocked" in page.text


def test_a_server_with_a_login_address_of_its_own_is_sent_back_to_that_in_the_tab(tool):
    """At the common address its issuer and client id may be somebody else's."""
    with tool.house.database.reading() as db:
        own = f"/lti/login/{db.query(Registration).one().uuid}"
    for target in (TARGET, ""):
        page = log_in(tool, at=own, lti_storage_target=target).page
        assert read_form(page.text).action == own


def test_the_login_writes_nothing_and_tells_the_secret_to_nobody_but_the_script(tool):
    offered = log_in(tool)
    assert offered.secret not in offered.data["next"]
    assert offered.page.text.count(offered.secret) == 1
    assert tool.count(User, WebSession, SpentNonce, LaunchFailure) == (0, 0, 0, 0)


def test_each_login_has_a_secret_and_a_key_of_its_own(tool):
    """Also two frames of one page, which share the LMS's one storage."""
    several = [log_in(tool) for _ in range(5)]
    assert len({one.secret for one in several}) == len({one.data["key"] for one in several}) == 5


def test_a_plain_frame_and_the_page_itself_may_be_named(tool):
    for target in ("_parent", "frame-1", "x" * 64):
        assert log_in(tool, lti_storage_target=target).data["target"] == target


def test_a_name_that_no_frame_has_is_as_good_as_none(tool):
    for target in ("", "_top", "_blank", "a b", "x" * 65, '"><script>', "ä", "1", [TARGET, "other"]):
        offered = log_in(tool, lti_storage_target=target)
        assert offered.data == {}, target
        assert read_form(offered.page.text).action == "/lti/login"


def test_a_browser_that_could_not_prove_its_page_is_sent_to_the_new_tab_at_once(tool):
    """Without Sec-Fetch-Site the launch would be refused, after the LMS's one-shot hint was spent."""
    assert log_in(tool, headers={}).data == {}


def test_a_sign_in_address_without_an_origin_of_its_own_gets_no_secret(tool):
    with tool.house.database.writing() as db:
        db.execute(update(Registration).values(authorization_url="https://name@lms.test/auth"))
    assert log_in(tool).data == {}


def test_a_browser_with_a_cookie_never_sees_that_page(tool):
    browser = tool.browser()
    started = browser.log_in(lti_storage_target=TARGET)
    answer = browser.post_launch(tool.platform.sign(tool.platform.claims(nonce=started.nonce)), started.state)
    assert (answer.status_code, SESSION in browser.client.cookies) == (303, True)


# --- the launch


def test_the_launch_page_asks_the_same_place_and_posts_to_us(tool):
    offered = log_in(tool)
    token = token_for(tool, offered)
    page = post(tool, offered, token, path=LAUNCH, headers=FOREIGN)
    assert page.status_code == 200
    form = read_form(page.text)
    assert (form.method, form.action) == ("post", STORED)
    assert form.fields == {"id_token": token, "state": offered.state, "secret": ""}
    assert read_data(page) == {name: offered.data[name] for name in ("target", "origin", "key")}
    assert "unsafe" not in page.headers["content-security-policy"]
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "same-origin")


def test_the_launch_page_lets_nobody_in_and_writes_nothing(tool):
    """Not even where the secret comes along: this form was made by another site."""
    offered = log_in(tool)
    page = post(tool, offered, token_for(tool, offered), path=LAUNCH, headers=FOREIGN)
    assert offered.secret not in page.text
    assert "set-cookie" not in page.headers
    assert tool.count(User, WebSession, SpentNonce, WebTicket) == (0, 0, 0, 0)


def test_with_the_secret_the_launch_ends_in_a_ticket_and_the_tab_is_signed_in(tool):
    offered = log_in(tool)
    page = post(tool, offered, token_for(tool, offered, name="Ada Learner"))
    assert page.status_code == 200, page.text
    assert "set-cookie" not in page.headers
    form = read_form(page.text)
    assert (form.action, form.fields["back"]) == ("/new-tab/open", "/")
    tab = blank(tool)
    opened = tab.post(form.action, data=form.fields, headers=OURS)
    assert (opened.status_code, opened.headers["location"]) == (303, "/")
    assert "Ada Learner" in tab.get("/").text
    assert tool.count(User, Visit, SpentNonce, WebTicket) == (1, 1, 1, 0)


def test_the_tab_opens_what_the_link_names(tool):
    offered = log_in(tool)
    page = post(tool, offered, token_for(tool, offered, custom={"cairn_key": "module/m0"}))
    assert read_form(page.text).fields["back"].startswith("/modules/")


def test_the_ticket_page_is_framed_by_the_signed_origins_only(tool):
    offered = log_in(tool)
    page = post(tool, offered, token_for(tool, offered))
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'self' https://lms.test")


def test_the_whole_launch_is_one_transaction(tool):
    tool.browser().launch()  # the platform's keys are known now: fetching them is noted, and no part of the launch
    offered, commits = log_in(tool), []
    token = token_for(tool, offered)
    event.listen(tool.house.database.engine, "commit", lambda _connection: commits.append(1))
    assert post(tool, offered, token).status_code == 200
    assert len(commits) == 1


def test_neither_token_nor_secret_nor_ticket_stands_in_any_address(tool):
    """S32."""
    offered = log_in(tool)
    token = token_for(tool, offered)
    asking = post(tool, offered, token, path=LAUNCH, headers=FOREIGN)
    page = post(tool, offered, token)
    ticket = read_form(page.text).fields["ticket"]
    opened = blank(tool).post("/new-tab/open", data={"ticket": ticket, "back": "/"}, headers=OURS)
    addresses = [offered.data["next"], opened.headers["location"]]
    for answer in (asking, page):
        addresses += re.findall(r'(?:action|href|src)="([^"]*)"', answer.text)
    assert not any(secret in address for secret in (token, offered.secret, ticket) for address in addresses)


# --- who stays out


def test_login_csrf_with_the_attackers_own_token_state_and_secret_is_refused(tool):
    """S24: Everything is genuine but the page that the victim's browser was made to post it from."""
    offered = log_in(tool)
    token = token_for(tool, offered, sub="attacker")
    for site in ("cross-site", "same-site", "none", "", "same-origin, cross-site"):
        assert_out(tool, post(tool, offered, token, headers={"sec-fetch-site": site}), "other-browser")
    assert post(tool, offered, token).status_code == 200


def test_a_browser_that_does_not_say_whose_form_it_sends_is_refused(tool):
    offered = log_in(tool)
    assert_out(tool, post(tool, offered, token_for(tool, offered), headers={}), "cookies-blocked")


def test_login_csrf_leaves_the_victims_session_untouched(tool):
    """S24."""
    victim = tool.launch_as("victim", name="Vera Victim")
    cookie = victim.client.cookies[SESSION]
    offered = log_in(tool)
    token = token_for(tool, offered, sub="attacker")
    for path in (LAUNCH, STORED):
        answer = post(tool, offered, token, path=path, headers=FOREIGN, browser=victim.client)
        assert "set-cookie" not in answer.headers
    assert victim.client.cookies[SESSION] == cookie
    assert "Vera Victim" in victim.get("/").text
    assert tool.count(User) == (1,)


def test_an_lms_that_never_answers_ends_at_a_page_that_says_so(tool):
    offered = log_in(tool)
    answer = post(tool, offered, token_for(tool, offered), secret="")
    assert_out(tool, answer, "cookies-blocked")
    assert "new tab" in answer.text


def test_only_the_secret_of_this_very_login_counts(tool):
    """S19."""
    offered, other = log_in(tool), log_in(tool)
    token = token_for(tool, offered)
    for wrong in (other.secret, offered.state, offered.data["key"], offered.secret[:-1], "ä", "x" * 10_000):
        assert_out(tool, post(tool, offered, token, secret=wrong), "other-browser")


def test_the_token_of_one_login_does_not_enter_with_the_secret_of_another(tool):
    """S17: The attacker's token, slipped under a login that the victim's browser began itself."""
    victim, attacker = log_in(tool), log_in(tool)
    assert_out(tool, post(tool, victim, token_for(tool, attacker, sub="attacker")), "nonce", 401)


def test_a_cookies_state_and_secret_open_nothing_here(tool):
    browser = tool.browser()
    started = browser.log_in()
    secret = next(value for name, value in browser.client.cookies.items() if name.startswith("__Host-cairn-b"))
    fields = {
        "id_token": tool.platform.sign(tool.platform.claims(nonce=started.nonce)), "state": started.state,
        "secret": secret,
    }  # fmt: skip
    assert_out(tool, blank(tool).post(STORED, data=fields, headers=OURS), "other-browser")


def test_a_stored_secret_in_a_cookie_opens_nothing_there(tool):
    offered, browser = log_in(tool), blank(tool)
    browser.cookies.set("__Host-cairn-b0", offered.secret)
    page = post(tool, offered, token_for(tool, offered), path=LAUNCH, headers=FOREIGN, browser=browser)
    assert "set-cookie" not in page.headers
    assert tool.count(User, WebSession) == (0, 0)


def test_a_replay_is_refused(tool):
    """S16."""
    offered = log_in(tool)
    token = token_for(tool, offered)
    assert post(tool, offered, token).status_code == 200
    again = post(tool, offered, token)
    assert (again.status_code, "already-used" in again.text) == (403, True)
    assert tool.count(WebSession, WebTicket, Visit) == (1, 1, 1)


def test_a_state_ends_after_ten_minutes_at_both_steps(tool, clock):
    """S19."""
    offered = log_in(tool)
    clock.pass_by(minutes=10, seconds=1)
    token = token_for(tool, offered)
    for path in (LAUNCH, STORED):
        assert_out(tool, post(tool, offered, token, path=path), "state-expired", 400)


def test_a_state_whose_branch_was_changed_is_refused(tool):
    """S19."""
    offered = log_in(tool)
    token = token_for(tool, offered)
    for state in (offered.state.replace(TARGET, ""), offered.state.replace(TARGET, "_parent")):
        assert_out(tool, post(tool, offered, token, state=state), "state-invalid", 400)


def test_a_registration_closed_meanwhile_is_told_at_both_steps(tool):
    offered = log_in(tool)
    token = token_for(tool, offered)
    with tool.house.database.writing() as db:
        db.execute(update(Registration).values(is_active=False))
    for path in (LAUNCH, STORED):
        assert_out(tool, post(tool, offered, token, path=path), "registration-closed")


def test_a_sign_in_address_that_lost_its_origin_meanwhile_is_not_asked(tool):
    offered = log_in(tool)
    with tool.house.database.writing() as db:
        db.execute(update(Registration).values(authorization_url="https://name@lms.test/auth"))
    assert_out(tool, post(tool, offered, token_for(tool, offered), path=LAUNCH), "cookies-blocked")


def test_every_rule_of_a_token_holds_here_too(tool):
    offered = log_in(tool)
    forged = tool.platform.sign(tool.platform.claims(nonce=offered.asked["nonce"]), kid="nobody's")
    cases = [
        (token_for(tool, offered, aud="another"), "audience", 401),
        (token_for(tool, offered, iss="https://evil.test"), "issuer", 401),
        (token_for(tool, offered, exp=1), "token-times", 401),
        (token_for(tool, offered, custom={"cairn_key": "module/none"}), "content-unknown", 404),
        (forged, "key-unknown", 401),
        ("no token", "token-malformed", 400),
    ]
    for token, code, status in cases:
        assert_out(tool, post(tool, offered, token), code, status)


def test_an_error_of_the_platform_is_told_and_asks_nothing(tool):
    offered = log_in(tool)
    sent = {"error": "login_required", "state": offered.state}
    answer = blank(tool).post(LAUNCH, data=sent, headers=FOREIGN)
    assert_out(tool, answer, "platform-error", 400)


def test_a_form_that_is_none_of_ours_is_refused(tool):
    state = log_in(tool).state
    for fields in (
        {"secret": "s"}, {"id_token": "t", "secret": "s"}, {"state": "s", "secret": "s"}, {"error": "login_required"},
        {"error": "x", "id_token": "", "state": "s"}, {"id_token": "t", "state": state, "secret": ["one", "two"]},
    ):  # fmt: skip
        answer = blank(tool).post(STORED, data=fields, headers=OURS)
        assert answer.status_code == 400, (fields, answer.text)
    assert tool.count(User, WebSession) == (0, 0)


def test_an_error_with_a_good_secret_is_no_launch(tool):
    offered = log_in(tool)
    sent = {"error": "login_required", "state": offered.state, "secret": offered.secret}
    assert_out(tool, blank(tool).post(STORED, data=sent, headers=OURS), "token-malformed", 400)


def test_the_address_takes_forms_only(tool):
    assert blank(tool).get(STORED).status_code == 405
    json = {"content-type": "application/json", **OURS}
    assert blank(tool).post(STORED, content=b"{}", headers=json).status_code == 415


def test_refusals_are_counted_for_whoever_runs_the_lms(tool):
    offered = log_in(tool)
    post(tool, offered, token_for(tool, offered), secret="")
    with tool.house.database.reading() as db:
        (row,) = db.query(LaunchFailure).all()
    assert (row.registration_id, row.reason) == (tool.platform.registration_id, "cookies-blocked")


# --- the ticket


def test_a_strangers_form_redeems_no_ticket_of_a_launch(tool):
    """S24: Login CSRF one step later: the attacker launches himself, and posts his own ticket."""
    offered = log_in(tool)
    form = read_form(post(tool, offered, token_for(tool, offered, sub="attacker")).text)
    victim = blank(tool)
    answer = victim.post(form.action, data=form.fields, headers=FOREIGN)
    assert (answer.status_code, SESSION in victim.cookies) == (403, False)


def test_the_ticket_of_a_launch_opens_one_tab(tool):
    """S32."""
    offered = log_in(tool)
    form = read_form(post(tool, offered, token_for(tool, offered)).text)
    answers = [blank(tool).post(form.action, data=form.fields, headers=OURS).status_code for _ in range(2)]
    assert answers == [303, 403]


def test_the_ticket_of_a_launch_ends_after_a_minute(tool, clock):
    """S32."""
    offered = log_in(tool)
    form = read_form(post(tool, offered, token_for(tool, offered)).text)
    clock.pass_by(seconds=61)
    late = blank(tool).post(form.action, data=form.fields, headers=OURS)
    assert (late.status_code, "ticket-spent" in late.text) == (403, True)


def test_the_tab_has_the_session_of_the_launch_and_so_its_choice_of_content(tool):
    """What deep linking asks for is bound to the session that the launch opened; there is no other one."""
    offered = log_in(tool)
    asked = {"message_type": "LtiDeepLinkingRequest", "roles": [INSTRUCTOR], "resource_link": ...}
    page = post(tool, offered, token_for(tool, offered, **asked, **{f"{DL}deep_linking_settings": settings()}))
    form = read_form(page.text)
    tab = blank(tool)
    opened = tab.post(form.action, data=form.fields, headers=OURS)
    assert tool.count(WebSession) == (1,)
    picker = tab.get(opened.headers["location"])
    assert (picker.status_code, 'name="choice"' in picker.text) == (200, True), picker.text


def test_before_its_ticket_is_redeemed_nobody_can_be_in_the_session_of_a_launch(tool):
    offered = log_in(tool)
    form = read_form(post(tool, offered, token_for(tool, offered)).text)
    with tool.house.database.reading() as db:
        (kept,) = db.query(WebSession).all()
    for guess in (form.fields["ticket"], kept.token_hash, offered.secret):
        guesser = blank(tool)
        guesser.cookies.set(SESSION, guess)
        assert guesser.get("/").status_code == 401
