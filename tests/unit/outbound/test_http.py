"""The one HTTP client, against a server that misbehaves: what it refuses, how long it waits, what it never follows."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app.outbound.addresses import AddressRules
from app.outbound.errors import OutboundError, Reason
from app.outbound.http import Outbound

# What a call has where its deadline is to be seen; it must also reach its peer within these, on a busy machine too.
SECONDS = 2.0
# Such a peer holds on for so long. A call that ends in time ends far sooner, however busy the machine is.
HOLDS, IN_TIME = 60, 20


class Server:
    """A TCP server that answers each connection with what the test says, and counts connections."""

    def __init__(self, answer: Callable[[socket.socket, bytes], None]) -> None:
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.requests: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/x"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=(connection,), daemon=True).start()

    def _speak(self, connection: socket.socket) -> None:
        with connection:
            try:
                while heard := connection.recv(65_536):
                    self.requests.append(heard)
                    self._answer(connection, heard)
            except OSError:
                return

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    made: list[Server] = []

    def start(answer: Callable[[socket.socket, bytes], None]) -> Server:
        made.append(Server(answer))
        return made[-1]

    yield start
    for server in made:
        server.close()


def says(body: bytes, *headers: str, status: str = "200 OK") -> Callable[[socket.socket, bytes], None]:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]).encode()
    return lambda connection, _heard: connection.sendall(head + body)


def drips(first: bytes) -> Callable[[socket.socket, bytes], None]:
    def answer(connection: socket.socket, _heard: bytes) -> None:
        connection.sendall(first)
        for _ in range(HOLDS * 10):
            time.sleep(0.1)
            connection.sendall(b"x")

    return answer


def says_nothing(connection: socket.socket, _heard: bytes) -> None:
    """Until the other side hangs up."""
    connection.settimeout(HOLDS)
    connection.recv(1)


@pytest.fixture(autouse=True)
def only_the_deadline_ends_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shorter waits for a connection and for a piece would end the call of a peer that holds on before it."""
    for name in ("CONNECT_SECONDS", "READ_SECONDS"):
        monkeypatch.setattr(f"app.outbound.http.{name}", HOLDS)


def outbound(seconds: float = 30.0) -> Outbound:
    """With time enough for whatever is to come to an answer."""
    return Outbound(AddressRules(is_development=True), total_seconds=seconds)


def reason_of(call: Callable[[], object]) -> Reason:
    with pytest.raises(OutboundError) as error:
        call()
    return error.value.reason


def test_json_is_read_whatever_it_calls_itself(serve):
    server = serve(says(b'{"a": 1}', "Content-Type: text/html"))
    assert outbound().get_json(server.url) == {"a": 1}


def test_a_connection_is_kept_and_used_again(serve):
    server, client = serve(says(b"{}")), outbound()
    for _ in range(5):
        client.get_json(server.url)
    assert len(server.requests) == 5
    assert all(b"user-agent: Cairn/" in request.lower().replace(b"cairn", b"Cairn") for request in server.requests)


def test_a_redirect_is_an_answer_and_is_not_followed(serve):
    """S47."""
    target = serve(says(b"{}"))
    server = serve(says(b"", f"Location: {target.url}", status="302 Found"))
    assert outbound().send("GET", server.url).status == 302
    assert reason_of(lambda: outbound().get_json(server.url)) == Reason.STATUS
    assert target.requests == []


def test_a_status_that_is_no_success_is_told_without_the_body(serve):
    server = serve(says(b"the secret of the other side", status="500 Oops"))
    with pytest.raises(OutboundError, match=r"^status 500$") as error:
        outbound().get_json(server.url)
    assert error.value.status == 500


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"])
def test_one_byte_a_moment_is_cut_off_at_the_deadline(serve, first):
    """S44, S51."""
    server = serve(drips(first))
    start = time.monotonic()
    assert reason_of(lambda: outbound(SECONDS).send("GET", server.url)) == Reason.TIMEOUT
    assert time.monotonic() - start < IN_TIME


def test_silence_is_a_timeout(serve):
    server = serve(says_nothing)
    start = time.monotonic()
    assert reason_of(lambda: outbound(SECONDS).send("GET", server.url)) == Reason.TIMEOUT
    assert time.monotonic() - start < IN_TIME


@pytest.mark.parametrize("length", [b"Content-Length: 3000000", b"Transfer-Encoding: chunked"])
def test_a_body_over_the_limit_is_not_read_to_its_end(serve, length):
    """S44, S51."""

    def answer(connection: socket.socket, _heard: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n")
        for _ in range(300):
            connection.sendall((b"2710\r\n" if b"chunked" in length else b"") + b"x" * 10_000)
            if b"chunked" in length:
                connection.sendall(b"\r\n")

    assert reason_of(lambda: outbound().send("GET", serve(answer).url)) == Reason.TOO_LARGE


def test_a_gzip_bomb_is_not_unpacked(serve):
    bomb = gzip.compress(b"0" * 50_000_000)
    server = serve(says(bomb, "Content-Encoding: gzip"))
    assert len(bomb) < 1_000_000
    assert reason_of(lambda: outbound().send("GET", server.url)) == Reason.TOO_LARGE


def test_an_honest_gzip_is_read_although_nobody_asked_for_it(serve):
    server = serve(says(gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip"))
    assert outbound().get_json(server.url) == {"a": 1}
    assert b"accept-encoding: identity" in server.requests[0].lower()


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip"])
def test_an_encoding_that_we_cannot_bound_is_refused(serve, encoding):
    server = serve(says(b"no gzip at all", f"Content-Encoding: {encoding}"))
    assert reason_of(lambda: outbound().send("GET", server.url)) == Reason.BAD_ENCODING


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\xfa", b"[" * 200_000, b"{'a': 1}"])
def test_what_is_no_json_is_refused(serve, body):
    assert reason_of(lambda: outbound().get_json(serve(says(body)).url)) == Reason.NOT_JSON


def test_a_connection_that_breaks_may_have_arrived_and_one_that_never_stood_has_not(serve):
    server = serve(lambda connection, _heard: connection.close())
    with pytest.raises(OutboundError) as broken:
        outbound().send("POST", server.url, body=b"x")
    server.close()
    with pytest.raises(OutboundError) as refused:
        outbound().send("POST", "http://127.0.0.1:1/x", body=b"x")
    assert (broken.value.reason, broken.value.may_have_arrived) == (Reason.BROKEN, True)
    assert (refused.value.reason, refused.value.may_have_arrived) == (Reason.NOT_CONNECTED, False)


def test_plain_http_behind_https_is_a_tls_error(serve):
    server = serve(says(b"{}"))
    secure = server.url.replace("http:", "https:")
    assert reason_of(lambda: outbound().send("GET", secure)) == Reason.TLS


def test_proxies_of_the_environment_and_netrc_are_not_used(serve, monkeypatch, tmp_path):
    """S44."""
    proxy, server = serve(says(b"{}")), serve(says(b"{}"))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    outbound().get_json(server.url)
    assert (len(proxy.requests), len(server.requests)) == (0, 1)
    assert b"authorization" not in server.requests[0].lower()


def test_no_cookie_is_kept(serve):
    server, client = serve(says(b"{}", "Set-Cookie: a=b")), outbound()
    for _ in range(2):
        client.get_json(server.url)
    assert b"cookie" not in server.requests[1].lower()


def test_a_name_is_resolved_once_and_the_connection_goes_to_that_address(serve):
    """S46: a second answer would be another one; nobody asks for it."""
    server, asked = serve(says(b"{}")), []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    client = Outbound(AddressRules(is_development=True, resolve=resolve))
    assert client.get_json(f"http://lms.example:{server.port}/") == {}
    assert asked == ["lms.example"]
    assert b"host: lms.example:" in server.requests[0].lower()


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://127.1/", "https://0x7f000001/", "https://2130706433/", "https://0.0.0.0/",
     "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/", "https://[fd00:ec2::254]/",
     "https://10.0.0.1/", "https://100.64.0.1/", "https://[64:ff9b::a00:1]/", "https://localhost/",
     "https://①②⑦.⓪.⓪.①/", "http://93.184.215.14/", "file:///etc/passwd", "gopher://127.0.0.1/"],
)  # fmt: skip
def test_no_packet_leaves_for_a_forbidden_target(url, monkeypatch):
    """S45."""
    packets: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_k: packets.append(a))
    assert reason_of(lambda: Outbound(AddressRules()).send("GET", url)) in {Reason.NOT_ALLOWED, Reason.BAD_URL}
    assert packets == []


def test_a_session_given_to_a_library_keeps_every_limit(serve):
    server = serve(says(b"x" * 2_000_000, "Location: http://127.0.0.1:1/", status="302 Found"))
    session = outbound().session
    assert reason_of(lambda: session.get(server.url, allow_redirects=True, timeout=None)) == Reason.TOO_LARGE
    assert reason_of(lambda: Outbound(AddressRules()).session.post(server.url, data=b"x")) == Reason.NOT_ALLOWED


def test_each_thread_has_a_session_of_its_own():
    client, found = outbound(), []
    threads = [threading.Thread(target=lambda: found.append(client.session)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(session) for session in [*found, client.session, client.session]}) == 4


def test_an_address_travels_as_it_was_given(serve):
    """Opaque page tokens: letters count, and what is written as a code stays one."""
    server = serve(says(b"{}"))
    target = "/Members?page=bookmark:WyJBYkMiXQ&limit=%7Ea%2FB~&x=a,b;c"
    outbound().send("GET", server.url.removesuffix("/x") + target)
    assert server.requests[0].startswith(f"GET {target} HTTP/1.1".encode())
