"""Launches from second implementations of an LTI platform, and our answers to them, read by them.

    ./dev interop [NAME …]

Each LMS is somebody else's library behind a loopback port, in an environment of its own (`.interop/`), and gets a
served Cairn on SQLite of its own. Exit 1 where anything is refused or misread, or where a library cannot be installed.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from app.main import load_library
from modules import Module
from tests.faults.processes import ROOT, until
from tests.interop.served_lms import CLIENT_ID, DEPLOYMENT_ID
from tests.interop.table import Row, is_good, write_table
from tests.interop.walk import PATIENCE, Walk
from tests.ports import free_port

HOME = ROOT / ".interop"
PYTHON = HOME / "bin" / "python"
UV = ROOT / ".tools" / "bin" / "uv"


@dataclass(frozen=True)
class Second:
    """A second implementation: what the table calls it, the package, and the module of ours that drives it."""

    name: str
    package: str
    module: str


SECONDS = (
    Second("lti1p3platform 0.1.8", "lti1p3platform==0.1.8", "openlearning"),
    Second("lti-consumer-xblock 11.4.4", "lti-consumer-xblock==11.4.4", "openedx"),
)


def install(second: Second) -> Row | None:
    """Puts the package into the environment; a row that says why where it cannot be."""
    try:
        if not PYTHON.exists():
            _run(str(UV), "venv", "--quiet", "--python", sys.executable, str(HOME))
        _run(str(UV), "pip", "install", "--quiet", "--python", str(PYTHON), second.package)
    except (OSError, subprocess.CalledProcessError) as failed:
        why = " ".join((getattr(failed, "stderr", "") or str(failed)).split())
        return Row(second.name, "installation", accepted=False, understood=False, why=why[-300:])
    return None


def _run(*command: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment)
    return done.stdout


def try_out(second: Second, module: Module) -> list[Row]:
    """Serves the LMS and a Cairn, registers them by hand as an administrator does, and walks through the messages."""
    with ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory())
        lms, tool = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        settings = {"CAIRN_ENV": "development", "CAIRN_BASE_URL": tool, "CAIRN_DATA_DIR": data}
        invitation = invite(settings)
        stack.enter_context(
            running(sys.executable, "app.cli", "serve", "--port", tool.rpartition(":")[2], settings=settings)
        )
        if not until(lambda: answers(f"{tool}/health/ready"), seconds=PATIENCE):
            return [_never_started(second, tool)]
        words = (lms.rpartition(":")[2], tool, copy_keys_address(invitation))
        stack.enter_context(running(str(PYTHON), f"tests.interop.{second.module}", *words))
        if not until(lambda: answers(f"{lms}/jwks"), seconds=PATIENCE):
            return [_never_started(second, lms)]
        walk = Walk(second.name, lms, tool, module)
        walk.try_("registration by hand", lambda: register(invitation, lms), lambda _page: None)
        return walk.run()


def _never_started(second: Second, url: str) -> Row:
    return Row(second.name, "start", accepted=False, understood=False, why=f"nothing answers at {url}")


def copy_keys_address(invitation: str) -> str:
    """The address of our keys for this connection, copied from the page for installing by hand."""
    page = httpx2.get(f"{invitation}/other", timeout=PATIENCE).text
    found = re.search(r"http[^\s\"<]+/lti/jwks/[0-9a-f-]{36}", page)
    if found is None:
        raise ValueError("the page names no address of keys")
    return found[0]


@contextmanager
def running(python: str, module: str, *words: str, settings: dict[str, str] | None = None) -> Iterator[None]:
    """A module's process, ended with the `with`; what it says is not shown."""
    process = subprocess.Popen(
        [python, "-m", module, *words], cwd=ROOT, env=clean_environment(settings), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def clean_environment(settings: dict[str, str] | None) -> dict[str, str]:
    """This one's, with these CAIRN_ settings and no others."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")} | (settings or {})


def invite(settings: dict[str, str]) -> str:
    """The address of an invitation, from the command line."""
    for words in (["migrate"], ["invite", "Interop University"]):
        command = [sys.executable, "-m", "app.cli", *words]
        said = _run(*command, environment=clean_environment(settings))
    return said.strip().splitlines()[-1]


def register(invitation: str, lms: str) -> httpx2.Response:
    fields = {
        "issuer": lms, "client_id": CLIENT_ID, "deployment_id": DEPLOYMENT_ID, "keyset_url": f"{lms}/jwks",
        "token_url": f"{lms}/token", "authorization_url": f"{lms}/authorize",
    }  # fmt: skip
    answer = httpx2.post(f"{invitation}/other", data=fields, timeout=PATIENCE)
    if "Your LMS is connected" not in answer.text:
        raise ValueError(answer.text[-500:])
    return answer


def answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False


def main() -> None:
    wanted = sys.argv[1:]
    module = load_library(Path("content-of-nobody")).get_module("m0")
    rows: list[Row] = []
    for second in SECONDS:
        if not wanted or second.module in wanted:
            refused = install(second)
            rows += [refused] if refused else try_out(second, module)
    print(write_table(rows))
    sys.exit(0 if is_good(rows) else 1)


if __name__ == "__main__":
    main()
