"""Attacks by how a launch is begun, carried and repeated; the token itself is honest."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from tests.attack_kit import FOREIGN_POST, LAUNCH, LOGIN, Stage, Tried, follow_bounces, opens_session
from tests.clients import Client
from tests.security.attacks import Attack, under

STATE_LIVES = timedelta(minutes=10)
PARALLEL = 8


def watch(stage: Stage, browser: Client, act: Callable[[], Any]) -> Tried:
    """What an act leaves behind."""
    before = stage.count()
    answer = act()
    return Tried(answer, browser, None, before, stage.count())  # type: ignore[arg-type]


def replay(stage: Stage) -> Tried:
    first = stage.launch()
    assert first.status == 303
    token = stage.token(first.begun.nonce, sub="somebody-else")
    return watch(stage, first.browser, lambda: stage.post(first.browser, token, first.begun.state))


def replay_of_the_same_form(stage: Stage) -> Tried:
    browser = stage.browser()
    begun = stage.begin(browser)
    token = stage.token(begun.nonce)
    assert stage.post(browser, token, begun.state).status_code == 303
    return watch(stage, browser, lambda: stage.post(browser, token, begun.state))


def replay_in_eight_at_once(stage: Stage) -> Tried:
    """Returns the worst of the seven that must lose: one that got a session, if there is one."""
    browser = stage.browser()
    begun = stage.begin(browser)
    token = stage.token(begun.nonce)
    jar = dict(browser.cookies)

    def post(_number: int) -> Any:
        own = stage.browser()
        own.cookies.update(jar)
        return stage.post(own, token, begun.state)

    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(post, range(PARALLEL)))
    winners = [answer for answer in answers if opens_session(answer)]
    losers = [answer for answer in answers if not opens_session(answer)]
    assert winners, [answer.status_code for answer in answers]
    assert len({answer.status_code for answer in losers}) <= 1
    rows = stage.count()
    return Tried((winners[1:] or losers)[0], browser, begun, rows, rows)


def nonce_of_another_login(stage: Stage) -> Tried:
    browser = stage.browser()
    other = stage.begin(browser)
    return stage.launch(lambda _begun: stage.token(other.nonce), browser=browser)


def nonce_of_another_registration(stage: Stage) -> Tried:
    browser = stage.browser()
    other = stage.begin(browser, stage.platforms["far"])
    return stage.launch(lambda _begun: stage.token(other.nonce), browser=browser)


def with_state(change: Callable[[str], str | None]) -> Callable[[Stage], Tried]:
    """An honest launch whose state is another one; None leaves it out."""

    def run(stage: Stage) -> Tried:
        browser = stage.browser()
        begun = stage.begin(browser)
        fields = {"id_token": stage.token(begun.nonce), "state": change(begun.state)}
        sent = {name: value for name, value in fields.items() if value is not None}
        return watch(stage, browser, lambda: browser.post(LAUNCH, data=sent, headers=FOREIGN_POST))

    return run


def flip(text: str, place: int) -> str:
    return text[:place] + ("B" if text[place] == "A" else "A") + text[place + 1 :]


def expired_state(stage: Stage) -> Tried:
    browser = stage.browser()
    begun = stage.begin(browser)
    stage.clock.now += STATE_LIVES + timedelta(seconds=1)
    token = stage.token(begun.nonce)
    return watch(stage, browser, lambda: stage.post(browser, token, begun.state))


def in_another_browser(stage: Stage, *, has_begun: bool) -> Tried:
    """An attacker's own login and token, posted from the browser of somebody else."""
    begun = stage.begin(stage.browser())
    victim = stage.browser()
    if has_begun:
        stage.begin(victim)
    token = stage.token(begun.nonce)
    return watch(stage, victim, lambda: stage.post(victim, token, begun.state))


def login_csrf_while_signed_in(stage: Stage) -> Tried:
    """The victim is in Cairn already; afterwards they still are, as themselves."""
    victim = stage.launch(name="Victim")
    begun = stage.begin(stage.browser())
    token = stage.token(begun.nonce, name="Attacker")
    tried = watch(stage, victim.browser, lambda: stage.post(victim.browser, token, begun.state))
    page = victim.browser.get("/")
    assert page.status_code == 200
    assert "Attacker" not in page.text
    return tried


def cookie_invented(stage: Stage) -> Tried:
    """Login cookies in every slot, none of them ours."""
    begun = stage.begin(stage.browser())
    victim = stage.browser()
    for slot in range(PARALLEL):
        victim.cookies.set(f"__Host-cairn-b{slot}", "A" * 43)
    token = stage.token(begun.nonce)
    return watch(stage, victim, lambda: stage.post(victim, token, begun.state))


def across(begun_at: str, launched_by: str) -> Callable[[Stage], Tried]:
    """A login of one registration, the valid token of another, one browser."""

    def run(stage: Stage) -> Tried:
        other = stage.platforms[launched_by]
        return stage.launch(lambda begun: stage.token(begun.nonce, other), lms=stage.platforms[begun_at])

    return run


def by_get(stage: Stage) -> Tried:
    browser = stage.browser()
    begun = stage.begin(browser)
    sent = {"id_token": stage.token(begun.nonce), "state": begun.state}
    return watch(stage, browser, lambda: browser.get(LAUNCH, params=sent))


def in_the_query(stage: Stage) -> Tried:
    browser = stage.browser()
    begun = stage.begin(browser)
    sent = {"id_token": stage.token(begun.nonce), "state": begun.state}
    return watch(stage, browser, lambda: browser.post(LAUNCH, params=sent, data={"x": "y"}, headers=FOREIGN_POST))


def posted_as(**how: Any) -> Callable[[Stage], Tried]:
    """The launch in another form than an URL-encoded one."""

    def run(stage: Stage) -> Tried:
        browser = stage.browser()
        begun = stage.begin(browser)
        sent = {"id_token": stage.token(begun.nonce), "state": begun.state}
        body = {name: make(sent) for name, make in how.items()}
        return watch(stage, browser, lambda: browser.post(LAUNCH, headers=FOREIGN_POST, **body))

    return run


def with_field_twice(name: str) -> Callable[[Stage], Tried]:
    def run(stage: Stage) -> Tried:
        browser = stage.browser()
        begun = stage.begin(browser)
        sent: dict[str, Any] = {"id_token": stage.token(begun.nonce), "state": begun.state}
        sent[name] = [sent[name], sent[name]]
        return watch(stage, browser, lambda: browser.post(LAUNCH, data=sent, headers=FOREIGN_POST))

    return run


def login_with(**changes: Any) -> Callable[[Stage], Tried]:
    """A login that must not come as far as the platform."""

    def run(stage: Stage) -> Tried:
        browser = stage.browser()

        def act() -> Any:
            answer = stage.log_in(browser, **changes)
            assert stage.lms.authorization_url not in answer.headers.get("location", "")
            return answer

        return watch(stage, browser, act)

    return run


def login_twice(name: str) -> Callable[[Stage], Tried]:
    def run(stage: Stage) -> Tried:
        browser = stage.browser()
        fields: dict[str, Any] = stage.login_fields()
        fields[name] = [fields[name], "https://evil.test/lti/launch"]
        return watch(stage, browser, lambda: follow_bounces(browser, browser.post(LOGIN, data=fields)))

    return run


def platform_error(stage: Stage) -> Tried:
    browser = stage.browser()
    begun = stage.begin(browser)
    sent = {"error": "login_required", "error_description": "no session", "state": begun.state}
    return watch(stage, browser, lambda: browser.post(LAUNCH, data=sent, headers=FOREIGN_POST))


def key_of_the_old_set(stage: Stage) -> Tried:
    """A key that the platform has withdrawn, after the set was read again."""
    stage.launch()
    stage.lms.keys = [{**stage.lms.jwk(), "kid": "new"}]
    stage.clock.now += timedelta(minutes=31)
    return stage.launch()


TARGETS = {
    "foreign": "https://evil.test/lti/launch", "no-scheme": "//evil.test/lti/launch", "backslash": "\\\\evil.test",
    "script": "javascript:alert(1)", "userinfo": "https://cairn.test@evil.test/",
    "backslash-host": "https://cairn.test\\@evil.test/",
    "lines": f"{LAUNCH}\r\nset-cookie: a=b", "suffix": "https://cairn.test.evil.test/",
    "http": "http://cairn.test/lti/launch",
    "other-port": "https://cairn.test:8443/lti/launch", "relative": "/lti/launch",
}  # fmt: skip
REPLAYS = (
    *under(
        "S16",
        Attack("replay-same-form-same-browser", ("already-used",), replay_of_the_same_form, 65),
        Attack("replay-of-a-state-with-another-token", ("already-used",), replay),
        Attack("replay-eight-at-once", ("already-used",), replay_in_eight_at_once),
    ),
    *under(
        "S17",
        Attack("nonce-of-another-logins-state", ("nonce",), nonce_of_another_login, 66),
        Attack("nonce-of-another-registrations-login", ("nonce",), nonce_of_another_registration),
    ),
)
STATES = (
    *under("S19",
        Attack("state-missing", ("bad-launch", "state-invalid"), with_state(lambda _state: None), 67, counted_for=None),
        Attack("state-empty", ("bad-launch", "state-invalid"), with_state(lambda _state: ""), counted_for=None),
        Attack("state-unknown", ("state-invalid",), with_state(lambda _state: "never-issued"), 67, counted_for=None),
        Attack("state-first-character", ("state-invalid",), with_state(lambda state: flip(state, 0)), counted_for=None),
        Attack("state-last-character", ("state-invalid",), with_state(lambda state: flip(state, len(state) - 1)),
            counted_for=None),
        Attack("state-middle-character", ("state-invalid",), with_state(lambda state: flip(state, len(state) // 2)),
            counted_for=None),
        Attack("state-longer", ("state-invalid",), with_state(lambda state: f"{state}A"), counted_for=None),
        Attack("state-10-kB", ("state-invalid",), with_state(lambda state: state * 50), counted_for=None),
        Attack("state-not-ascii", ("state-invalid",), with_state(lambda state: f"{state}\u00e9"), counted_for=None),
        Attack("state-expired", ("state-expired",), expired_state, 67, counted_for=None),
        Attack("state-of-another-browser", ("other-browser",),
            lambda stage: in_another_browser(stage, has_begun=True), 67),
    ),
)  # fmt: skip
BROWSERS = (
    *under(
        "S24",
        Attack(
            "cookie-missing-and-no-proof",
            ("cookies-blocked",),
            lambda stage: in_another_browser(stage, has_begun=False),
            68,
        ),
        Attack("login-csrf", ("other-browser",), lambda stage: in_another_browser(stage, has_begun=True), 69),
        Attack("login-csrf-while-signed-in", ("other-browser",), login_csrf_while_signed_in, 69),
        Attack("login-csrf-with-invented-cookies", ("other-browser",), cookie_invented, 69),
    ),
)
REGISTRATIONS = (
    *under(
        "S11",
        Attack("token-of-another-client-of-this-issuer", ("audience",), across("home", "same issuer"), status=401),
        Attack("token-of-another-issuer", ("issuer",), across("home", "far")),
        Attack("token-of-an-issuer-with-the-same-key", ("issuer",), across("home", "same key")),
        Attack("token-for-the-home-at-the-far-one", ("issuer",), across("far", "home"), counted_for="far"),
    ),
)
FORMS = (
    *under("S26",
        Attack("launch-by-get", ("bad-request", "not-found"), by_get, status=405, counted_for=None),
        Attack("token-in-the-query", ("bad-launch",), in_the_query, counted_for=None),
        Attack("launch-as-json", ("unsupported-form",), posted_as(json=dict), status=415, counted_for=None),
        Attack(
            "launch-as-multipart", ("unsupported-form",),
            posted_as(files=lambda sent: {name: (None, value) for name, value in sent.items()}), status=415,
            counted_for=None,
        ),
    ),
    *under("S13",
        Attack("id-token-twice", ("bad-launch",), with_field_twice("id_token"), counted_for=None),
        Attack("state-twice", ("bad-launch",), with_field_twice("state"), counted_for=None),
    ),
    *under("S19",
        Attack("error-of-the-platform", ("platform-error",), platform_error),
    ),
    *under("S7",
        Attack("withdrawn-key", ("key-unknown",), key_of_the_old_set),
    ),
)  # fmt: skip
LOGINS = (
    *under("S28",
        *(
            Attack(f"login-target-{name}", ("foreign-target",), login_with(target_link_uri=target), counted_for=None)
            for name, target in TARGETS.items()
        ),
    ),
    *under("S27",
        Attack("login-of-an-unknown-issuer", ("unknown-platform",), login_with(iss="https://elsewhere.test"),
            counted_for=None),
        Attack("login-of-an-unknown-client", ("unknown-platform",), login_with(client_id="nobody"), counted_for=None),
        Attack("login-of-an-issuer-with-two-clients", ("unknown-platform",), login_with(client_id=None),
            counted_for=None),
        Attack("login-without-issuer", ("bad-login",), login_with(iss=None), counted_for=None),
        Attack("login-without-hint", ("bad-login",), login_with(login_hint=None), counted_for=None),
        Attack("login-without-target", ("bad-login",), login_with(target_link_uri=None), counted_for=None),
    ),
    *under("S13",
        Attack("login-with-two-targets", ("bad-login",), login_twice("target_link_uri"), counted_for=None),
        Attack("login-with-two-issuers", ("bad-login",), login_twice("iss"), counted_for=None),
        Attack("login-with-two-clients", ("bad-login",), login_twice("client_id"), counted_for=None),
    ),
)  # fmt: skip
ATTACKS_ON_FLOW = (*REPLAYS, *STATES, *BROWSERS, *REGISTRATIONS, *FORMS, *LOGINS)
