"""S29: who may put our pages into a frame; and S58: nothing that a platform names becomes part of a header."""

import re

import pytest
from fastapi.routing import iter_route_contexts
from structlog.testing import capture_logs

from app.db.base import Base
from tests.attack_kit import LOGIN, assert_accepted, code_of
from tests.attack_tokens import ABSENT, rsa_key, write_token
from tests.clients import Client
from tests.security.test_binding import log_in_without_cookies

SCHOOL = "https://canvas.school.test"
RETURN = {"return_url": f"{SCHOOL}/courses/4410/assignments", "document_target": "iframe"}
HEADER_LIMIT = 4 * 1024
DIRECTIVES = {
    "default-src": "'self'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'", "object-src": "'none'", "base-uri": "'none'",
}  # fmt: skip
HOSTILE = {
    "semicolon": "https://evil.test; script-src *", "comma": "https://evil.test, https://worse.test",
    "lines": "https://a.test\r\nx-evil: 1",
    "line": "https://a.test\nx-evil: 1", "star": "https://*", "star host": "https://*.test",
    "quote": "https://a.test' 'unsafe-inline'",
    "blank": "https://a.test https://b.test", "script": "javascript:alert(1)", "data": "data:text/html,x",
    "http": "http://a.test/",
    "userinfo": "https://lms.test@evil.test/", "no host": "https:///x", "port": "https://a.test:99999/", "number": 7,
    "list": ["https://a.test"],
    "long": "https://" + "a" * 3000 + ".test/", "bracket": "https://[::1/", "nul": "https://a.test\0/",
    "half": "https://\ud83d.test/",
}  # fmt: skip


def policy_of(answer):
    lines = answer.headers.get_list("content-security-policy")
    assert len(lines) == 1
    parts = [part.strip().partition(" ") for part in lines[0].split(";")]
    assert len({name for name, _blank, _value in parts}) == len(parts)
    return {name: value for name, _blank, value in parts}


def ancestors(answer):
    return set(policy_of(answer)["frame-ancestors"].split())


def test_a_hosted_canvas_frames_us_from_the_schools_own_host(stage):
    """S29."""
    tried = stage.launch(launch_presentation=RETURN)
    page = assert_accepted(tried)
    for answer in (tried.answer, page, tried.browser.get("/who-can-see-what")):
        assert {"'self'", SCHOOL, "https://lms.test"} <= ancestors(answer)
        assert "x-frame-options" not in answer.headers


def test_the_domain_that_canvas_fills_in_frames_us_too(stage):
    """S29."""
    tried = stage.launch(custom={"canvas_api_domain": "school.instructure.test"}, launch_presentation=ABSENT)
    assert "https://school.instructure.test" in ancestors(assert_accepted(tried))


def test_an_unresolved_domain_is_no_domain(stage):
    """S29."""
    tried = stage.launch(custom={"canvas_api_domain": "$Canvas.api.domain"})
    assert "$" not in assert_accepted(tried).headers["content-security-policy"]


SIGNED_REFUSALS = {
    "version": {"version": "11.3"},
    "nobody": {"sub": ABSENT},
    "content": {"custom": {"cairn_key": "module/gone"}},
}


@pytest.mark.parametrize("changes", SIGNED_REFUSALS.values(), ids=SIGNED_REFUSALS)
def test_a_refusal_with_a_good_signature_shows_in_the_frame_that_it_came_from(stage, changes):
    """S29: Design 3, decision 6: the origin of this launch's signed return_url, also where it was never seen before."""
    new = f"https://vanity-{stage.clock().timestamp():.0f}.test"
    stage.launch()  # so that the platform has an origin on record
    tried = stage.launch(launch_presentation={"return_url": f"{new}/courses/1"}, **changes)
    assert tried.status >= 400
    allowed = ancestors(tried.answer)
    assert new in allowed or "https:" in allowed


def test_a_refusal_without_a_good_signature_adds_no_frame(stage):
    """S29."""
    stage.launch()
    claims = {"launch_presentation": {"return_url": "https://evil.test/"}}
    tried = stage.launch(
        lambda begun: write_token(stage.lms.header, stage.claims(begun.nonce, **claims), rsa_key("attacker"))
    )
    assert code_of(tried.answer) == "signature"
    assert "https://evil.test" not in ancestors(tried.answer)


def test_before_anything_is_known_every_https_site_may_frame_us(fresh_stage):
    """S29: These pages hold no personal data (design 3, decision 6)."""
    unknown = fresh_stage.log_in(fresh_stage.browser(), iss="https://elsewhere.test")
    new_tab, _where, _first = log_in_without_cookies(fresh_stage)
    for answer in (unknown, new_tab, fresh_stage.browser().get("/nowhere")):
        assert ancestors(answer) == {"'self'", "https:"}


def test_the_bounce_and_the_new_tab_page_can_be_framed_by_the_platform(stage):
    """S29."""
    stage.launch(launch_presentation=RETURN)
    new_tab, _where, first = log_in_without_cookies(stage)
    for answer in (first, new_tab):
        assert ancestors(answer) & {"https:", SCHOOL}


def test_one_tenants_pages_do_not_name_anothers_origins(stage):
    """S29."""
    far = stage.platforms["far"]
    theirs = stage.launch(lms=far, launch_presentation={"return_url": "https://far-school.test/x"})
    ours = stage.launch()
    same_issuer = stage.launch(
        lms=stage.platforms["same issuer"], launch_presentation={"return_url": "https://college.test/x"}
    )
    assert {"https://far-school.test", "https://college.test"}.isdisjoint(ancestors(assert_accepted(ours)))
    assert {"https://far-school.test", SCHOOL}.isdisjoint(ancestors(assert_accepted(same_issuer)))
    assert {"https://college.test", "https://lms.test"}.isdisjoint(ancestors(assert_accepted(theirs)))


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_s58_a_hostile_address_becomes_no_part_of_the_policy(stage, value):
    for changes in ({"launch_presentation": {"return_url": value}}, {"custom": {"canvas_api_domain": value}}):
        tried = stage.launch(**changes)
        assert tried.status in {303, 400}
        answers = [tried.answer, tried.browser.get("/")]
        for answer in answers:
            policy = policy_of(answer)
            assert {name: policy[name] for name in DIRECTIVES} == DIRECTIVES
            assert "x-evil" not in answer.headers
            assert not ancestors(answer) & {
                "*",
                "https://*",
                "https://*.test",
                "'unsafe-inline'",
                "https://evil.test",
                "https://worse.test",
            }
            assert all(origin in {"'self'", "https:"} or origin.startswith("https://") for origin in ancestors(answer))


def test_a_platform_that_names_a_new_host_each_time_does_not_grow_the_header(fresh_stage):
    """S29."""
    for number in range(45):
        last = fresh_stage.launch(launch_presentation={"return_url": f"https://host-number-{number}.school.test/x"})
    page = assert_accepted(last)
    assert len(page.headers["content-security-policy"]) < HEADER_LIMIT
    assert "https://host-number-44.school.test" in ancestors(page)


@pytest.mark.parametrize(
    "path", ["/", "/who-can-see-what", "/nowhere", "/lti/launch", "/lti/jwks", "/health/live", "/lti/register/x"]
)
def test_every_answer_has_the_policy(stage, path):
    """S29."""
    here = stage.launch().browser
    answer = here.get(path)
    policy = policy_of(answer)
    assert {name: policy[name] for name in DIRECTIVES} == DIRECTIVES
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "x-frame-options" not in answer.headers


def test_every_route_answers_with_the_policy_whatever_it_answers(stage):
    """S29: by each of its methods and by one that it has not, to nobody; what is missing and what is a file, too."""
    stranger, methods = stage.browser(), {"GET", "HEAD", "POST", "DELETE"}
    paths = {
        re.sub(r"{[\w:]+}", "00000000-0000-4000-8000-000000000000", route.path)
        for route in iter_route_contexts(stage.app.routes)
        if route.path
    }
    assert len(paths) > 60
    for path in sorted(paths):
        for method in methods:
            answer = stranger.request(method, path)
            policy = policy_of(answer)
            assert {name: policy[name] for name in DIRECTIVES} == DIRECTIVES, (method, path)
            assert policy["frame-ancestors"], (method, path)
            assert "x-frame-options" not in answer.headers, (method, path)


def test_a_failure_nobody_foresaw_has_the_policy_too(fresh_stage):
    """S29."""
    browser = Client(fresh_stage.app, base_url="https://cairn.test", raise_server_exceptions=False)
    Base.metadata.drop_all(fresh_stage.database.engine)
    with capture_logs():
        answer = browser.post(LOGIN, data=fresh_stage.login_fields())
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    policy = policy_of(answer)
    assert {name: policy[name] for name in DIRECTIVES} == DIRECTIVES
    assert answer.headers["cache-control"] == "no-store"
