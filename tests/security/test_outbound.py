"""S44-S51, R32: whatever an address, a name, a server or a line does, a call ends bounded and tells in one word why."""

import gzip
import inspect
import socket
import struct
import threading
import time
import tracemalloc
import zlib
from contextlib import ExitStack
from ipaddress import ip_network

import pytest

from app.outbound.addresses import AddressRules
from app.outbound.errors import OutboundError, Reason
from app.outbound.http import Outbound
from tests.unit.outbound.test_http import (
    HOLDS,
    IN_TIME,
    SECONDS,
    Server,
    drips,
    outbound,
    reason_of,
    says,
    says_nothing,
)
from tests.unit.outbound.test_http import only_the_deadline_ends_a_call as only_the_deadline_ends_a_call

# The other spellings of S45 that the unit tests do not hold.
SPELLINGS = (
    "https://localhost./", "https://LOCALHOST/", "https://127.0.0.1./", "https://0177.0.0.1/", "https://0x7f.1/",
    "https://127.0.1/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::ffff:7f00:1]/", "https://[fe80::1]/",
    "https://[fe80::1%25lo]/", "https://[fc00::1]/", "https://[2002:7f00:1::]/", "https://[64:ff9b:1::7f00:1]/",
    "https://172.31.0.1/", "https://192.168.0.1/", "https://198.18.0.1/", "https://224.0.0.1/", "https://255.255.255.255/",
)  # fmt: skip
# One byte of these may not leave in production.
NOT_HTTPS_443 = (
    "http://8.8.8.8/", "https://8.8.8.8:8443/", "https://8.8.8.8:22/", "https://8.8.8.8:0/", "ftp://8.8.8.8/",
    "https://user@8.8.8.8/", "https://user:word@8.8.8.8/", "https://@8.8.8.8/", "data:,x", "//8.8.8.8/",
    "https:8.8.8.8",
)  # fmt: skip
STOPPED = {Reason.NOT_ALLOWED, Reason.BAD_URL, Reason.NO_SUCH_NAME}


@pytest.fixture
def serve():
    with ExitStack() as stack:

        def start(answer):
            server = Server(answer)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture
def deaf_port():
    """A port of this machine at which no connection is ever taken: its queue is full."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


def took(call):
    """The reason for which it failed, and the seconds until then."""
    start = time.monotonic()
    return reason_of(call), time.monotonic() - start


@pytest.mark.parametrize("url", [*SPELLINGS, *NOT_HTTPS_443])
def test_s44_s45_no_packet_leaves_for_a_forbidden_address(url, monkeypatch):
    packets = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, *where: packets.append(where))
    assert reason_of(lambda: Outbound(AddressRules()).send("POST", url, body=b"x")) in STOPPED
    assert packets == []


def test_s44_an_operator_opens_a_network_and_only_that_one(serve):
    """On any port, by https only."""
    near = AddressRules(allowed_networks=(ip_network("127.0.0.1/32"),))
    server = serve(says(b"{}"))
    assert reason_of(lambda: Outbound(near).send("GET", server.url)) == Reason.NOT_ALLOWED
    assert reason_of(lambda: Outbound(near).send("GET", server.url.replace("http:", "https:"))) == Reason.TLS
    assert reason_of(lambda: Outbound(near).send("GET", "https://127.0.0.2/")) == Reason.NOT_ALLOWED
    assert all(not heard.startswith(b"GET") for heard in server.requests)


def test_s44_a_call_takes_ten_seconds_and_a_megabyte_at_most_unless_less_is_asked():
    """What the tests of time-outs shorten; the pages of a roster alone may be larger (ten megabytes)."""
    told = inspect.signature(Outbound).parameters["total_seconds"].default
    limits = {inspect.signature(how).parameters["limit"].default for how in (Outbound.send, Outbound.get_json)}
    assert (told, limits) == (10.0, {1_000_000})


# The last one is what metadata.google.internal answers.
@pytest.mark.parametrize(
    "addresses",
    [("8.8.8.8", "127.0.0.1"), ("127.0.0.1", "8.8.8.8"), ("8.8.8.8", "::1"), ("10.0.0.1",), ("169.254.169.254",)],
)
def test_s46_a_name_with_one_address_inside_is_called_at_none(addresses, monkeypatch):
    packets = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, *where: packets.append(where))
    client = Outbound(AddressRules(resolve=lambda _host, _port: addresses))
    assert reason_of(lambda: client.send("GET", "https://lms.example/")) == Reason.NOT_ALLOWED
    assert packets == []


def test_s46_a_name_that_changes_its_mind_is_asked_again_for_each_new_connection(serve):
    """The rebinding: good at first; the second connection finds the new answer, and is refused for it."""
    answers = [("127.0.0.1",), ("10.0.0.1",)]
    server = serve(says(b"{}", "Connection: close"))
    client = Outbound(AddressRules(is_development=True, resolve=lambda _host, _port: answers.pop(0)))
    url = f"http://lms.example:{server.port}/"
    assert client.get_json(url) == {}
    assert reason_of(lambda: client.get_json(url)) == Reason.NOT_ALLOWED
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest", "file:///etc/passwd", "gopher://127.0.0.1/", "//evil.test/", "\\evil", ""],
)
@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
def test_s47_a_redirect_leads_nowhere(serve, target, status):
    server = serve(says(b"a secret", f"Location: {target}", status=status))
    with pytest.raises(OutboundError, match=r"^status 30\d$"):
        outbound().get_json(server.url)
    assert len(server.requests) == 1


def test_s49_a_token_goes_with_the_call_that_names_it_and_with_no_other(serve):
    first, second, client = serve(says(b"{}")), serve(says(b"{}")), outbound()
    client.send("GET", first.url, headers={"authorization": "Bearer secret"})
    client.send("GET", first.url)
    client.send("GET", second.url)
    assert b"secret" in first.requests[0]
    assert b"secret" not in b"".join([*first.requests[1:], *second.requests])


def test_s51_a_bomb_of_one_megabyte_that_holds_one_gigabyte_costs_no_memory(serve):
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = gzip.compress(b"")[:10] + block * 100
    assert 900_000 < len(bomb) < 1_000_000
    server = serve(says(bomb, "Content-Encoding: gzip"))
    tracemalloc.start()
    try:
        assert reason_of(lambda: outbound().get_json(server.url)) == Reason.TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def resets(connection, _heard):
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"a":')
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def says_raw(raw):
    def answer(connection, _heard):
        connection.sendall(raw)
        connection.close()

    return answer


HEAD = b"HTTP/1.1 200 OK\r\n"
# What a line or a server does to an answer: the words for it that are right.
FAULTS = {
    "reset in the body": (resets, {Reason.BROKEN}),
    "half of it": (says_raw(HEAD + b'Content-Length: 1000\r\n\r\n{"a": 1}'), {Reason.BROKEN}),
    "half of a chunk": (says_raw(HEAD + b'Transfer-Encoding: chunked\r\n\r\n64\r\n{"a": 1}'), {Reason.BROKEN}),
    "truncated json": (says(b'{"a": [1, 2'), {Reason.NOT_JSON}),
    "a length too short": (says_raw(HEAD + b'Content-Length: 5\r\n\r\n{"a": 1}'), {Reason.NOT_JSON}),
    "a length that is none": (says_raw(HEAD + b"Content-Length: minus\r\n\r\n<html>"), {Reason.NOT_JSON}),
    "two lengths": (says_raw(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), {Reason.BROKEN}),
    "a chunk that is none": (says_raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}"), {Reason.BROKEN}),
    "an endless header": (says_raw(HEAD + b"X: " + b"a" * 200_000), {Reason.BROKEN}),
    "a thousand headers": (says_raw(HEAD + b"X: a\r\n" * 1000 + b"\r\n{}"), {Reason.BROKEN}),
    "no http": (says_raw(b"\x00\x01\x02\x03\r\n\r\n"), {Reason.BROKEN}),
    "invalid utf-8": (says(b'{"a": "\xff"}'), {Reason.NOT_JSON}),
    "html": (says(b"<!doctype html><p>sign in", "Content-Type: application/json"), {Reason.NOT_JSON}),
    "half a gzip": (says(gzip.compress(b'{"a": 1}')[:14], "Content-Encoding: gzip"), {Reason.NOT_JSON}),
    "latency": (says_nothing, {Reason.TIMEOUT}),
    "one byte a moment": (drips(HEAD + b"Content-Length: 1000\r\n\r\n"), {Reason.TIMEOUT}),
    "one chunk a moment": (drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n"), {Reason.TIMEOUT, Reason.BROKEN}),
    "one continue after another": (drips(b"HTTP/1.1 100 Continue\r\n\r\n" * 20), {Reason.TIMEOUT, Reason.BROKEN}),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_s51_r32_a_faulty_answer_is_told_in_one_word_and_in_time(serve, fault):
    answer, reasons = FAULTS[fault]
    client = outbound(SECONDS) if Reason.TIMEOUT in reasons else outbound()
    reason, seconds = took(lambda: client.get_json(serve(answer).url))
    assert reason in reasons
    assert seconds < IN_TIME


def test_r32_a_name_of_fifty_deaf_addresses_takes_no_longer_than_one_call_may(deaf_port):
    rules = AddressRules(is_development=True, resolve=lambda _host, _port: ("127.0.0.1",) * 50)
    client = Outbound(rules, total_seconds=SECONDS)
    reason, seconds = took(lambda: client.send("GET", f"http://lms.example:{deaf_port}/"))
    assert reason == Reason.NOT_CONNECTED
    assert seconds < IN_TIME


def test_r32_a_name_server_that_does_not_answer_ends_the_call_in_time(serve):
    """And the call of somebody else meanwhile finds its way."""
    hangs = threading.Event()
    slow = Outbound(
        AddressRules(is_development=True, resolve=lambda *_: hangs.wait(HOLDS) and ()), total_seconds=SECONDS
    )
    try:
        reason, seconds = took(lambda: slow.send("GET", "http://lms.example/"))
        assert outbound().get_json(serve(says(b"{}")).url) == {}
    finally:
        hangs.set()
    assert reason == Reason.NO_SUCH_NAME
    assert seconds < IN_TIME
