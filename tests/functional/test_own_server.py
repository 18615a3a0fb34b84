"""A school's own Canvas that keeps the issuer of the hosted service: it logs in at an address of its own."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.lti.invitations import invite
from app.lti.models import Registration
from app.membership.models import User
from tests.clients import Client
from tests.lti_kit import BASE_URL, FakePlatform, jwk_of, make_key

SHARED = "https://canvas.instructure.com"
CLIENT = "10000000000001"


def connect(tool, host: str, institution: str, key: str):
    """A registration by hand of a Canvas on that host, with the first client id that every new Canvas gives."""
    keys = {"keys": [jwk_of(make_key(key), "key-1")]}
    routes = [Route("/api/lti/security/jwks", lambda _request: JSONResponse(keys))]
    tool._servers[host] = Client(Starlette(routes=routes), base_url=host)
    with tool.house.database.writing() as db:
        link = f"/lti/register/{invite(db, name=institution, now=tool.clock())}/canvas"
    client = Client(tool.app, base_url=BASE_URL)
    page = client.get(f"{link}?server=own")
    login = unescape(re.search(r'id="our-login_uri" value="([^"]+)"', page.text)[1])
    file = unescape(re.search(r'id="file" value="([^"]+)"', page.text)[1])
    assert client.get(file).json()["oidc_initiation_url"] == login
    fields = {"server": "own", "server_url": f"{host}/", "issuer": SHARED, "client_id": CLIENT}
    done = client.post(link, data=fields)
    assert "Your LMS is connected" in done.text, done.text
    with tool.house.database.reading() as db:
        row = db.scalars(select(Registration).where(Registration.site == host)).one()
    assert row.authorization_url == f"{host}/api/lti/authorize_redirect"
    platform = FakePlatform(SHARED, CLIENT, row.id, tool.clock)
    platform.key = make_key(key)
    return login.removeprefix(BASE_URL), platform


def initiate(browser, path: str, **changes: str):
    fields = {
        "iss": SHARED, "client_id": CLIENT, "login_hint": "h", "target_link_uri": f"{BASE_URL}/lti/launch", **changes
    }  # fmt: skip
    answer = browser.client.get(path, params={name: value for name, value in fields.items() if value})
    if answer.status_code == 303 and answer.headers["location"].startswith(f"{path}?"):
        answer = browser.client.get(answer.headers["location"])
    return answer


def launch(tool, path: str, platform, **changes: str):
    browser = tool.browser()
    answer = initiate(browser, path, **changes)
    query = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    claims = platform.claims(nonce=query["nonce"], sub="same-sub")
    return browser.post_launch(platform.sign(claims), query["state"])


@pytest.fixture
def two(tool):
    first = connect(tool, "https://canvas.one.test", "One", "first")
    second = connect(tool, "https://canvas.two.test", "Two", "second")
    return first, second


def test_two_servers_with_one_issuer_and_one_client_id_keep_their_people_apart(tool, two):
    for path, platform in two:
        assert path.startswith("/lti/login/")
        assert launch(tool, path, platform).status_code == 303
    with tool.house.database.reading() as db:
        people = db.scalars(select(User).where(User.sub == "same-sub")).all()
    assert len({one.institution_id for one in people}) == len(people) == 2


def test_the_login_needs_no_client_id_there(tool, two):
    path, platform = two[1]
    assert launch(tool, path, platform, client_id="").status_code == 303


def test_the_shared_login_does_not_choose_between_them(tool, two):
    answer = initiate(tool.browser(), "/lti/login")
    assert (answer.status_code, "unknown-platform" in answer.text) == (400, True)


def test_one_server_alone_is_found_at_the_shared_login_too(tool):
    _path, platform = connect(tool, "https://canvas.one.test", "One", "first")
    assert launch(tool, "/lti/login", platform).status_code == 303


def test_a_hosted_school_with_that_client_id_comes_first_at_the_shared_login(tool, two):
    hosted = tool.add_platform(issuer=SHARED, client_id=CLIENT, institution="Hosted")
    assert launch(tool, "/lti/login", hosted).status_code == 303


def test_one_servers_key_does_not_open_anothers_registration(tool, two):
    """S11."""
    path, stranger = two[0][0], two[1][1]
    answer = launch(tool, path, stranger)
    assert (answer.status_code, "signature" in answer.text or "cannot be trusted" in answer.text) == (401, True)


def test_an_address_that_is_nobodys_is_refused(tool, two):
    path = two[0][0]
    for tried, changes in (
        ("/lti/login/6f1e2d3c-0000-4000-8000-000000000001", {}),
        (path, {"iss": "https://elsewhere.test"}),
        (path, {"client_id": "999"}),
    ):
        answer = initiate(tool.browser(), tried, **changes)
        assert (answer.status_code, "unknown-platform" in answer.text) == (400, True), (tried, changes)
    assert tool.browser().client.get("/lti/login/not-a-uuid").status_code in {400, 404, 422}


def test_without_a_cookie_the_new_tab_repeats_the_login_at_its_own_address(tool, two):
    path = two[0][0]
    browser = tool.browser()
    answer = initiate(browser, path)
    assert answer.status_code == 303
    browser.client.cookies.clear()
    page = initiate(browser, path, cairn_tried="1")
    assert f'action="{path}"' in page.text


def test_a_second_key_of_the_same_server_uses_the_same_login(tool, two):
    """Its configuration says which login it has; another client id there is another registration of that server."""
    path, platform = two[0]
    with tool.house.database.writing() as db:
        row = db.get_one(Registration, platform.registration_id)
        second = Registration(
            platform_id=row.platform_id, issuer=SHARED, client_id="10000000000002", site=row.site,
            authorization_url=row.authorization_url, token_url=row.token_url, keyset_url=row.keyset_url,
            created_at=row.created_at, updated_at=row.updated_at,
        )  # fmt: skip
        db.add(second)
        db.flush()
        other = FakePlatform(SHARED, "10000000000002", second.id, tool.clock)
    other.key = platform.key
    assert launch(tool, path, other, client_id="10000000000002").status_code == 303
