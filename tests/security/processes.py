"""Cairn processes on one database, a platform whose key set they can reach, and a bare HTTP browser."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from app.db.session import Database
from tests.attack_kit import Stage
from tests.attack_platforms import Lms, an_lms
from tests.forked import Forked
from tests.lti_kit import find_or_make_registration
from tests.ports import free_port
from tests.security.served import serve

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
SECONDS_TO_START = 60


@dataclass
class Answered:
    """What came back: status, headers as pairs, body; status 0 where the connection broke."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def opens_session(self) -> bool:
        return any(key.lower() == "set-cookie" and value.startswith("__Host-cairn=") for key, value in self.headers)


@dataclass
class BareBrowser:
    """One kept-alive connection and a jar; sends Secure cookies over loopback, as browsers do."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: HTTPConnection | None = None

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None, **headers: str) -> Answered:
        self._connection = self._connection or HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "cross-site"} if fields else {}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            more = {name.replace("_", "-"): value for name, value in headers.items()}
            self._connection.request(method, path, urlencode(fields) if fields else None, {**sent, **more})
            answer = self._connection.getresponse()
            return self._keep(Answered(answer.status, answer.getheaders(), answer.read().decode()))
        except OSError:
            self.close()
            return Answered(0)

    def _keep(self, answer: Answered) -> Answered:
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                key, _, kept = value.split(";")[0].partition("=")
                self.cookies[key] = kept
        return answer

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


@dataclass
class Served:
    """Processes of one Cairn, by port, and the platform that launches into it."""

    base_url: str
    database: Database
    lms: Lms
    env: dict[str, str]
    running: dict[int, Forked] = field(default_factory=dict)
    browsers: list[BareBrowser] = field(default_factory=list)

    def browser(self, port: int, cookies: dict[str, str] | None = None) -> BareBrowser:
        self.browsers.append(BareBrowser(port, dict(cookies or {})))
        return self.browsers[-1]

    def start(self, port: int) -> None:
        self.running[port] = Forked(serve, (str(port),), {**os.environ, **self.env})
        ends = time.monotonic() + SECONDS_TO_START
        browser = self.browser(port)
        while browser.ask("GET", "/health/live").status != 200:
            assert self.running[port].poll() is None, "the process ended by itself"
            assert time.monotonic() < ends, "the process does not answer"
            time.sleep(0.1)

    def wait_for_death(self, port: int) -> int:
        return self.running[port].wait(20)

    def stop(self) -> None:
        for browser in self.browsers:
            browser.close()
        for process in self.running.values():
            process.kill()
            process.wait()

    def memory(self, port: int) -> int:
        """Resident bytes of that process."""
        return int(Path(f"/proc/{self.running[port].pid}/statm").read_text().split()[1]) * PAGE_BYTES

    @property
    def login_path(self) -> str:
        fields = {
            "iss": self.lms.issuer, "client_id": self.lms.client_id, "login_hint": "5", "lti_deployment_id": "1",
            "target_link_uri": f"{self.base_url}/lti/launch",
        }  # fmt: skip
        return f"/lti/login?{urlencode(fields)}"

    def begin(self, browser: BareBrowser) -> dict[str, str]:
        """state and nonce of a login that came as far as the platform."""
        answer = browser.ask("GET", self.login_path)
        if answer.header("location").startswith("/"):
            answer = browser.ask("GET", answer.header("location"))
        assert answer.header("location").startswith(self.lms.authorization_url), (answer.status, answer.text[:500])
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.header("location")).query).items()}

    def form(self, begun: dict[str, str], **changes: Any) -> dict[str, str]:
        stage = Stage(None, lambda: datetime.now(UTC), None, {"home": self.lms})  # type: ignore[arg-type]
        target = f"{self.base_url}/lti/launch"
        token = stage.token(begun["nonce"], self.lms, target_link_uri=target, **changes)
        return {"id_token": token, "state": begun["state"]}


@contextmanager
def key_set_on_loopback(lms: Lms) -> Iterator[None]:
    """Serves the platform's keys at its own address."""
    body = json.dumps({"keys": lms.keys}).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", urlsplit(lms.issuer).port or 0), Keys)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def serving(database_url: str, folder: Path) -> Iterator[Served]:
    """No process yet: `start` them."""
    port = free_port()
    lms = an_lms("Test University", f"http://127.0.0.1:{free_port()}", "client-home", "home")
    base_url = f"http://127.0.0.1:{port}"
    env = {
        "CAIRN_ENV": "development", "CAIRN_BASE_URL": base_url, "CAIRN_DATABASE_URL": database_url,
        "CAIRN_DATA_DIR": str(folder),
    }  # fmt: skip
    with ExitStack() as stack:
        database = Database(database_url)
        stack.callback(database.close)
        with database.writing() as db:
            find_or_make_registration(
                db, institution=lms.institution, issuer=lms.issuer, client_id=lms.client_id, now=datetime.now(UTC)
            )
        stack.enter_context(key_set_on_loopback(lms))
        served = Served(base_url, database, lms, env)
        stack.callback(served.stop)
        yield served
