"""`./dev run`: Cairn and the practice LMS as two processes, registered with each other by dynamic registration."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.inviting import make_link
from app.cli.migrating import bring_up_to_date
from app.config import Settings

CAIRN_PORT = 8000
PRACTICE_PORT = 8001
READY_SECONDS = 60
INSTITUTION = "Westmere School of Medicine"

READY = """
Cairn is ready.

  Open  {practice}  : the practice LMS. Choose who you are, open a course, and Cairn is in it.
  Cairn itself answers at {cairn} and is entered from a course only.

Press Ctrl+C to stop both.
"""


def run(settings: Settings) -> None:
    """Until Ctrl+C, or until one of the two ends; then both end."""
    bring_up_to_date(settings)
    practice = f"http://localhost:{PRACTICE_PORT}"
    serve = ["serve", "--host", "127.0.0.1", "--port", str(CAIRN_PORT)]
    lms = ["practice", "--host", "localhost", "--port", str(PRACTICE_PORT)]
    with _processes(serve, lms) as running:
        _wait_for(f"{settings.base_url}/health/ready", running)
        _wait_for(f"{practice}/", running)
        _register(settings, practice)
        print(READY.format(practice=practice, cairn=settings.base_url), flush=True)
        while all(process.poll() is None for process in running):
            time.sleep(0.3)


@contextmanager
def _processes(*commands: list[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    started = [subprocess.Popen([sys.executable, "-m", "app.cli", *command]) for command in commands]  # noqa: S603
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield started
    except KeyboardInterrupt:
        print("Stopping.")
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def _wait_for(url: str, processes: list[subprocess.Popen[bytes]]) -> None:
    for _ in range(READY_SECONDS * 5):
        if any(process.poll() is not None for process in processes):
            sys.exit("cairn: one of the two servers stopped; its own line above says why (is the port taken?)")
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  our own address
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    sys.exit(f"cairn: {url} did not answer within {READY_SECONDS} seconds")


def _register(settings: Settings, practice: str) -> None:
    """The practice LMS keeps nothing between runs, so each run registers it anew; the site stays the same."""
    body = urllib.parse.urlencode({"url": make_link(settings, INSTITUTION), "activate": "1"}).encode()
    try:
        urllib.request.urlopen(f"{practice}/practice/register", data=body, timeout=30).close()  # noqa: S310
    except urllib.error.HTTPError as error:
        sys.exit(f"cairn: the registration failed: {error.read().decode()}")
