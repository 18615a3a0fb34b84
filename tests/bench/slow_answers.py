"""S51: what eight LMSs that answer a byte a second while they are being connected cost everybody else.

    ./dev python tests/bench/slow_answers.py

All eight are asked for their configuration all the while. A reader asks for one public page, over one connection:
before, during and after, compared within one run. Loopback only; a minute and a half.
"""

import socket
import statistics
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime

from slow_lines import ASKED, PORT, read_page, served, tell

from app.db.session import Database
from app.lti.invitations import invite

LMS_PORT, LMSS = 9205, 8
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n"


class SlowLms:
    """Answers every call a byte a second, until the other side hangs up."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", LMS_PORT))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            line, _address = self._door.accept()
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        try:
            line.sendall(HEAD)
            while True:
                line.sendall(b" ")
                time.sleep(1)
        except OSError:
            line.close()


class Connecting:
    """Somebody who tries to connect the slow LMS again and again."""

    def __init__(self, token: str) -> None:
        self.link = f"http://127.0.0.1:{PORT}/lti/register/{token}"
        self.is_over = threading.Event()
        self.tried = 0
        threading.Thread(target=self._go_on, daemon=True).start()

    def _go_on(self) -> None:
        form = urllib.parse.urlencode({"openid_configuration": f"http://127.0.0.1:{LMS_PORT}/configuration"}).encode()
        while not self.is_over.is_set():
            try:
                urllib.request.urlopen(self.link, data=form, timeout=60).close()  # noqa: S310  our own address
            except urllib.error.HTTPError:
                self.tried += 1
            except OSError:
                return


def make_invitations(url: str) -> list[str]:
    database = Database(url)
    with database.writing() as db:
        tokens = [invite(db, name=f"School {number}", now=datetime.now(UTC)) for number in range(LMSS)]
    database.close()
    return tokens


def main() -> None:
    SlowLms()
    with served() as url:
        read_page(200)
        alone = read_page(ASKED)
        people = [Connecting(token) for token in make_invitations(url)]
        time.sleep(2)
        beside = read_page(ASKED)
        for one in people:
            one.is_over.set()
        time.sleep(25)  # the last of them have been told
        again = read_page(ASKED)
    tell("alone", alone)
    tell(f"beside {LMSS} slow answers", beside)
    tell("alone once more", again)
    base = statistics.mean([statistics.quantiles(one, n=100)[98] for one in (alone, again)])
    print(f"ratio of the 99th of 100: {statistics.quantiles(beside, n=100)[98] / base:.2f}")
    print(f"registrations refused meanwhile: {sum(one.tried for one in people)}")


if __name__ == "__main__":
    main()
