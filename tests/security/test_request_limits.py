"""S60: what a request may bring, on every route of the table: how much, how many fields, what a head, how slowly."""

import asyncio
import re
import socket
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlencode

import pytest
import uvicorn
from fastapi.routing import iter_route_contexts

from app.cli import serving
from app.cli.bounded import LONGEST_HEAD, BoundedProtocol
from app.config import Settings
from app.lti.posts import MOST_BYTES as MOST_OF_A_LAUNCH
from app.main import create_app
from app.membership.roles import Right
from app.web.forms import MOST_BYTES, MOST_FIELDS
from tests.asgi import CHUNK, FORM, Asked, endless, held, whole
from tests.clients import run_apart
from tests.conftest import BASE_URL, SECRET
from tests.every_admin_page import open_console
from tests.lti_kit import sign_in

# Notices are JSON, and a launch is smaller than other forms.
LIMITS = {"lti.notices": 524_288, "lti.launch": MOST_OF_A_LAUNCH, "lti.stored": MOST_OF_A_LAUNCH}
PLACE = "00000000-0000-4000-8000-000000000000"
SAME = {"sec-fetch-site": "same-origin"}


def list_routes(app):
    """(name, method, an address) of every route; ids in it lead nowhere, so nothing but its limits is looked at."""
    found = [c for c in iter_route_contexts(app.routes) if getattr(c, "dependant", None)]
    return [(c.name, method, re.sub(r"{\w+}", PLACE, c.path)) for c in found for method in sorted(c.methods - {"HEAD"})]


@pytest.fixture(scope="module")
def parts(new_database, tmp_path_factory):
    """An app, and the cookies of somebody for each route: an operator for the console's, an office admin for others."""
    with new_database("sqlite") as url:
        folder = tmp_path_factory.mktemp("data")
        app = create_app(
            Settings(env="production", base_url=BASE_URL, database_url=url, data_dir=folder, secret_key=SECRET)
        )
        rights = [Right.LMS_ADMIN, Right.OFFICE]
        here = sign_in(app, sub="me", name="Ada", is_staff=True, is_administrator=True, rights=rights)
        console = open_console(app)
        jars = {"operator.": console.client.cookies, "": here.client.cookies}
        yield app, {prefix: "; ".join(f"{c.name}={c.value}" for c in jar.jar) for prefix, jar in jars.items()}
        app.state.house.database.close()


def cookies_for(cookies, name):
    return {"cookie": cookies["operator." if name.startswith("operator.") else ""]}


def ask(parts, name, method, path, *, chunks, **headers: str):
    app, cookies = parts
    kind = "application/json" if name == "lti.notices" else FORM
    named = {"content-type": kind, **SAME, **cookies_for(cookies, name), **headers}
    return run_apart(Asked(method, path, named, chunks).ask(app))


def test_s60_a_body_without_a_length_ends_at_the_limit_on_every_route(parts):
    """And a page that reads none takes none."""
    seen = {}
    for name, method, path in list_routes(parts[0]):
        asked = ask(parts, name, method, path, chunks=endless())
        seen[name, method] = (asked.status, asked.taken)
        if method == "GET":
            assert asked.taken <= 1, name
        else:
            assert asked.status == 413, (name, asked.status, asked.body[:300])
            assert asked.taken <= LIMITS.get(name, MOST_BYTES) // len(CHUNK) + 1, name
    assert len(seen) > 60


def test_s60_a_body_that_says_it_is_too_long_is_not_read_on_any_route(parts):
    for name, method, path in list_routes(parts[0]):
        if method != "GET":
            asked = ask(parts, name, method, path, chunks=endless(), **{"content-length": str(10**12)})
            assert (asked.status, asked.taken) == (413, 0), name


def test_s60_more_than_a_thousand_fields_are_refused_on_every_form(parts):
    body = urlencode([(f"f{number}", "x") for number in range(MOST_FIELDS + 1)]).encode()
    for name, method, path in list_routes(parts[0]):
        if method != "GET" and name != "lti.notices":
            assert ask(parts, name, method, path, chunks=whole(body)).status == 400, name


def test_s60_a_thousand_fields_are_read(parts):
    body = urlencode([(f"f{number}", "x") for number in range(MOST_FIELDS)]).encode()
    asked = ask(parts, "web.look", "POST", "/look", chunks=whole(body))
    assert (asked.status, b"form-not-ours" in asked.body) == (403, True)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/xml", "text/plain", "application/json"]
)
def test_s60_only_plain_forms_are_read_on_any_route(parts, kind):
    body = b'--x\r\nContent-Disposition: form-data; name="id_token"; filename="x"\r\n\r\na\r\n--x--'
    for name, method, path in list_routes(parts[0]):
        if method != "GET" and name != "lti.notices":
            asked = ask(parts, name, method, path, chunks=whole(body), **{"content-type": kind})
            assert asked.status == 415, (name, asked.status)


def test_s60_nobody_waits_for_a_body_that_comes_slowly(app):
    """A form that is still on its way holds no transaction: others write meanwhile, and then it is read, too."""
    slow, quick = sign_in(app, sub="slow"), sign_in(app, sub="quick")

    def post(here, chunks):
        jar = "; ".join(f"{c.name}={c.value}" for c in here.client.cookies.jar)
        return Asked("POST", "/leave", {"content-type": FORM, "cookie": jar, **SAME}, chunks)

    async def both():
        begun, going_on = asyncio.Event(), asyncio.Event()
        waiting = asyncio.create_task(post(slow, held(begun, going_on)).ask(app))
        await begun.wait()
        left = await asyncio.wait_for(post(quick, whole(urlencode({"csrf": quick.csrf}).encode())).ask(app), 20)
        going_on.set()
        return left.status, (await asyncio.wait_for(waiting, 20)).status

    assert run_apart(both()) == (200, 403)


def test_s60_a_body_that_does_not_come_to_an_end_is_given_up_on_any_route(parts, monkeypatch):
    monkeypatch.setattr("app.web.forms.MOST_SECONDS", 0.01)

    async def never(name, method, path):
        begun, going_on = asyncio.Event(), asyncio.Event()
        kind = "application/json" if name == "lti.notices" else FORM
        headers = {"content-type": kind, **SAME, **cookies_for(parts[1], name)}
        return (await Asked(method, path, headers, held(begun, going_on)).ask(parts[0])).status

    for name, method, path in list_routes(parts[0]):
        if method != "GET":
            assert run_apart(never(name, method, path)) == 408, name


@contextmanager
def served(protocol):
    """A server of this process that answers everything, behind that protocol; its port."""

    async def answer(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    config = uvicorn.Config(answer, http=protocol, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True)  # noqa: TID251  its own thread
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def talk(port, *parts: bytes):
    """What comes back for these bytes, until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), 20) as line:
        return talk_on(line, *parts)


def talk_on(line, *parts: bytes):
    heard = b""
    try:
        for part in parts:
            line.sendall(part)
        while more := line.recv(65_536):
            heard += more
    except ConnectionError:
        pass
    return heard


HEAD = b"GET / HTTP/1.1\r\nHost: cairn.test\r\n"
END = b"Connection: close\r\n\r\n"
TOO_LONG = {
    "one header": (HEAD + b"X: " + b"a" * LONGEST_HEAD + b"\r\n" + END,),
    "many headers": (HEAD + b"X: a\r\n" * (LONGEST_HEAD // 6) + END,),
    "an address": (b"GET /" + b"a" * LONGEST_HEAD + b" HTTP/1.1\r\n" + END,),
    "a header without an end": (HEAD + b"X: ", *[b"a" * 65_536] * 40),
    "headers without an end": (HEAD, *[b"X: a\r\n" * 10_000] * 40),
    "a cookie": (HEAD + b"Cookie: " + b"a=b; " * (LONGEST_HEAD // 5) + b"\r\n" + END,),
}


@pytest.fixture(scope="module")
def port():
    with served(BoundedProtocol) as found:
        yield found


@pytest.mark.parametrize("what", TOO_LONG)
def test_s60_a_head_that_is_too_long_is_refused(port, what):
    assert not talk(port, *TOO_LONG[what]).startswith(b"HTTP/1.1 200")


def test_s60_a_long_but_honest_head_and_body_are_read(port):
    cookie = b"Cookie: " + b"a" * 16_000 + b"\r\n"
    assert talk(port, HEAD + cookie + END).startswith(b"HTTP/1.1 200")
    body = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n" + cookie
    assert talk(port, body + END + b"a" * 200_000).startswith(b"HTTP/1.1 200")
    first = HEAD.replace(b"GET", b"POST") + b"Content-Length: 3\r\n\r\nabc"
    assert talk(port, first, HEAD + cookie + END).count(b"HTTP/1.1 200") == 2


def test_s60_a_head_that_does_not_come_to_an_end_is_given_up(monkeypatch):
    """Slowloris: a connection costs us something only as long as it may."""
    with served(BoundedProtocol) as port, socket.create_connection(("127.0.0.1", port), 20) as line:
        # The whole head has the real time; only once it has been answered does time become short.
        line.sendall(HEAD + b"\r\n")
        assert line.recv(65_536).startswith(b"HTTP/1.1 200")
        monkeypatch.setattr("app.cli.bounded.HEAD_SECONDS", 0.05)
        assert talk_on(line, HEAD) in {b"", b"ok"}
        assert talk(port) == b""
        assert talk(port, HEAD) == b""


def test_s60_the_real_server_runs_behind_these_limits(monkeypatch, settings):

    told = {}
    monkeypatch.setattr(serving.uvicorn, "run", lambda _app, **how: told.update(how))
    serving.serve(settings, host="127.0.0.1", port=1)
    assert told["http"] is BoundedProtocol
