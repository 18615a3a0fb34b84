"""S61: one address that floods is told to wait; a campus behind one address is not."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.lti.invitations import invite
from app.membership.models import User, Visit
from app.web.limits import Bucket, Limits, name_network
from tests.clients import Client
from tests.lti_kit import BASE_URL, FORM, Browser

CAMPUS = "203.0.113.7"
QUICK = {"iss": "https://unknown.test", "login_hint": "h", "target_link_uri": f"{BASE_URL}/lti/launch"}
FEW = 30


def from_address(app, host, headers=None):
    return Client(
        app, base_url=BASE_URL, follow_redirects=False, client=(host, 50000), headers={**FORM, **(headers or {})}
    )


@pytest.fixture(autouse=True)
def no_time_passes(monkeypatch):
    """However long the requests take here, no bucket fills again between them."""
    monkeypatch.setattr("app.web.limits.monotonic", lambda: 0.0)


@pytest.fixture
def hasty(tool):
    """The same tool with smaller buckets, so that a flood is a small one."""
    limits = Limits(login=Bucket(burst=FEW, per_second=0.1))
    tool.app.state.house = replace(tool.house, limits=limits)
    return tool


def flood(client, *, most=FEW + 1):
    """Logins of nobody's platform until one is told to wait; that answer, or None."""
    for _ in range(most):
        answer = client.post("/lti/login", content=urlencode(QUICK))
        if answer.status_code == 429:
            return answer
    return None


def test_s61_a_lecture_behind_one_address_is_let_in(tool):
    """300 browsers at once, each bounced once: the time between them is not even needed."""
    for _ in range(300):
        browser = Browser(tool)
        browser.client = from_address(tool.app, CAMPUS)
        assert browser.log_in().response.status_code == 303
    assert browser.launch().status_code == 303


@pytest.mark.one_database("what is refused here is counted in memory, before any database")
def test_s61_a_flood_is_told_to_wait_and_others_are_not(hasty):
    tool, answer = hasty, flood(from_address(hasty.app, CAMPUS))
    assert answer is not None
    assert ("too-often" in answer.text, answer.text.count("<h1"), int(answer.headers["retry-after"]) <= 10) == (
        True,
        1,
        True,
    )
    assert from_address(tool.app, CAMPUS).get("/health/live").status_code == 200
    other = Browser(tool)
    other.client = from_address(tool.app, "203.0.113.8")
    assert other.launch().status_code == 303


def test_s61_one_lms_that_launches_without_end_is_told_to_wait_and_another_is_not(tool):
    """Genuine launches of ever new people: each leaves rows, so each LMS has a pace. The refused one leaves none."""
    tool.app.state.house = replace(tool.house, limits=Limits(launch=Bucket(burst=FEW, per_second=0.1)))
    other = tool.add_platform(issuer="https://other.test", institution="Other College")
    told = [tool.browser().launch(sub=f"made-up-{number}") for number in range(FEW + 1)]
    assert [answer.status_code for answer in told] == [303] * FEW + [429]
    assert ("too-often" in told[-1].text, int(told[-1].headers["retry-after"]) > 0) == (True, True)
    assert tool.count(User, Visit) == (FEW, FEW)
    assert tool.browser().launch(other).status_code == 303


@pytest.mark.one_database("what is refused here is counted in memory, before any database")
def test_s61_a_forwarded_address_counts_only_from_a_trusted_proxy(hasty):
    """The server puts a trusted proxy's word in the place of the connection's address, and nobody else's."""
    served = ProxyHeadersMiddleware(hasty.app, trusted_hosts="10.0.0.1")
    asked = [from_address(served, CAMPUS, {"x-forwarded-for": f"198.51.100.{n}"}) for n in range(FEW + 1)]
    told = [client.post("/lti/login", content=urlencode(QUICK)).status_code for client in asked]
    assert (told[:FEW].count(429), told[-1]) == (0, 429)
    behind = from_address(served, "10.0.0.1", {"x-forwarded-for": "198.51.100.1"})
    assert behind.post("/lti/login", content=urlencode(QUICK)).status_code != 429


@pytest.mark.one_database("what is refused here is counted in memory, before any database")
def test_s61_registering_is_slower_still(tool):
    client = from_address(tool.app, CAMPUS)
    told = [client.get(f"/lti/register/guess-{number}").status_code for number in range(70)]
    assert told[:60].count(429) == 0
    assert told[-1] == 429
    assert client.post("/lti/register/guess", content="").status_code == 429
    with tool.house.database.writing() as db:
        link = invite(db, name="Elsewhere", now=tool.clock())
    assert client.get(f"/lti/register/{link}/moodle").status_code == 429
    assert from_address(tool.app, "203.0.113.9").get(f"/lti/register/{link}").status_code == 200


def test_s61_a_bucket_fills_again_with_time():
    bucket = Bucket(burst=2, per_second=0.5)
    assert [bucket.take("a", 0.0) for _ in range(3)] == [0.0, 0.0, 2.0]
    assert (bucket.take("a", 1.0), bucket.take("a", 2.0), bucket.take("a", 2.0)) == (1.0, 0.0, 2.0)
    assert bucket.take("a", 1.0) > 0, "a clock that goes back gives nothing"


def test_s61_the_limits_of_a_running_cairn_end_somewhere():
    limits = Limits()
    assert [limits.login.take(CAMPUS, 0.0) for _ in range(1201)].count(0.0) == 1200
    assert [limits.registration.take(CAMPUS, 0.0) for _ in range(61)].count(0.0) == 60


def test_s61_the_memory_of_a_bucket_is_bounded():
    bucket = Bucket(burst=1, per_second=1, most=3)
    for number in range(1000):
        assert bucket.take(str(number), 0.0) == 0.0
    assert [bucket.take(name, 0.0) for name in ("999", "998")] == [1.0, 1.0]
    assert bucket.take("1", 0.0) == 0.0, "long forgotten"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("127.0.0.1", None), ("::1", None), ("testclient", None), ("", None),
    ],
)  # fmt: skip
def test_s61_who_counts_as_one_asker(host, name):
    assert name_network(host) == name
