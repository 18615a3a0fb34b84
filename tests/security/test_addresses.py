"""S26-S28: what login and launch read, what they repeat, and that they lead nowhere but to us and to the platform."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, event

from tests.attack_kit import LAUNCH, LOGIN, TOOL, assert_human_page, code_of
from tests.clients import Client
from tests.security.attacks_on_flow import TARGETS


@pytest.mark.parametrize("how", [{"json": {"iss": "x"}}, {"files": {"iss": (None, "x")}}])
def test_s26_a_login_in_another_form_is_not_read(stage, how):
    assert stage.browser().post(LOGIN, **how).status_code == 415


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", [LOGIN, LAUNCH])
def test_s26_other_methods_are_not_answered(stage, method, address):
    assert stage.browser().request(method, address).status_code == 405


def test_s26_a_get_of_the_launch_address_opens_nothing(stage):
    answer = stage.browser().get(LAUNCH)
    assert answer.status_code == 405
    assert_human_page(answer)


def test_s27_known_and_unknown_platforms_are_answered_alike(stage):
    browser = stage.browser()
    unknown = stage.log_in(browser, iss="https://xxx.test", client_id="client-none")
    wrong_client = stage.log_in(browser, client_id="client-none")
    two_clients = stage.log_in(browser, client_id=None)
    assert {(answer.status_code, code_of(answer)) for answer in (unknown, wrong_client, two_clients)} == {
        (400, "unknown-platform")
    }
    assert unknown.text == wrong_client.text == two_clients.text
    assert dict(unknown.headers.items()) == dict(wrong_client.headers.items())


@pytest.fixture
def asked():
    """The statements of all databases, those of the quick paths too."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, _values, _context, _many):
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "logins",
    [
        [{"iss": "https://xxx.test"}, {"client_id": "client-none"}, {"client_id": "client-far"}],
        [{"iss": "https://xxx.test", "client_id": None}, {"client_id": None}],
    ],
    ids=["client named", "client not named"],
)
def test_s27_an_unknown_platform_costs_the_same_work_as_a_known_one(stage, asked, logins):
    """What time could tell: each refusal is the same one statement, whoever exists, and the same page."""
    browser, seen = stage.browser(), []
    for fields in logins:
        asked.clear()
        answer = stage.log_in(browser, **fields)
        assert answer.status_code == 400
        seen.append((tuple(asked), answer.content, sorted(answer.headers.items())))
    assert len(seen[0][0]) == 1
    assert seen.count(seen[0]) == len(seen)


@pytest.mark.parametrize(
    "field", ["iss", "client_id", "login_hint", "target_link_uri", "lti_message_hint", "lti_deployment_id"]
)
def test_s27_a_refused_login_echoes_nothing(stage, field):
    marker = "<script>marker-7281</script>"
    answer = stage.log_in(stage.browser(), **{"iss": "https://elsewhere.test", field: marker})
    assert answer.status_code == 400
    assert "marker-7281" not in answer.text


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_s28_no_target_is_ever_a_place_to_go(stage, target):
    browser = stage.browser()
    login = stage.log_in(browser, target_link_uri=target)
    launch = stage.launch(browser=browser, target_link_uri=target).answer
    for answer in (login, launch):
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert "evil.test" not in answer.text


@pytest.mark.parametrize(
    "open_",
    ["/", "//evil.test", "https://evil.test", "../../etc/passwd", "home\r\nx: y", "\\\\evil.test", "%2f%2fevil.test"],
)
def test_s28_what_a_link_opens_is_a_known_key_or_nothing(stage, open_):
    for changes in (
        {"custom": {"cairn_key": open_}},
        {"target_link_uri": f"{LAUNCH}?open={open_.replace('%', '%25')}"},
    ):
        tried = stage.launch(**changes)
        assert tried.status in {303, 400, 404}
        assert urlsplit(tried.answer.headers.get("location", "/")).netloc == ""
        assert not tried.answer.headers.get("location", "/").startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "header", ["host", "x-forwarded-host", "x-forwarded-for", "forwarded", "x-original-url", "x-rewrite-url"]
)
def test_s28_no_header_moves_our_own_address(stage, header):
    browser = Client(stage.app, base_url=TOOL, follow_redirects=False, headers={header: "evil.test"})
    first = browser.post(LOGIN, data=stage.login_fields())
    assert "evil.test" not in first.headers["location"]
    answer = browser.get(first.headers["location"])
    assert "evil.test" not in answer.headers["location"]
    assert "redirect_uri=https%3A%2F%2Fcairn.test%2Flti%2Flaunch&" in answer.headers["location"] + "&"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_authentication_request_says_what_the_protocol_asks(stage, method):
    asked = stage.begin(stage.browser(), method=method, target_link_uri=f"{LAUNCH}?open=home").asked
    expected = {
        "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
        "client_id": "client-home", "redirect_uri": LAUNCH, "login_hint": "5", "lti_message_hint": '{"cmid":3}',
    }  # fmt: skip
    assert {name: asked[name] for name in expected} == expected
    assert set(asked) == {*expected, "state", "nonce"}
