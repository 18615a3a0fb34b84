"""The practice LMS as a process of its own, registering with a tool that listens."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from app.practice_lms.forms import list_forms, read_form
from app.practice_lms.live import run_live
from app.practice_lms.words import SCORE, TOOL_CONFIGURATION
from tests.ports import free_port

PROGRAM = """
import sys
from app.practice_lms.server import serve
from app.practice_lms.settings import PracticeSettings
port, link = int(sys.argv[1]), sys.argv[2]
serve("127.0.0.1", port, PracticeSettings(base_url=f"http://127.0.0.1:{port}", registration_link=link))
"""
FORM = (
    '<form method="post" action="/done"><input type="hidden" name="asked" value="{}"><button>Register</button></form>'
)


class SmallTool(BaseHTTPRequestHandler):
    """Shows a form, and registers when it is sent."""

    def do_GET(self) -> None:
        self._answer(FORM.format(self.path.replace("&", "&amp;")))

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        asked = parse_qs(urlsplit(sent["asked"][0]).query)
        configuration = requests.get(asked["openid_configuration"][0], timeout=30).json()
        bearer = {"Authorization": f"Bearer {asked['registration_token'][0]}"}
        requests.post(configuration["registration_endpoint"], json=self._describe(), headers=bearer, timeout=30)
        self._answer("Done")

    def _describe(self) -> dict[str, Any]:
        host = self.headers["host"]
        return {
            "response_types": ["id_token"],
            "initiate_login_uri": f"http://{host}/login",
            "redirect_uris": [f"http://{host}/launch"],
            "client_name": "Small tool",
            "jwks_uri": f"http://{host}/jwks",
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": SCORE,
            TOOL_CONFIGURATION: {"domain": host, "target_link_uri": f"http://{host}/launch"},
        }

    def _answer(self, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the test's output."""


@pytest.fixture
def tool_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SmallTool)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_listening_tool_is_registered_over_http(tool_url):
    with run_live(tool_base_url=tool_url) as live:
        sent = {"url": f"{tool_url}/register/x", "activate": "1"}
        answer = requests.post(f"{live.base_url}/practice/register", data=sent, timeout=30)
        assert answer.json() == {
            "client_id": live.platform.registration.client_id,
            "deployment_id": "1",
            "active": True,
        }
        assert live.platform.registration.config.client_name == "Small tool"


def test_the_process_registers_with_its_link_and_opens_the_tool(tool_url):
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(port), f"{tool_url}/register/x"])
    try:
        page = wait_for(f"http://127.0.0.1:{port}/course/2/launch/1", "lti_message_hint")
        assert read_form(page).action == f"{tool_url}/login"
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url, wanted):
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            page = requests.get(url, timeout=10).text
        except requests.RequestException:
            page = ""
        if wanted in page:
            return page
        time.sleep(0.1)
    raise TimeoutError(url)


def test_a_form_is_read_as_a_browser_would_send_it():
    page = """
      <form action="a"><input name="q" value="1"></form>
      <form action="b" method="POST">
        <input name="text" value="caf&eacute;"><input type="checkbox" name="on" checked>
        <input type="checkbox" name="off">
        <input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked>
        <select name="s"><option value="x">X<option value="y" selected>Y</select>
        <select name="first"><option value="p">P<option value="q">Q</select>
        <textarea name="t">some
text</textarea><input value="nameless"><button name="go" value="now">Go</button><button name="stop">Stop</button>
      </form>"""
    first, second = list_forms(page)
    assert (first.method, first.fields) == ("get", {"q": "1"})
    assert (second.method, second.action) == ("post", "b")
    assert json.loads(json.dumps(second.filled())) == {
        "text": "café", "on": "on", "r": "2", "s": "y", "first": "p", "t": "some\ntext", "go": "now",
    }  # fmt: skip
