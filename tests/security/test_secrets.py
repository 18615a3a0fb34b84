"""S63: what is secret is closed to others on the machine, and nothing starts with a secret that anybody can guess."""

import stat

import pytest
from typer.testing import CliRunner

from app.cli import serving
from app.cli.commands import cairn
from app.config import DEVELOPMENT_SECRET
from app.db.files import find_file
from app.db.schema import migrate
from app.db.session import Database
from tests.conftest import SECRET

WEAK = ("", "short", DEVELOPMENT_SECRET, "x" * 31)


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setattr(serving.uvicorn, "run", lambda *_args, **_how: None)

    def invoke(command, *, secret=SECRET, env="production"):
        settings = {"ENV": env, "BASE_URL": "https://cairn.test", "SECRET_KEY": secret, "DATA_DIR": str(tmp_path)}
        for name, value in settings.items():
            monkeypatch.setenv(f"CAIRN_{name}", value)
        monkeypatch.delenv("CAIRN_DATABASE_URL", raising=False)
        return CliRunner().invoke(cairn, [command])

    return invoke


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "doctor", "admin-link", "rotate-key"])
@pytest.mark.parametrize("secret", WEAK)
def test_s63_nothing_starts_with_a_weak_secret(run, command, secret):
    result = run(command, secret=secret)
    assert result.exit_code == 2
    (line,) = result.stderr.strip().splitlines()
    assert "CAIRN_SECRET_KEY must be set" in line
    assert secret == "" or secret not in line


def test_s63_a_new_database_is_its_owners_alone(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/cairn.sqlite3")
    migrate(database)
    with database.writing() as db:
        db.connection().exec_driver_sql("CREATE TABLE more (id INTEGER)")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir() if "sqlite3" in file.name}
    database.close()
    assert len(modes) > 1, "what SQLite keeps beside it is there, too"
    assert set(modes.values()) == {0o600}, modes


def test_s63_the_server_does_not_start_while_everybody_can_read_the_database(run, tmp_path):
    assert run("migrate").exit_code == 0
    assert run("serve").exit_code == 0
    file = tmp_path / "cairn.sqlite3"
    file.chmod(0o644)
    for command in ("serve", "worker"):
        result = run(command)
        (line,) = result.stderr.strip().splitlines()
        assert (result.exit_code, "chmod 600" in line) == (2, True)
    assert "chmod 600" in run("doctor").stdout
    assert run("serve", env="development").exit_code == 0


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql+psycopg://u:p@db.test/cairn"])
def test_s63_only_a_file_has_a_mode(url):
    assert find_file(url) is None
