"""S60: what two hundred clients that send a byte a second cost everybody else.

    ./dev python tests/bench/slow_lines.py

Half of them never finish their head, half never finish the body of a form. A reader asks for one public page all the
while, over one connection: before, during and after, compared within one run. Loopback only; a minute and a half.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT)]

from app.db.schema import migrate
from app.db.session import Database

PORT, SLOW, ASKED = 9204, 200, 1500
PAGE = "/lti/privacy"
HEAD = b"GET /lti/privacy HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: "
FORM = (
    b"POST /lti/login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\n"
    b"content-length: 5000\r\n\r\niss="
)


@contextmanager
def served() -> Iterator[str]:
    """A Cairn of its own; the URL of its database."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/cairn.sqlite3"
        database = Database(url)
        migrate(database)
        database.close()
        env = {
            **os.environ, "CAIRN_ENV": "development", "CAIRN_BASE_URL": f"http://127.0.0.1:{PORT}",
            "CAIRN_DATABASE_URL": url, "CAIRN_DATA_DIR": folder,
        }  # fmt: skip
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(PORT)]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
        try:
            wait_until_it_answers()
            yield url
        finally:
            process.terminate()
            process.wait()


def wait_until_it_answers() -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}{PAGE}", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("Cairn does not answer")


class SlowLines:
    """Connections that are opened again whenever the server ends them, each a byte a second."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.ended = 0
        self._lines: list[tuple[bytes, socket.socket]] = []

    def open(self) -> None:
        self._lines = [self._begin(HEAD if number % 2 else FORM) for number in range(SLOW)]
        threading.Thread(target=self._drip, daemon=True).start()

    def _begin(self, words: bytes) -> tuple[bytes, socket.socket]:
        line = socket.create_connection(("127.0.0.1", PORT))
        line.sendall(words)
        return words, line

    def _drip(self) -> None:
        while not self.is_over.wait(1):
            self._lines = [self._go_on(words, line) for words, line in self._lines]

    def _go_on(self, words: bytes, line: socket.socket) -> tuple[bytes, socket.socket]:
        try:
            line.sendall(b"x")
        except OSError:
            self.ended += 1
            return self._begin(words)
        return words, line


def read_page(times: int) -> list[float]:
    """Milliseconds of each answer."""
    line, taken = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30), []
    for _ in range(times):
        began = time.perf_counter()
        line.request("GET", PAGE)
        answer = line.getresponse()
        assert (answer.status, len(answer.read()) > 0) == (200, True)
        taken.append((time.perf_counter() - began) * 1000)
        time.sleep(0.01)
    return taken


def tell(name: str, taken: list[float]) -> None:
    cut = statistics.quantiles(taken, n=100)
    print(f"{name:28} median {cut[49]:6.2f} ms   99 of 100 within {cut[98]:6.2f} ms")


def main() -> None:
    with served():
        read_page(200)
        alone = read_page(ASKED)
        lines = SlowLines()
        lines.open()
        time.sleep(2)
        beside = read_page(ASKED)
        lines.is_over.set()
        # A second time alone, so that a machine that became busy meanwhile is seen.
        again = read_page(ASKED)
    tell("alone", alone)
    tell(f"beside {SLOW} slow lines", beside)
    tell("alone once more", again)
    base = statistics.mean([statistics.quantiles(one, n=100)[98] for one in (alone, again)])
    print(f"ratio of the 99th of 100: {statistics.quantiles(beside, n=100)[98] / base:.2f}")
    print(f"slow lines ended by the server meanwhile: {lines.ended}")


if __name__ == "__main__":
    main()
