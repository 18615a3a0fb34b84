"""Platforms that answer slowly, half, or wrongly, on real sockets: the worker lets go in time, and no page waits."""

import contextlib
import json
import re
import socket
import struct
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app.lti.delivery_rules import SCORE_SCOPE
from app.lti.grades import drain
from app.lti.models import Delivery, LineItem, Registration
from app.lti.tokens import get_token
from app.outbound import http
from app.outbound.addresses import AddressRules
from app.outbound.http import Outbound
from tests.gradebook_double import Site, settle_people
from tests.lti_kit import sign_in

SECONDS = 0.8
# For what is to come, on a busy machine, too.
PATIENCE = 30
TOKEN = json.dumps({"access_token": "t", "expires_in": 3600}).encode()


def answer(connection, body, *, length=None):
    head = f"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {len(body) if length is None else length}\r\n\r\n"
    connection.sendall(head.encode() + body)


def stay_silent(connection):
    """Until the worker lets go."""
    connection.recv(1)


def reset(connection):
    answer(connection, TOKEN[:10], length=len(TOKEN))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 100000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b" ")
        time.sleep(0.05)


def lie_about_length(connection):
    answer(connection, TOKEN, length=len(TOKEN) * 3)


def cut_json(connection):
    answer(connection, TOKEN[:-5])


def length_of(heard):
    return int(re.search(rb"content-length: (\d+)", heard, re.IGNORECASE)[1])


WAYS = [stay_silent, reset, drip, lie_about_length]


class Sick:
    """A platform on a port: `ways` says how each service ("token", "scores") answers; none means well."""

    def __init__(self) -> None:
        self.ways = {}
        self.bodies = []
        self.is_asked = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._serve, daemon=True)
        self._accepting.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._speak, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _speak(self, connection):
        """One request for each connection, so that nothing is left open."""
        with connection, contextlib.suppress(OSError):
            heard = b""
            while b"\r\n\r\n" not in heard or len(heard.partition(b"\r\n\r\n")[2]) < length_of(heard):
                more = connection.recv(65_536)
                if not more:  # let go of before it had asked
                    return
                heard += more
            self._answer(connection, heard)

    def _answer(self, connection, heard):
        service = "token" if b"/token" in heard.split(b"\r\n")[0] else "scores"
        if service == "scores":
            self.bodies.append(heard.partition(b"\r\n\r\n")[2])
        self.is_asked.set()
        way = self.ways.get(service)
        if way is not None:
            way(connection)
        else:
            answer(connection, TOKEN if service == "token" else b"")

    def close(self):
        """As closing alone would not wake the thread that waits for a connection, it is shut first."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listening.close()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def sick():
    made = Sick()
    yield made
    made.close()


@pytest.fixture
def owing(app, clock, sick, monkeypatch):
    """A house that may call loopback and waits for less than a second, one that waits for long, and one score owed."""
    monkeypatch.setattr(http, "READ_SECONDS", 2 * PATIENCE)
    rules = AddressRules(is_development=True)
    house, patient = (
        replace(app.state.house, outbound=Outbound(rules, total_seconds=seconds)) for seconds in (SECONDS, 2 * PATIENCE)
    )
    found = settle_people(house, Site("sick", "moodle", clock), people=1)
    with house.database.writing() as db:
        db.execute(update(Registration).values(token_url=f"{sick.url}/token"))
        db.execute(update(LineItem).values(url=f"{sick.url}/lineitem/1"))
    found.complete(house)
    return house, patient, found


def state_of(house):
    with house.database.reading() as db:
        return db.scalars(select(Delivery)).one().state


@pytest.mark.parametrize(
    ("service", "way"), [("token", cut_json), *((service, way) for service in ("token", "scores") for way in WAYS)]
)
def test_a_sick_platform_is_let_go_of_in_time_and_served_when_it_is_well(sick, owing, clock, service, way):
    """R32."""
    house, patient, one = owing
    if service == "scores":
        # What a well service has to answer in less than a second could fail, too.
        with house.database.reading() as db:
            registration = db.scalars(select(Registration)).one()
        get_token(patient, registration, scope=SCORE_SCOPE)
    sick.ways[service] = way
    began = time.monotonic()
    drain(house, one.lane)
    assert time.monotonic() - began < PATIENCE
    assert state_of(house) == ("waiting" if service == "token" else "sending")
    sick.ways.clear()
    clock.pass_by(minutes=3)
    drain(patient, one.lane)
    assert state_of(house) == "delivered"
    assert len({json.loads(body)["timestamp"] for body in sick.bodies if body}) == 1


def test_a_page_is_served_while_the_worker_waits_for_a_silent_platform(app, sick, owing):
    """R32: no page waits for somebody else's server, and no transaction is open meanwhile."""
    _, patient, one = owing
    let_go, was_let_go = threading.Event(), []
    # Shorter than the worker waits: a page that waits for the worker comes when this has ended by itself.
    sick.ways["token"] = lambda _connection: was_let_go.append(let_go.wait(PATIENCE))
    here = sign_in(app)
    worker = threading.Thread(target=drain, args=(patient, one.lane), daemon=True)
    worker.start()
    try:
        assert sick.is_asked.wait(PATIENCE)
        read, written = here.get("/"), here.post("/look", look="dark", back="/")
        was_waiting = worker.is_alive()
    finally:
        let_go.set()
        worker.join(PATIENCE)
    assert (read.status_code, written.status_code) == (200, 303)
    assert (was_waiting, was_let_go) == (True, [True])
