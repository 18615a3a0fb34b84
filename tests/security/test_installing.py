"""S50, S51, S58 where an LMS is connected: an invitation is one use, whatever the other side sends stays bounded."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from app.lti.invitations import invite
from app.lti.models import Registration
from app.main import create_app
from app.outbound.addresses import AddressRules
from app.outbound.http import Outbound
from app.tables import metadata
from tests.clients import Client
from tests.practice_kit import TOOL, Campus
from tests.unit.outbound.test_http import Server, drips, says

SECRET = "one-time-secret"
LMS = "https://lms.rec.test"
HOSTILE = "ev\r\nX-Evil: 1\x1b[31m\x7fil"


class Recorder:
    """An LMS that notes what it is asked, byte for byte, and answers as the test says."""

    def __init__(self, **changes: object) -> None:
        self.asked = []
        self.document = {
            "issuer": LMS, "authorization_endpoint": f"{LMS}/auth", "token_endpoint": f"{LMS}/token",
            "jwks_uri": f"{LMS}/keys", "registration_endpoint": f"{LMS}/register", **changes,
        }  # fmt: skip
        self.answer = (201, json.dumps({"client_id": "c-1"}).encode())

    async def __call__(self, scope, _receive, send) -> None:
        sent = dict(scope["headers"]).get(b"authorization", b"").decode()
        self.asked.append((scope["method"], scope["path"], scope["query_string"].decode(), sent))
        status, body = self.answer if scope["method"] == "POST" else (200, json.dumps(self.document).encode())
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def campus(settings, clock):
    made = Campus(settings, clock)
    yield made
    made.close()


def register(campus, recorder, link=None, *, query="registration_token=a%2Fb~c", token=SECRET, **more: str):
    campus.servers[LMS] = Client(recorder, base_url=LMS)
    fields = {"openid_configuration": f"{LMS}/configuration?{query}", "registration_token": token, **more}
    return Client(campus.tool, base_url=TOOL).post(link or campus.invite(), data=fields)


def test_s50_the_configuration_is_asked_for_once_unchanged_and_both_calls_bear_the_token(campus):
    recorder = Recorder()
    assert register(campus, recorder).status_code == 200
    assert recorder.asked == [
        ("GET", "/configuration", "registration_token=a%2Fb~c", f"Bearer {SECRET}"),
        ("POST", "/register", "", f"Bearer {SECRET}"),
    ]


def test_s50_an_lms_that_hands_over_no_token_gets_none(campus):
    recorder = Recorder()
    assert register(campus, recorder, token="").status_code == 200
    assert [sent for *_rest, sent in recorder.asked] == ["", ""]


def test_s50_the_token_is_kept_nowhere_logged_nowhere_and_no_referer_carries_it(campus):
    with capture_logs() as events:
        page = register(campus, Recorder())
    with campus.house.database.reading() as db:
        rows = [str(db.execute(select(table)).all()) for table in metadata.sorted_tables]
    assert SECRET not in str(events) + "".join(rows) + page.text
    link = campus.invite()
    shown = Client(campus.tool, base_url=TOOL).get(
        link, params={"openid_configuration": f"{LMS}/c", "registration_token": SECRET}
    )
    assert shown.headers["referrer-policy"] == "same-origin"
    assert shown.headers["cache-control"] == "no-store"
    assert 'href="http' not in shown.text


def test_s50_by_link_and_by_hand_at_once_make_one_registration(campus):
    link, recorder = campus.invite(), Recorder()
    campus.servers[LMS] = Client(recorder, base_url=LMS)
    urls = campus.platform.urls
    hand = {"issuer": urls.issuer, "client_id": "by-hand"}

    def by_hand(number):
        client = Client(campus.tool, base_url=TOOL)
        return client.post(f"{link}/moodle", data={**hand, "client_id": f"by-hand-{number}"}).status_code

    with ThreadPoolExecutor(4) as pool:
        linked = [pool.submit(lambda: register(campus, Recorder(), link).status_code)]
        answers = [job.result() for job in [*linked, *(pool.submit(by_hand, number) for number in range(3))]]
    assert sorted(answers) == [200, 403, 403, 403]
    assert len(campus.list_registrations()) == 1


def test_s50_no_server_takes_a_shared_issuer_for_the_hosted_service_itself(campus):
    """It may keep the issuer, as a site of its own: the client ids of hosted schools stay theirs to register."""
    document = {"issuer": "https://canvas.instructure.com"}
    sso = "https://sso.canvaslms.com"
    hosted = {"authorization_endpoint": f"{sso}/a", "token_endpoint": f"{sso}/t", "jwks_uri": f"{sso}/k"}
    assert register(campus, Recorder(**document, **hosted)).status_code == 200
    (row,) = campus.list_registrations()
    assert (row.issuer, row.site) == ("https://canvas.instructure.com", LMS)


BAD_BODIES = {
    "html": says(b"<!doctype html><title>Sign in</title>", "Content-Type: text/html"),
    "too large": says(b'"' + b"x" * 2_000_000 + b'"'),
    "gzip bomb": says(gzip.compress(b"0" * 50_000_000), "Content-Encoding: gzip"),
    "no utf-8": says(b'{"issuer": "\xff\xfe"}'),
    "deep": says(b"[" * 100_000),
    "a list": says(b"[1, 2]"),
    "nothing": says(b""),
    "drip": drips(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"),
    "redirect": says(b"", "Location: http://127.0.0.1/", status="302 Found"),
}


@pytest.fixture
def near(settings, clock):
    """Cairn in development, so that it may call servers of this machine, with little patience."""
    near_settings = settings.model_copy(update={"env": "development"})
    outbound = Outbound(AddressRules(is_development=True), total_seconds=1.0)
    app = create_app(near_settings, clock=clock, outbound=outbound)
    servers = []

    def serve(answer):
        servers.append(Server(answer))
        return servers[-1]

    yield app, serve
    for server in servers:
        server.close()
    app.state.house.database.close()


def invite_to(app) -> str:
    with app.state.house.database.writing() as db:
        return f"/lti/register/{invite(db, name='School', now=app.state.house.clock())}"


@pytest.mark.one_database("the other side is a socket; no row but the invitation is touched")
@pytest.mark.parametrize("kind", BAD_BODIES)
def test_s51_a_bad_answer_is_refused_inside_the_limits_and_the_invitation_still_works(near, kind):
    app, serve = near
    url, link, client = serve(BAD_BODIES[kind]).url, invite_to(app), Client(app, base_url=TOOL)
    page = client.post(link, data={"openid_configuration": url})
    assert (page.status_code, "bad-registration" in page.text) == (400, True)
    fields = {"issuer": "http://127.0.0.1", "client_id": "c", "keyset_url": url}
    by_hand = client.post(f"{link}/moodle", data=fields)
    assert (by_hand.status_code, 'role="alert"' in by_hand.text) == (422, True)
    assert client.get(link).status_code == 200
    with app.state.house.database.reading() as db:
        assert db.scalars(select(Registration)).all() == []


@pytest.mark.one_database("about threads and sockets")
def test_s51_pages_are_answered_while_eight_registrations_hang(near):
    app, serve = near
    url = serve(BAD_BODIES["drip"]).url
    links = [invite_to(app) for _ in range(8)]
    with Client(app, base_url=TOOL) as client, ThreadPoolExecutor(8) as pool:
        hanging = [pool.submit(client.post, link, data={"openid_configuration": url}) for link in links]
        answered = 0
        while not any(job.done() for job in hanging):
            assert client.get("/lti/privacy").status_code == 200
            answered += 1
        assert [job.result().status_code for job in hanging] == [400] * 8
    assert answered >= 5


def test_s58_control_characters_of_an_lms_reach_no_row_page_or_log(campus):
    platform = {"product_family_code": HOSTILE, "version": HOSTILE}
    recorder = Recorder(**{"https://purl.imsglobal.org/spec/lti-platform-configuration": platform})
    with capture_logs() as events:
        assert register(campus, recorder).status_code == 200
        recorder.answer = (422, json.dumps({"errors": ["no", "x"]}).encode() + HOSTILE.encode())
        refused = register(campus, recorder, same_as="another")
    assert refused.status_code == 400
    assert "X-Evil" not in refused.headers
    (row,) = campus.list_registrations()
    for said in (row.product, row.product_version, refused.text.replace("\n", ""), str(events)):
        assert not {"\r", "\n", "\x1b", "\x7f"} & set(said or "")


def test_s58_control_characters_in_what_is_typed_are_refused(campus):
    urls, link, client = campus.platform.urls, campus.invite(), Client(campus.tool, base_url=TOOL)
    fields = {"issuer": urls.issuer, "client_id": "c"}
    for name in ("issuer", "client_id", "deployment_id", "keyset_url", "token_url", "authorization_url"):
        page = client.post(f"{link}/moodle", data={**fields, name: f"{urls.issuer}{HOSTILE}"})
        assert (page.status_code, "X-Evil" in page.headers) == (422, False), name
        assert "\x1b" not in page.text, name
    with campus.house.database.reading() as db:
        assert db.execute(text("SELECT count(*) FROM registration")).scalar() == 0
