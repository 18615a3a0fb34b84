"""A refused login or launch: a page with a way forward, a count where the registration is known, and nothing else."""

import pytest
from sqlalchemy import select

from app.lti.models import LaunchFailure, Registration, SpentNonce
from app.lti.refusal_texts import WORDS
from app.lti.refusals import Reason, status_of
from app.membership.models import User, Visit
from app.web.models import WebSession

CANVAS = "https://school.canvas.test"


def failures(tool):
    with tool.house.database.reading() as db:
        return {row.reason: row.count for row in db.scalars(select(LaunchFailure))}


def assert_refused(tool, response, code, status=400):
    assert (response.status_code, f">{code}<" in response.text) == (status, True), (code, response.text)
    assert tool.count(User, WebSession, Visit, SpentNonce) == (0, 0, 0, 0)


def test_every_reason_has_its_words_and_a_status_that_blames_nobody_of_ours():
    assert set(WORDS) == set(Reason)
    assert all(400 <= status_of(reason) < 500 and len(reason) <= 24 for reason in Reason)


REFUSED = {
    "audience": ({"aud": "somebody else"}, 401),
    "issuer": ({"iss": "https://lms.test/"}, 401),
    "nonce": ({"nonce": "never issued"}, 401),
    "token-expired": ({"exp": "past"}, 401),
    "token-times": ({"exp": ...}, 401),
    "clock-skew": ({"iat": "future"}, 401),
    "token-too-old": ({"iat": "old"}, 401),
    "message-type": ({"message_type": "LtiSomethingRequest"}, 400),
    "version": ({"version": "1.1.0"}, 400),
    "claim-missing": ({"roles": ...}, 400),
    "claim-malformed": ({"roles": "Instructor"}, 400),
    "no-user": ({"sub": ...}, 400),
    "foreign-target": ({"target_link_uri": "https://evil.test/lti/launch"}, 400),
}


def at(tool, changes):
    """Times are written as words, since they hang on the clock."""
    now = int(tool.clock().timestamp())
    words = {"past": now - 61, "future": now + 120, "old": now - 700}
    times = {name: words[value] for name, value in changes.items() if isinstance(value, str) and value in words}
    if changes.get("exp") == "past":
        times["iat"] = now - 100
    return {**changes, **times}


def test_each_broken_rule_has_its_page_and_writes_nothing(tool):
    for code, (changes, status) in REFUSED.items():
        response = tool.browser().launch(**at(tool, changes))
        assert_refused(tool, response, code, status)
    assert set(failures(tool)) == set(REFUSED)


def test_the_page_names_the_clock_and_the_claim(tool):
    """R8."""
    assert "120 seconds ahead" in tool.browser().launch(**at(tool, {"iat": "future"})).text
    assert "resource_link" in tool.browser().launch(resource_link=...).text


def test_the_way_back_comes_only_from_a_token_that_was_verified(tool):
    signed = tool.browser().launch(version="1.1.0")
    assert 'href="https://lms.test/course/1?lti_errormsg=' in signed.text
    unsigned = tool.browser().launch(headers={"kid": "unknown"})
    assert "lms.test/course" not in unsigned.text
    assert (
        tool.browser()
        .launch(version="1.1.0", launch_presentation={"return_url": "javascript:alert(1)"})
        .text.count('href="javascript')
        == 0
    )


def test_what_the_lms_reports_is_shown_by_its_name_only(tool):
    browser = tool.browser()
    started = browser.log_in()
    told = browser.client.post("/lti/launch", data={"error": "login_required", "state": started.state})
    assert_refused(tool, told, "platform-error")
    assert "login_required" in told.text
    assert failures(tool) == {"platform-error": 1}
    rude = browser.client.post("/lti/launch", data={"error": "<script>", "error_description": "<script>"})
    assert_refused(tool, rude, "platform-error")
    assert "<script>" not in rude.text


def test_a_registration_that_was_closed_lets_nobody_in(tool):
    browser = tool.browser()
    started = browser.log_in()
    with tool.house.database.writing() as db:
        db.get_one(Registration, tool.platform.registration_id).is_active = False
    token = tool.platform.sign(tool.platform.claims(nonce=started.nonce))
    assert_refused(tool, browser.post_launch(token, started.state), "registration-closed", 403)
    assert_refused(tool, tool.browser().initiate(), "unknown-platform")


LOGINS = {
    "unknown-platform": ({"iss": "https://nobody.test"}, {"client_id": "other"}, {"iss": "https://LMS.test"}),
    "bad-login": ({"iss": None}, {"login_hint": None}, {"target_link_uri": None}, {"login_hint": "x" * 20_000}),
    "foreign-target": tuple(
        {"target_link_uri": target}
        for target in (
            "https://evil.test/", "//evil.test", "\\\\evil.test", "javascript:alert(1)", "https://cairn.test@evil.test",
            "https://cairn.test:8443/", "https://cairn.test\r\nx: y", "http://cairn.test/", "https://cairn.test.evil.test",
        )
    ),
}  # fmt: skip


def test_a_login_that_is_wrong_goes_nowhere(tool):
    for code, logins in LOGINS.items():
        for changes in logins:
            assert_refused(tool, tool.browser().initiate(**changes), code)


def test_known_and_unknown_platforms_answer_alike(tool):
    pages = [
        tool.browser().initiate(**changes).text for changes in ({"iss": "https://nobody.test"}, {"client_id": "x"})
    ]
    assert pages[0] == pages[1]


def test_an_issuer_with_two_clients_needs_the_client_id(tool):
    assert tool.browser().log_in(client_id=None).nonce
    tool.add_platform(client_id="second", institution="Second University")
    assert_refused(tool, tool.browser().initiate(client_id=None), "unknown-platform")
    assert tool.browser().log_in(client_id="second").nonce


@pytest.mark.one_database("refused before anything is read")
def test_the_wrong_kind_of_request_is_refused(tool):
    client = tool.browser().client
    assert client.get("/lti/launch").status_code == 405
    assert client.post("/lti/launch?id_token=x&state=y", data={}).status_code in {400, 415}
    assert client.post("/lti/launch", json={"id_token": "x"}).status_code == 415
    assert client.post("/lti/login", json={"iss": "x"}).status_code == 415
    assert client.post("/lti/login", files={"iss": b"x"}).status_code == 415
    twice = b"id_token=a&id_token=b&state=c"
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/lti/launch", content=twice, headers=form).status_code == 400
    assert client.post("/lti/login", content=b"iss=a&iss=b", headers=form).status_code == 400
    assert client.post("/lti/launch", data={"id_token": "x" * 65_537, "state": "y"}).status_code == 413
    assert client.post("/lti/launch", data={"id_token": "x" * 300_000, "state": "y"}).status_code == 413


def test_failures_are_counted_in_one_row_written_once_a_minute(tool, clock):
    for _ in range(5):
        tool.browser().launch(sub=...)
    assert failures(tool) == {"no-user": 1}
    clock.pass_by(minutes=1)
    tool.browser().launch(sub=...)
    assert failures(tool) == {"no-user": 6}


def test_a_target_that_differs_is_followed_where_it_was_signed_and_counted(tool):
    """S28."""
    response = tool.browser().launch(login={"target_link_uri": "https://cairn.test/lti/launch?open=module%2Fm0"})
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert failures(tool) == {"target-differs": 1}


def frames(response):
    return response.headers["content-security-policy"].split("frame-ancestors ")[1].split("; ")[0].split()


def launch_like_canvas(tool, **changes: str):
    platform = tool.add_platform(issuer="https://canvas.instructure.com", client_id="1", institution="School")
    presentation = {"return_url": f"{CANVAS}/courses/1/assignments", "locale": "en"}
    custom = {"canvas_api_domain": "school.instructure.com"}
    browser = tool.browser()
    return browser, platform, browser.launch(platform, launch_presentation=presentation, custom=custom, **changes)


def test_a_page_may_be_framed_by_the_school_and_by_nobody_elses(tool):
    tool.browser().launch()
    browser, _, response = launch_like_canvas(tool)
    allowed = ["'self'", CANVAS, "https://school.instructure.com", "https://canvas.instructure.com"]
    assert frames(response) == allowed
    assert frames(browser.client.get("/")) == allowed


def test_an_error_is_framed_wherever_the_school_is_even_before_anything_is_known(tool):
    browser, platform, response = launch_like_canvas(tool, version="1.1.0")
    assert frames(response) == ["'self'", "https:"]
    browser, _, _ = launch_like_canvas(tool)
    refused = browser.launch(platform, version="1.1.0")
    assert CANVAS in frames(refused)
    assert "https://lms.test" not in frames(refused)


def test_an_origin_that_was_seen_once_may_frame_the_next_launch_too(tool):
    _, platform, _ = launch_like_canvas(tool)
    response = tool.browser().launch(platform, launch_presentation=...)
    assert CANVAS in frames(response)


def test_hostile_origins_never_reach_the_header(tool):
    for url in ("https://a.test;script-src *", "https://a b.test", "http://plain.test/", "https://u@evil.test/", 7, []):
        response = tool.browser().launch(launch_presentation={"return_url": url})
        assert frames(response) == ["'self'", "https://lms.test"]
